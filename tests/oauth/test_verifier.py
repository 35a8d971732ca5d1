"""`docs/examples/verifier.py`: a resource server that verifies offline says what the server says, one poll later."""

import importlib.util
import time
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from oauth import keys
from oauth.models import RevocationEvent, SigningKey
from registration import applications, clients, signing, statements
from registration.models import Client
from tests import protocol, standard
from tests.protocol import OPERATOR
from tests.test_house import ROOT


def _load():
    spec = importlib.util.spec_from_file_location("verifier", ROOT / "docs" / "examples" / "verifier.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verifier = _load()


@pytest.fixture
def asked():
    return []


@pytest.fixture
def resource_server(http, world, asked):
    server = standard.resource_server(http, world)

    def get(url, headers):
        assert url.startswith(protocol.issuer() + "/")
        asked.append(urlsplit(url).path)
        parts = urlsplit(url)
        response = http.get(f"{parts.path}?{parts.query}", headers={k.lower(): v for k, v in headers.items()})
        return response.status_code, response.content

    found = verifier.Verifier(protocol.issuer(), server["client_id"], server["client_secret"], get=get)
    found.poll()
    return found


@pytest.fixture
def client(http, world):
    return standard.registered(http, world)


@pytest.fixture
def text(http, client):
    return standard.token_of(http, client)


def refused(server, text):
    with pytest.raises(verifier.Refused):
        server.check(text)
    return True


def test_a_good_token_is_good_without_asking_anybody(http, client, text, resource_server, asked):
    claims = resource_server.check(text, scope="api:client:v2")
    assert claims["client_id"] == client["client_id"]
    before = list(asked)
    for _ in range(10):
        resource_server.check(text)
    assert asked == before
    with pytest.raises(PermissionError):
        resource_server.check(text, scope="idp:owner")


def test_what_is_no_access_token_of_this_issuer_is_refused(http, world, text, resource_server, asked):
    key, past = protocol.key_of(purpose="token").private, int(time.time()) - 61
    for other in (
        "x",
        "a.b.c",
        world.text,
        text[:-4] + "AAAA",
        protocol.resign(text, claims={"exp": past}, key=key, alg="ES256"),
        protocol.resign(text, claims={"aud": "https://other.example"}, key=key, alg="ES256"),
        protocol.resign(text, claims={"iss": "https://other.example"}, key=key, alg="ES256"),
        protocol.resign(text, claims={"jti": ...}, key=key, alg="ES256"),
        protocol.resign(text, header={"typ": "JWT"}, key=key, alg="ES256"),
        protocol.resign(text, header={"alg": "none"}, key=key, alg="ES256"),
        protocol.resign(text, header={"kid": "other"}, key=key, alg="ES256"),
    ):
        assert refused(resource_server, other)
    assert asked.count(protocol.JWKS) == 1
    assert resource_server.check(text)


def test_each_revocation_counts_after_the_next_poll_and_each_reinstatement_too(
    http, world, client, text, resource_server
):
    verbs = (
        (lambda: applications.suspend(world.application, reason="x", by=OPERATOR), False),
        (lambda: applications.revoke(world.application, reason="x", by=OPERATOR), False),
        (lambda: applications.reinstate(world.application, reason="x", as_tam=True, by=OPERATOR), False),
        (lambda: applications.reinstate(world.application, reason="x", as_tam=True, by=OPERATOR), True),
        (lambda: applications.close(world.application, reason="x", as_tam=True, by=OPERATOR), True),
        (lambda: statements.revoke(world.statement, reason="x", by=OPERATOR), False),
        (lambda: statements.reinstate(world.statement, reason="x", by=OPERATOR), True),
        (lambda: clients.revoke(Client.objects.get(client_id=client["client_id"]), reason="x", by=OPERATOR), False),
    )
    good = True
    for verb, expected in verbs:
        verb()
        assert (resource_server.check(text) is not None) if good else refused(resource_server, text)
        resource_server.poll()
        good = expected
        assert (resource_server.check(text) is not None) if good else refused(resource_server, text)
        status = protocol.bearer(http, protocol.VALIDATE, text).status_code
        assert (status == 200) is good


def test_a_revoked_token_is_refused_alone_and_a_deleted_clients_are_all(http, client, text, resource_server):
    other = standard.token_of(http, client)
    standard.revoke(http, client, text)
    resource_server.poll()
    assert refused(resource_server, text)
    assert resource_server.check(other)
    standard.manage(http, "DELETE", client)
    resource_server.poll()
    assert refused(resource_server, other)


def test_a_verifier_that_starts_late_knows_all(http, world, client, text, resource_server):
    standard.revoke(http, client, text)
    late = verifier.Verifier(protocol.issuer(), "x", "y", get=resource_server.get)
    late.authorization = resource_server.authorization
    with pytest.raises(verifier.Unavailable):
        late.check(text)
    late.poll()
    assert refused(late, text)


def test_after_an_absence_it_starts_again(http, world, client, text, resource_server):
    other = standard.token_of(http, client)
    standard.revoke(http, client, text)
    RevocationEvent.objects.update(expires_at=protocol.now() - timedelta(seconds=1))
    standard.revoke(http, client, other)
    resource_server.poll()
    assert refused(resource_server, other)
    assert [key for key in resource_server.against if key[0] == "token"] == [
        ("token", protocol.decode(other)[1]["jti"])
    ]


def test_what_lies_ahead_counts_when_it_comes(http, world, text, resource_server):
    event = {"kind": "application", "id": str(world.application.software_id), "state": "revoked"}
    at = int(time.time()) + 3600
    verifier.apply({**event, "at": at, "until": at + 21600}, resource_server.against)
    assert resource_server.check(text)
    verifier.apply({**event, "at": at - 3601, "until": at + 21600}, resource_server.against)
    assert refused(resource_server, text)


def test_without_the_feed_it_goes_on_for_as_long_as_it_was_told_and_then_says_nothing(text, resource_server):
    real = resource_server.get
    for status, body in ((503, b""), (429, b""), (200, b"x"), (200, text.encode())):
        resource_server.get = lambda url, headers, answer=(status, body): answer
        with pytest.raises(verifier.Unavailable):
            resource_server.poll()
        assert resource_server.check(text)
    resource_server.read_at -= 61
    with pytest.raises(verifier.Unavailable):
        resource_server.check(text)
    resource_server.get = real
    resource_server.poll()
    assert resource_server.check(text)


def test_a_rotated_key_is_fetched_and_a_withdrawn_one_forgotten(http, client, text, resource_server):
    assert resource_server.check(text)
    old = protocol.key_of(purpose="token").kid
    keys.rotate(environment=protocol.ENVIRONMENT, purpose="token", by=OPERATOR)
    newer = standard.token_of(http, client)
    resource_server.keys_at -= 11
    assert resource_server.check(newer)
    assert resource_server.check(text)
    signing.withdraw(SigningKey.objects.get(kid=old), reason="x", by=OPERATOR)
    resource_server.keys_at -= 301
    assert refused(resource_server, text)
    assert resource_server.check(newer)


def test_events_are_forgotten_once_no_token_lives_that_they_concern(http, world, client, resource_server):
    past = int(time.time()) - 61
    old = {"kind": "client", "id": "old", "state": "revoked", "at": past - 1, "until": past}
    verifier.apply(old, resource_server.against)
    resource_server.poll()
    assert resource_server.against == {}
