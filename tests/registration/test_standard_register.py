"""`POST /oauth/register`: a statement for a client as any OAuth library does it (RFC 7591)."""

import base64
import json
import time
from urllib.parse import urlencode

import pytest

from registration.models import Client
from tests import protocol, standard
from tests.protocol import FORM
from tests.registration import test_brought_over
from tests.standard import REGISTER, check_refusal

URI = "https://live.aurora.example/done"
NOT_JSON = "Send a JSON object: the Content-Type must be application/json."
NO_STATEMENT = "The member software_statement is missing."
NOT_A_STATEMENT = "The member software_statement is not a string that holds a statement."
UNAPPROVED = "The software statement is well signed but may not register clients here. Ask for a new one."
URIS = "The member redirect_uris must be an array of strings."
GRANTS = "The member grant_types must contain client_credentials."
METHOD = "The token_endpoint_auth_method must be client_secret_basic or client_secret_post."
PRIVATE = "The member jwks holds a private or symmetric key. Send public keys only."
PUBLIC_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9",
}


@pytest.mark.compliance("RFC 7592", "3")
@pytest.mark.compliance("RFC 7591", "3.2.1")
@pytest.mark.parametrize("path", [REGISTER, REGISTER + "/"])
def test_a_statement_registers_a_client(http, world, path):
    before = int(time.time())
    response = standard.register(http, world.text, path=path)
    answer = response.json()
    assert response.status_code == 201
    protocol.check_headers(response)
    assert answer == {
        "client_id": answer["client_id"],
        "client_secret": answer["client_secret"],
        "client_secret_expires_at": 0,
        "client_id_issued_at": answer["client_id_issued_at"],
        "redirect_uris": [],
        "grant_types": ["client_credentials"],
        "response_types": [],
        "token_endpoint_auth_method": "client_secret_basic",
        "scope": "api:client:v2",
        "client_name": "Aurora Live",
        "software_id": str(world.application.software_id),
        "software_version": "6.1.0",
        "software_statement": world.text,
        "registration_access_token": answer["registration_access_token"],
        "registration_client_uri": f"{protocol.issuer()}/oauth/register/{answer['client_id']}",
    }
    assert protocol.is_uuid(answer["client_id"])
    assert before <= answer["client_id_issued_at"] <= time.time()
    row = Client.objects.get()
    assert (row.application, row.statement, row.dialect) == (world.application, world.statement, "standard")


@pytest.mark.compliance("RFC 6749", "10.10")
@pytest.mark.compliance("RFC 7591", "5")
@pytest.mark.compliance("RFC 7592", "5")
@pytest.mark.compliance("RFC 7592", "3")
def test_secret_and_management_token_have_256_bits_and_are_kept_as_hashes(http, world):
    answers = [standard.registered(http, world) for _ in range(4)]
    shown = {answer[name] for answer in answers for name in ("client_secret", "registration_access_token")}
    assert len(shown) == 8
    assert all(len(text) == 43 for text in shown)
    kept = " ".join(f"{row.client_secret} {row.registration_token_hash} {row.metadata}" for row in Client.objects.all())
    assert not any(text in kept for text in shown)


@pytest.mark.compliance("RFC 7591", "2")
def test_all_other_metadata_are_registered_and_told(http, world):
    metadata = {
        "redirect_uris": [URI, "http://127.0.0.1:8080/cb"],
        "token_endpoint_auth_method": "client_secret_post",
        "client_uri": "https://aurora.example/",
        "logo_uri": "https://aurora.example/logo.png",
        "tos_uri": "https://aurora.example/tos",
        "policy_uri": "https://aurora.example/policy",
        "contacts": ["tv@aurora.example"],
        "jwks": {"keys": [PUBLIC_KEY]},
    }
    answer = standard.registered(http, world, **metadata)
    assert {name: answer[name] for name in metadata} == metadata
    assert standard.registered(http, world, jwks_uri="https://aurora.example/keys")["jwks_uri"]


@pytest.mark.compliance("RFC 7591", "2.3")
@pytest.mark.compliance("RFC 7591", "5")
@pytest.mark.compliance("RFC 7591", "3.2.1")
def test_the_statements_values_win_over_the_bodys(http, world):
    mine = {"client_name": "Mine", "software_id": "mine", "software_version": "9", "scope": "idp:owner"}
    answer = standard.registered(http, world, **mine)
    assert {name: answer[name] for name in mine} == {
        "client_name": "Aurora Live",
        "software_id": str(world.application.software_id),
        "software_version": "6.1.0",
        "scope": "api:client:v2",
    }


@pytest.mark.compliance("RFC 7591", "2")
@pytest.mark.parametrize(
    "members",
    [
        {"response_types": ["code"]},
        {"grant_types": ["authorization_code", "client_credentials", "refresh_token"]},
        {"client_id": "mine", "client_secret": "mine", "application_type": "native", "client_name#de": 5, "x": None},
    ],
)
@pytest.mark.compliance("RFC 7591", "2.1")
@pytest.mark.compliance("RFC 7591", "3.1")
def test_what_is_not_supported_or_not_known_is_replaced_or_ignored(http, world, members):
    answer = standard.registered(http, world, **members)
    assert (answer["response_types"], answer["grant_types"]) == ([], ["client_credentials"])
    assert answer["client_id"] != "mine"
    assert not {"application_type", "client_name#de", "x"} & set(answer)


@pytest.mark.compliance("RFC 7591", "2")
def test_without_redirect_uris_the_default_of_the_one_channel_and_with_none_none(http, world):
    app = protocol.application(world.programmer, all_channels=False, channels=["aurora-one"])
    type(world.channel).objects.filter(pk=world.channel.pk).update(default_redirect_url=URI)
    text = protocol.issue(app).text
    assert standard.register(http, text).json()["redirect_uris"] == [URI]
    assert standard.register(http, text, redirect_uris=[]).json()["redirect_uris"] == []
    assert standard.registered(http, world)["redirect_uris"] == []


@pytest.mark.compliance("RFC 7591", "3.2.1")
def test_the_statement_is_told_as_it_was_sent(http, world):
    folded = world.text[:50] + "\r\n \t" + world.text[50:]
    response = standard.register(http, folded)
    assert (response.status_code, response.json()["software_statement"]) == (201, folded)


@pytest.mark.compliance("RFC 6749", "4.4")
def test_it_gets_a_token_in_both_dialects(http, world):
    client = standard.registered(http, world)
    for text in (standard.token_of(http, client), protocol.token_of(http, client)):
        assert protocol.bearer(http, protocol.CONFIGURATION, text).status_code == 200


# --- invalid_request: before parsing ---


@pytest.mark.compliance("RFC 7591", "3")
@pytest.mark.parametrize("content_type", [FORM, "text/plain", "multipart/form-data; boundary=x", "application/jwt", ""])
def test_it_takes_json_only(http, world, content_type):
    body = urlencode({"software_statement": world.text})
    check_refusal(http.post(REGISTER, body, content_type=content_type), "invalid_request", NOT_JSON)
    assert not Client.objects.exists()


def test_framing_and_coding_are_an_invalid_request(http, world):
    body = json.dumps({"software_statement": world.text})
    coded = http.post(REGISTER, body, content_type="application/json", headers={"content-encoding": "gzip"})
    assert (coded.status_code, coded.json()["error"]) == (400, "invalid_request")
    large = http.post(REGISTER, body + " " * 70_000, content_type="application/json")
    assert (large.status_code, large.json()["error"]) == (413, "invalid_request")
    assert http.post(REGISTER, body, content_type="application/json").status_code == 201


# --- invalid_client_metadata ---


@pytest.mark.compliance("RFC 7591", "3.2.2")
@pytest.mark.parametrize(
    "body",
    [
        "",
        "x",
        "[]",
        '"text"',
        "5",
        "null",
        "{",
        b"\xff{}",
        b"\xef\xbb\xbf{}",
        '{"a": NaN}',
        '{"a": 1, "a": 2}',
        '{"a": "\\u0000"}',
        '{"\\u0000": 1}',
        '{"a": {"b": ["\\ud800"]}}',
        '{"a": ' + "[" * 5000 + "]" * 5000 + "}",
        '{"a": ' + "9" * 6000 + "}",
    ],
)
def test_a_malformed_body_is_invalid_client_metadata(http, world, body):
    # Not `http.post`: it leaves the content type of an empty body out.
    response = http.generic("POST", REGISTER, body, CONTENT_TYPE="application/json")
    assert (response.status_code, response.json()["error"]) == (400, "invalid_client_metadata")
    assert "WWW-Authenticate" not in response
    assert not Client.objects.exists()


def test_a_missing_statement_is_invalid_client_metadata_and_one_that_is_no_text_invalid_itself(http, world):
    check_refusal(standard.register(http, ...), "invalid_client_metadata", NO_STATEMENT)
    for other in (None, 5, True, [world.text], {"a": world.text}, "", " \t"):
        check_refusal(standard.register(http, other), "invalid_software_statement", NOT_A_STATEMENT)


TEXT_MEMBERS = ["client_name", "software_id", "software_version", "scope"]
URI_MEMBERS = ["client_uri", "logo_uri", "tos_uri", "policy_uri", "jwks_uri"]


@pytest.mark.compliance("RFC 7591", "3.2.2")
@pytest.mark.parametrize("name", TEXT_MEMBERS)
def test_texts_are_strings_of_at_most_255_characters(http, world, name):
    for value in (None, 5, [], {}, True, "x" * 256):
        description = f"The member {name} must be a string of at most 255 characters."
        check_refusal(standard.register(http, world.text, **{name: value}), "invalid_client_metadata", description)
    assert standard.register(http, world.text, **{name: "x" * 255}).status_code == 201


@pytest.mark.parametrize("name", URI_MEMBERS)
def test_uris_are_https(http, world, name):
    bad = ["http://aurora.example/", "javascript:alert(1)", "data:,x", "//aurora.example", "https://", "https:///x"]
    bad += ["https://aurora.example/ x", "https://aurora.example/\n", "https://\u00e9.example/", "https://[x", ""]
    bad += ["https://[ebd964]/", "https://[::1]/", "https://bank.example@aurora.example/", "https://aurora.example:x/"]
    for value in (*bad, None, 5, ["https://aurora.example"], "https://aurora.example/" + "x" * 2000):
        description = f"The member {name} must be an https URL."
        check_refusal(standard.register(http, world.text, **{name: value}), "invalid_client_metadata", description)
    assert standard.register(http, world.text, **{name: "https://aurora.example:8443/x?y"}).status_code == 201


@pytest.mark.compliance("RFC 7591", "2")
@pytest.mark.parametrize(
    ("members", "description"),
    [
        ({"grant_types": ["authorization_code"]}, GRANTS),
        ({"grant_types": []}, GRANTS),
        ({"grant_types": "client_credentials"}, "The member grant_types must be an array of strings."),
        ({"grant_types": None}, "The member grant_types must be an array of strings."),
        ({"grant_types": ["client_credentials", 5]}, "The member grant_types must be an array of strings."),
        ({"response_types": "code"}, "The member response_types must be an array of strings."),
        ({"response_types": None}, "The member response_types must be an array of strings."),
        ({"contacts": "a@b.example"}, "The member contacts must be an array of strings."),
        ({"contacts": [5]}, "The member contacts must be an array of strings."),
        ({"contacts": ["x"] * 17}, "The member contacts holds more than 16."),
        ({"token_endpoint_auth_method": "none"}, METHOD),
        ({"token_endpoint_auth_method": "private_key_jwt"}, METHOD),
        ({"token_endpoint_auth_method": None}, METHOD),
        ({"token_endpoint_auth_method": ["client_secret_basic"]}, METHOD),
        ({"jwks": []}, "The member jwks must be a JWK set."),
        ({"jwks": {"keys": "x"}}, "The member jwks must be a JWK set."),
        ({"jwks": {"keys": [5]}}, "The member jwks must be a JWK set."),
        ({"jwks": {"keys": [{**PUBLIC_KEY, "d": "x"}]}}, PRIVATE),
        ({"jwks": {"keys": [PUBLIC_KEY]}, "jwks_uri": "https://a.example"}, "Send jwks or jwks_uri, not both."),
    ],
)  # fmt: skip
@pytest.mark.compliance("RFC 7591", "3.2.2")
def test_other_wrong_metadata_are_refused_with_what_to_do(http, world, members, description):
    response = standard.register(http, world.text, **members)
    check_refusal(response, "invalid_client_metadata", description)
    assert not Client.objects.exists()


# --- invalid_redirect_uri ---


@pytest.mark.parametrize("value", [None, URI, 5, {}, [URI, 5], [None], [[URI]]])
@pytest.mark.compliance("RFC 7591", "3.2.2")
def test_redirect_uris_of_the_wrong_type_are_refused(http, world, value):
    check_refusal(standard.register(http, world.text, redirect_uris=value), "invalid_redirect_uri", URIS)


def test_sixteen_redirect_uris_are_fine_and_seventeen_are_not(http, world):
    uris = [f"{URI}/{number}" for number in range(17)]
    assert standard.registered(http, world, redirect_uris=uris[:16])["redirect_uris"] == uris[:16]
    response = standard.register(http, world.text, redirect_uris=uris)
    check_refusal(response, "invalid_redirect_uri", "The member redirect_uris holds more than 16.")


@pytest.mark.parametrize(
    "uri",
    [
        "https://live.borealis.example/",
        "http://live.aurora.example/",
        "https://live.aurora.example/#fragment",
        "https://live.aurora.example/#",
        "adobepass://example.aurora.live/",
        "javascript:alert(1)",
        "https://user@live.aurora.example/",
        "https://live.aurora.example/a b",
        "",
        "/relative",
        "https://live.aurora.example/" + "x" * 2000,
    ],
)
@pytest.mark.compliance("RFC 6749", "3.1.2")
def test_one_redirect_uri_that_is_not_allowed_refuses_all(http, world, uri):
    response = standard.register(http, world.text, redirect_uris=[URI, uri])
    assert (response.status_code, response.json()["error"]) == (400, "invalid_redirect_uri")
    assert not Client.objects.exists()


@pytest.mark.compliance("RFC 7591", "2")
def test_what_allowed_each_redirect_uri_is_kept(http, world):
    uris = [URI, "com.aurora.tv://done", "example.aurora.live:/done", "http://localhost:1/", URI]
    protocol.scheme(world.programmer, "com.aurora.tv")
    assert standard.registered(http, world, redirect_uris=uris)["redirect_uris"] == uris[:4]
    domain = "domain:live.aurora.example"
    assert Client.objects.get().redirect_matches == [domain, "scheme:com.aurora.tv", domain, "loopback"]


# --- invalid_software_statement, unapproved_software_statement ---


@pytest.mark.compliance("RFC 7591", "3.1.1")
@pytest.mark.compliance("RFC 7591", "3.2.2")
def test_a_statement_that_is_not_good_is_invalid(http, world):
    for text in ("x", world.text[:-4] + "AAAA", protocol.resign(world.text, claims={"exp": 1_000_000_000})):
        response = standard.register(http, text)
        assert (response.status_code, response.json()["error"]) == (400, "invalid_software_statement")
    client = standard.registered(http, world)
    token = standard.register(http, standard.token_of(http, client))
    assert token.json()["error"] == "invalid_software_statement"


@pytest.mark.compliance("RFC 7591", "3.1.1")
@pytest.mark.compliance("RFC 7591", "3.2.2")
def test_a_statement_that_may_not_register_is_unapproved(http, world):
    protocol.at(world.application, closed_at=True)
    check_refusal(standard.register(http, world.text), "unapproved_software_statement", UNAPPROVED)
    protocol.at(world.application, closed_at=None)
    assert standard.register(http, world.text).status_code == 201


def test_a_platform_on_which_the_application_may_not_run_is_refused(http, world):
    app = protocol.application(world.programmer, platforms=["IOS"])
    text = protocol.issue(app).text
    for name, status in (("Roku OS", 400), ("iOS", 201)):
        info = base64.b64encode(json.dumps({"osName": name}).encode()).decode()
        assert standard.register(http, text, headers={"x-device-info": info}).status_code == status


def test_metadata_are_looked_at_before_the_statement_and_redirect_uris_against_the_application_after(http, world):
    response = standard.register(http, "x", redirect_uris=None, grant_types=[])
    assert response.json()["error"] == "invalid_redirect_uri"
    response = standard.register(http, "x", redirect_uris=["https://nobody.example/"], grant_types=[])
    assert response.json()["error"] == "invalid_client_metadata"
    response = standard.register(http, "x", redirect_uris=["https://nobody.example/"])
    assert response.json()["error"] == "invalid_software_statement"


def test_a_brought_over_statement_registers_here_too(http, world):
    test_brought_over.bring()
    text = test_brought_over.old_statement(world.application)
    answer = standard.register(http, text).json()
    assert answer["software_statement"] == text
    assert standard.manage(http, "GET", answer).json()["software_statement"] == text
    assert standard.statement_of(text).origin == "brought_over"


@pytest.mark.compliance("RFC 7591", "3")
def test_other_methods_are_refused(http, world):
    for method in ("GET", "PUT", "DELETE"):
        response = http.generic(method, REGISTER)
        assert (response.status_code, response["Allow"]) == (405, "POST, OPTIONS")


@pytest.mark.compliance("RFC 7591", "3")
def test_registrations_are_throttled(http, world, settings):
    settings.THROTTLE_BURST = 2
    assert [standard.register(http, world.text).status_code for _ in range(3)] == [201, 201, 429]
