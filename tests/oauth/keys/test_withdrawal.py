"""A compromised key is withdrawn: what it signed is refused on every surface from the next request on, for good."""

import json
from urllib.parse import urlencode

import pytest

from oauth import keys
from oauth.models import AuditEntry, SigningKey
from oauth.problems import Invalid
from registration import signing
from registration.models import Client
from tests import protocol
from tests.protocol import ENVIRONMENT, FORM, OPERATOR

WHY = {"reason": "Its private part was on a lost laptop.", "by": OPERATOR}
REFUSED = (401, "invalid_access_token_client_application")


def row_of(purpose="statement"):
    return SigningKey.objects.get(kid=protocol.key_of(purpose=purpose).kid)


def said(response):
    body = response.json() if response.content else {}
    return response.status_code, body.get("error") or body.get("code") or body.get("active")


def post(http, path, client, **more):
    body = {"client_id": client["client_id"], "client_secret": client["client_secret"], **more}
    return http.post(path, urlencode(body), content_type=FORM)


def surfaces(http, text, client, token):
    """What every surface says of a statement, of a client that registered with it, and of the client's token."""
    manage = {"headers": {"authorization": f"Bearer {client['registration_access_token']}"}}
    uri = f"/oauth/register/{client['client_id']}"
    standard = json.dumps({"software_statement": text})
    return {
        "register": said(protocol.register(http, text)),
        "register, standard": said(http.post("/oauth/register", standard, content_type="application/json")),
        "token": said(protocol.token(http, client)),
        "token, standard": said(post(http, "/oauth/token", client, grant_type="client_credentials")),
        **{
            path: said(protocol.bearer(http, path, token))
            for path in (protocol.VALIDATE, protocol.SCOPES, protocol.CONFIGURATION)
        },
        "introspect": said(post(http, "/oauth/introspect", client, token=token)),
        "read": said(http.get(uri, **manage)),
        "replace": said(
            http.put(uri, json.dumps({"client_id": client["client_id"]}), content_type="application/json", **manage)
        ),
        "revoke": said(post(http, "/oauth/revoke", client, token="no token")),
    }


def standard_client(http, world):
    body = json.dumps({"software_statement": world.text})
    response = http.post("/oauth/register", body, content_type="application/json")
    assert response.status_code == 201, response.content
    return response.json()


GOOD = {
    "register": (201, None),
    "register, standard": (201, None),
    "token": (201, None),
    "token, standard": (200, None),
    protocol.VALIDATE: (200, None),
    protocol.SCOPES: (200, None),
    protocol.CONFIGURATION: (200, None),
    "introspect": (200, True),
    "read": (200, None),
    "replace": (200, None),
    "revoke": (200, None),
}
WITHOUT_STATEMENT_KEY = {
    "register": (400, "unapproved_software_statement"),
    "register, standard": (400, "unapproved_software_statement"),
    "token": (400, "invalid_client"),
    "token, standard": (401, "invalid_client"),
    protocol.VALIDATE: REFUSED,
    protocol.SCOPES: REFUSED,
    protocol.CONFIGURATION: REFUSED,
    "introspect": (401, "invalid_client"),
    "read": (401, "invalid_token"),
    "replace": (401, "invalid_token"),
    "revoke": (200, None),
}
WITHOUT_TOKEN_KEY = {
    **GOOD,
    protocol.VALIDATE: REFUSED,
    protocol.SCOPES: REFUSED,
    protocol.CONFIGURATION: REFUSED,
    "introspect": (200, False),
}


@pytest.mark.parametrize(
    ("purpose", "after"),
    [("statement", WITHOUT_STATEMENT_KEY), ("token", WITHOUT_TOKEN_KEY)],
    ids=["statement", "token"],
)
@pytest.mark.parametrize("rotated", [False, True], ids=["current", "retired"])
def test_every_surface_refuses_what_a_withdrawn_key_signed(http, world, purpose, after, rotated):
    client = standard_client(http, world)
    token = protocol.token_of(http, client)
    key = row_of(purpose)
    if rotated:
        keys.rotate(environment=ENVIRONMENT, purpose=purpose, by=OPERATOR)
    assert surfaces(http, world.text, client, token) == GOOD
    successor = signing.withdraw(key, **WHY)
    assert surfaces(http, world.text, client, token) == after
    kids = {each["kid"] for each in http.get(protocol.JWKS).json()["keys"]}
    assert key.kid not in kids
    current = protocol.key_of(purpose=purpose)
    assert (successor.kid if successor else None) == (None if rotated else current.kid)
    assert current.kid in kids
    # What the successor signs is good: a new statement, a new client, a new token.
    fresh = protocol.register(http, protocol.issue(world.application).text).json()
    newer = protocol.token_of(http, fresh)
    assert protocol.bearer(http, protocol.CONFIGURATION, newer).status_code == 200


def test_an_imported_key_is_withdrawn_with_every_statement_brought_over_or_still_to_come(http, world):
    from tests.registration.test_brought_over import bring, old_statement  # noqa: PLC0415

    key = bring()
    seen, unseen = old_statement(world.application), old_statement(world.application, iat=1)
    client = protocol.register(http, seen).json()
    assert signing.blast_radius(key) == signing.BlastRadius(statements=1, applications=1, clients=1)
    assert signing.withdraw(key, **WHY) is None
    for text in (seen, unseen):
        assert protocol.register(http, text).json()["error"] == "unapproved_software_statement"
    assert protocol.token(http, client).json()["error"] == "invalid_client"
    assert protocol.register(http, world.text).status_code == 201


def test_what_hangs_on_a_key_is_told_and_kept_in_the_trail(http, world):
    for _ in range(3):
        protocol.registered(http, world)
    other = protocol.application(world.programmer)
    protocol.issue(other)
    revoked = protocol.issue(other)
    protocol.at(revoked, revoked_at=True)
    Client.objects.filter(pk=Client.objects.first().pk).update(deleted_at=protocol.now())
    key = row_of()
    assert signing.blast_radius(key) == signing.BlastRadius(statements=2, applications=2, clients=2)
    assert signing.statements_by_key(ENVIRONMENT) == {key.pk: 2}
    assert signing.blast_radius(row_of("token")) == signing.BlastRadius()
    successor = signing.withdraw(key, **WHY)
    entry = AuditEntry.objects.get(event="key:withdraw")
    assert (entry.key, entry.environment, entry.reason) == (key.kid, ENVIRONMENT, WHY["reason"])
    assert entry.data == {
        "purpose": "statement",
        "statements": 2,
        "applications": 2,
        "clients": 2,
        "successor": successor.kid,
    }


def test_the_next_key_takes_the_place_of_a_withdrawn_one(signing_keys):
    following = keys.publish_next(environment=ENVIRONMENT, purpose="token", by=OPERATOR)
    assert signing.withdraw(row_of("token"), **WHY).kid == following.kid
    assert protocol.key_of(purpose="token").kid == following.kid


def test_a_next_key_can_be_withdrawn_too_and_another_published(signing_keys):
    following = keys.publish_next(environment=ENVIRONMENT, purpose="token", by=OPERATOR)
    current = protocol.key_of(purpose="token")
    assert signing.withdraw(following, **WHY) is None
    assert protocol.key_of(purpose="token").kid == current.kid
    assert keys.publish_next(environment=ENVIRONMENT, purpose="token", by=OPERATOR).kid != following.kid


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001])
def test_without_a_reason_nothing_happens(signing_keys, reason):
    key = row_of()
    with pytest.raises(Invalid) as refused:
        signing.withdraw(key, reason=reason, by=OPERATOR)
    assert list(refused.value.messages) == ["reason"]
    key.refresh_from_db()
    assert (key.withdrawn_at, key.status) == (None, "current")


def test_it_happens_once_and_nothing_undoes_it(signing_keys):
    key = row_of()
    signing.withdraw(key, **WHY)
    with pytest.raises(Invalid, match=r"The key is withdrawn already."):
        signing.withdraw(key, **WHY)
    keys.ensure(by=OPERATOR)
    key.refresh_from_db()
    assert key.withdrawn_at
    assert key.status == "retired"
    assert AuditEntry.objects.filter(event="key:withdraw").count() == 1


def test_the_other_purposes_and_environments_go_on(signing_keys):
    others = SigningKey.objects.exclude(environment=ENVIRONMENT, purpose="token")
    before = list(others.values())
    signing.withdraw(row_of("token"), **WHY)
    assert list(others.values()) == before


def test_a_forged_statement_under_a_withdrawn_key_registers_nothing(http, world):
    """Whoever has the private part can sign anything: none of it is good any more."""
    private = protocol.key_of().private
    signing.withdraw(row_of(), **WHY)
    forged = protocol.resign(world.text, claims={"client_name": "Mallory"}, key=private)
    assert protocol.register(http, forged).json()["error"] == "unapproved_software_statement"
    assert not Client.objects.exists()
