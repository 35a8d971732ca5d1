"""Whatever body anybody sends to any endpoint that takes one: an answer in JSON, never a 5xx, and nothing is stored."""

import json
from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oauth.models import RevokedToken
from tests import protocol, standard
from tests.protocol import FORM

JSON = "application/json"
NAMES = [
    "software_statement", "redirect_uri", "redirect_uris", "grant_types", "grant_type", "client_id", "client_secret",
    "scope", "token", "token_type_hint", "client_name", "contacts", "jwks_uri", "token_endpoint_auth_method",
    "response_types", "rotate_client_secret", "registration_access_token", "x", "",
]  # fmt: skip
WORDS = [
    "client_credentials",
    "none",
    "access_token",
    "https://live.aurora.example/",
    "a.b.c",
    "\0",
    "\ud800",
    "é",
    "-1",
]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
MEMBERS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8)
FIELDS = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(WORDS[:-4]) | st.binary(max_size=30)), max_size=8)
TYPES = st.sampled_from(
    [JSON, FORM, f"{JSON}; charset=utf-16", f"{FORM}; charset=latin-1", "multipart/form-data", "x", ""]
)
POSTS = [protocol.REGISTER, protocol.TOKEN, standard.REGISTER, standard.TOKEN, standard.INTROSPECT, standard.REVOKE]
any_body = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def client(http, world):
    return standard.registered(http, world)


def bodies():
    """JSON, forms and plain octets, each also cut short or run together with another."""
    forms = FIELDS.map(lambda fields: "&".join(f"{quote(name)}={quote(value)}" for name, value in fields).encode())
    texts = MEMBERS.map(lambda members: json.dumps(members).encode()) | forms | st.binary(max_size=200)
    return (
        texts
        | st.tuples(texts, st.integers(0, 40)).map(lambda both: both[0][: both[1]])
        | st.tuples(texts, texts).map(b"".join)
    )


def quote(value):
    return quote_from_bytes(value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass"))


def check(answer, path):
    assert answer["Content-Type"] == JSON
    body = answer.json()
    if answer.status_code < 400:
        # A known caller asks about, or gives up, what is no token of anybody's.
        assert path in {standard.INTROSPECT, standard.REVOKE}
        assert body in ({"active": False}, {})
        return
    assert answer.status_code in {400, 401, 413}, body
    assert set(body) == {"error", "error_description"}
    assert set(body["error_description"]) <= {chr(code) for code in range(0x20, 0x7F)} - set('"\\')


@pytest.mark.parametrize("path", POSTS)
@any_body
@given(body=bodies(), content_type=TYPES, knows=st.booleans())
def test_any_body_at_an_endpoint_is_refused_in_json(http, client, path, body, content_type, knows):
    before = protocol.counts()
    # `grant_type=client_credentials` from a known client would rightly be a token.
    knows = knows and path != standard.TOKEN
    headers = {"authorization": standard.of(client)} if knows else {}
    check(http.generic("POST", path, body, content_type=content_type, headers=headers), path)
    assert protocol.counts() == before
    assert not RevokedToken.objects.exists()


@any_body
@given(body=bodies(), content_type=TYPES)
def test_any_body_that_replaces_a_registration_is_refused_in_json(http, client, body, content_type):
    path = f"{standard.REGISTER}/{client['client_id']}"
    headers = {"authorization": f"Bearer {client['registration_access_token']}"}
    check(http.generic("PUT", path, body, content_type=content_type, headers=headers), path)


@any_body
@given(
    authorization=st.text(st.characters(max_codepoint=255), max_size=60)
    | st.binary(max_size=60).map(lambda b: "Basic " + b.hex())
)
def test_any_authorization_is_refused_in_json(http, client, authorization):
    form = urlencode({"token": "x", "grant_type": "client_credentials"})
    for path in (standard.TOKEN, standard.INTROSPECT, standard.REVOKE):
        answer = http.post(path, form, content_type=FORM, headers={"authorization": authorization})
        assert answer.status_code in {400, 401}
        check(answer, path)
    for path in (protocol.VALIDATE, protocol.SCOPES, protocol.CONFIGURATION):
        assert http.get(path, headers={"authorization": authorization}).status_code == 401
