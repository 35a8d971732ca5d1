"""The decision table of the wire: states of application, statement and client on every surface, told independently, in
both dialects.

The table below is written from the contract and knows nothing of the code: it says what every surface must answer for
every combination, and the world says whether that is so. What was refused is then reinstated and works again.
"""

from datetime import timedelta
from itertools import product

import pytest

from registration.models import Client, SoftwareStatement
from tests import protocol, standard
from tests.protocol import VALIDATE

APPLICATION = ["good", "closed", "suspended", "revoked", "removed"]
STATEMENT = ["good", "expired", "revoked", "key withdrawn"]
CLIENT = ["good", "revoked", "deleted"]
BEARER_SURFACES = [VALIDATE, protocol.SCOPES, protocol.CONFIGURATION]

REFUSED = (401, "invalid_access_token_client_application")


def expected_register(app, statement):
    """The statement's own checks come first; then whatever stands in the way makes it unapproved."""
    if statement == "expired":
        return 400, "invalid_software_statement"
    if app != "good" or statement in {"revoked", "key withdrawn"}:
        return 400, "unapproved_software_statement"
    return 201, None


def expected_token(app, statement, client):
    """Worst first: deleted, client revoked, application revoked, statement revoked, suspended. The rest may."""
    if client in {"deleted", "revoked"} or app in {"revoked", "removed"} or statement in {"revoked", "key withdrawn"}:
        return 400, "invalid_client"
    return (400, "unauthorized_client") if app == "suspended" else (201, None)


def expected_bearer(app, statement, client):
    refusal = expected_token(app, statement, client)[1]
    if refusal == "invalid_client":
        return REFUSED
    return (403, "application_suspended") if refusal == "unauthorized_client" else (200, None)


def expected_standard_token(app, statement, client):
    word = expected_token(app, statement, client)[1]
    return (401 if word == "invalid_client" else 400 if word else 200), word


def expected_management(app, statement, client):
    """RFC 7592, and who may introspect: good or not, and nothing between."""
    return expected_token(app, statement, client)[1] is None


def expected_introspection(app, statement, client):
    """Of its token, by a resource server that is good itself."""
    return {"active": expected_token(app, statement, client)[1] is None}


def expected_revocation(client):
    """Whatever its state, a client may give up its tokens, unless it was deleted."""
    return 401 if client == "deleted" else 200


def put(world, row, key, statement_row, app, statement, client):
    """Bring about the states."""
    past = timedelta(seconds=-1)
    fields = {"closed": {"closed_at": past}, "suspended": {"suspended_at": past}, "revoked": {"revoked_at": past}}
    protocol.at(world.application, **fields.get(app, {}))
    if app == "removed":
        type(world.application).objects.filter(pk=world.application.pk).update(removed_in=7)
    if statement == "revoked":
        protocol.at(statement_row, revoked_at=past)
    if statement == "key withdrawn":
        protocol.at(key, withdrawn_at=True)
    protocol.at(row, **{"revoked": {"revoked_at": past}, "deleted": {"deleted_at": past}}.get(client, {}))


def restore(world, row, key, statement_row):
    type(world.application).objects.filter(pk=world.application.pk).update(removed_in=None)
    protocol.at(world.application, closed_at=None, suspended_at=None, revoked_at=None)
    protocol.at(statement_row, revoked_at=None)
    protocol.at(key, withdrawn_at=None)
    protocol.at(row, revoked_at=None, deleted_at=None)


def said(response):
    body = response.json()
    return response.status_code, body.get("error") or body.get("code")


@pytest.mark.parametrize(("app", "statement", "client"), list(product(APPLICATION, STATEMENT, CLIENT)))
def test_every_surface_tells_the_same_decision(http, world, app, statement, client):
    answer = protocol.registered(http, world)
    text = protocol.token_of(http, answer)
    row = Client.objects.get()
    # Of an expired statement the text says so itself; its clients hang on the row.
    presented = world.text if statement != "expired" else protocol.resign(world.text, claims={"exp": 1_000_000_000})
    key = world.statement.signing_key
    put(world, row, key, world.statement, app, statement, client)
    assert said(protocol.register(http, presented)) == expected_register(app, statement)
    assert said(protocol.token(http, answer)) == expected_token(app, statement, client)
    surfaces = {path: said(protocol.bearer(http, path, text)) for path in BEARER_SURFACES}
    assert surfaces == dict.fromkeys(BEARER_SURFACES, expected_bearer(app, statement, client))
    # Whatever it was, a wrong secret learns nothing of it.
    assert said(protocol.token(http, {**answer, "client_secret": "x"})) == (400, "invalid_client")
    restore(world, row, key, world.statement)
    assert protocol.register(http, world.text).status_code == 201
    assert protocol.token(http, answer).status_code == 201
    assert [protocol.bearer(http, path, text).status_code for path in BEARER_SURFACES] == [200, 200, 200]


@pytest.mark.parametrize(("app", "statement", "client"), list(product(APPLICATION, STATEMENT, CLIENT)))
def test_every_surface_of_the_standard_dialect_tells_it_too(http, world, app, statement, client):
    answer, server = standard.registered(http, world), standard.resource_server(http, world)
    text, given_up = standard.token_of(http, answer), standard.token_of(http, answer)
    row = Client.objects.get(client_id=answer["client_id"])
    presented = world.text if statement != "expired" else protocol.resign(world.text, claims={"exp": 1_000_000_000})
    # The resource server's statement hangs on a key of its own: here only the other's fate is looked at.
    key = world.statement.signing_key
    if statement == "key withdrawn":
        SoftwareStatement.objects.exclude(pk=world.statement.pk).update(signing_key=other_key())
    put(world, row, key, world.statement, app, statement, client)
    state = (app, statement, client)
    assert said(standard.register(http, presented)) == expected_register(app, statement)
    assert said(standard.token(http, answer)) == expected_standard_token(*state)
    good = expected_management(*state)
    bare = (401, "invalid_client")
    for method in ("GET", "PUT"):
        managed = standard.manage(http, method, answer, {"client_id": answer["client_id"]})
        assert said(managed) == ((200, None) if good else (401, "invalid_token"))
        assert good or managed["WWW-Authenticate"] == standard.BAD_TOKEN
    own = standard.introspect(http, answer, text)
    assert said(own) == ((200, None) if good else bare)
    assert good or own["WWW-Authenticate"] == standard.BASIC_CHALLENGE
    told = standard.introspect(http, server, text).json()
    assert told == {"active": False} if not good else told["active"] is True
    assert {"active": told["active"]} == expected_introspection(*state)
    assert standard.revoke(http, answer, given_up).status_code == expected_revocation(client)
    # Whatever it was, wrong credentials learn nothing of it.
    wrong = {**answer, "client_secret": "x"}
    for response in (standard.token(http, wrong), standard.introspect(http, wrong, text)):
        assert said(response) == bare
    assert said(standard.revoke(http, wrong, text)) == bare
    assert said(standard.manage(http, "GET", answer, token="x")) == (401, "invalid_token")
    restore(world, row, key, world.statement)
    assert standard.token(http, answer).status_code == 200
    assert standard.introspect(http, server, text).json()["active"] is True
    assert standard.introspect(http, server, given_up).json()["active"] is (client == "deleted")
    assert standard.manage(http, "GET", answer).status_code == 200


def other_key():
    from oauth.models import SigningKey  # noqa: PLC0415

    return SigningKey.objects.filter(environment=protocol.ELSEWHERE, purpose="statement").get()


@pytest.mark.parametrize(("app", "client"), list(product(APPLICATION, CLIENT)))
def test_a_client_without_a_statement_depends_on_its_application_only(http, world, app, client):
    answer = protocol.registered(http, world)
    text = protocol.token_of(http, answer)
    row = Client.objects.get()
    Client.objects.update(statement=None)
    protocol.at(world.statement, revoked_at=True)
    put(world, row, world.statement.signing_key, world.statement, app, "good", client)
    assert said(protocol.token(http, answer)) == expected_token(app, "good", client)
    assert said(protocol.bearer(http, VALIDATE, text)) == expected_bearer(app, "good", client)


@pytest.mark.parametrize("state", ["closed_at", "suspended_at", "revoked_at"])
def test_an_instant_that_lies_ahead_does_not_count_until_it_has_passed(http, world, state):
    answer = protocol.registered(http, world)
    text = protocol.token_of(http, answer)
    protocol.at(world.application, **{state: timedelta(hours=1)})
    assert protocol.register(http, world.text).status_code == 201
    assert protocol.token(http, answer).status_code == 201
    assert protocol.bearer(http, protocol.CONFIGURATION, text).status_code == 200
    protocol.at(world.application, **{state: timedelta(milliseconds=-2)})
    app = state.removesuffix("_at")
    assert said(protocol.register(http, world.text)) == expected_register(app, "good")
    assert said(protocol.token(http, answer)) == expected_token(app, "good", "good")
    assert said(protocol.bearer(http, VALIDATE, text)) == expected_bearer(app, "good", "good")


@pytest.mark.parametrize("state", ["closed_at", "suspended_at", "revoked_at"])
def test_an_instant_stamped_just_now_counts_at_once(http, world, state):
    answer = protocol.registered(http, world)
    for _ in range(20):
        protocol.at(world.application, **{state: True})
        app = state.removesuffix("_at")
        assert said(protocol.register(http, world.text)) == expected_register(app, "good")
        assert said(protocol.token(http, answer)) == expected_token(app, "good", "good")
        protocol.at(world.application, **{state: None})
        assert protocol.token(http, answer).status_code == 201


@pytest.mark.parametrize("which", ["statement", "client"])
def test_a_statements_and_a_clients_instants_may_lie_ahead_too(http, world, which):
    answer = protocol.registered(http, world)
    row = world.statement if which == "statement" else Client.objects.get()
    protocol.at(row, revoked_at=timedelta(hours=1))
    assert protocol.token(http, answer).status_code == 201
    assert protocol.register(http, world.text).status_code == 201
    protocol.at(row, revoked_at=timedelta(seconds=-1))
    assert said(protocol.token(http, answer)) == (400, "invalid_client")


def test_clearing_the_highest_state_shows_what_lies_under_it(http, world):
    answer = protocol.registered(http, world)
    protocol.at(world.application, closed_at=True, suspended_at=True, revoked_at=True)
    assert said(protocol.token(http, answer)) == (400, "invalid_client")
    protocol.at(world.application, revoked_at=None)
    assert said(protocol.token(http, answer)) == (400, "unauthorized_client")
    protocol.at(world.application, suspended_at=None)
    assert said(protocol.token(http, answer)) == (201, None)
    assert said(protocol.register(http, world.text)) == (400, "unapproved_software_statement")


def test_another_applications_state_is_its_own(http, world):
    answer = protocol.registered(http, world)
    other = protocol.application(world.programmer)
    issued = protocol.issue(other)
    protocol.at(other, revoked_at=True)
    protocol.at(issued, revoked_at=True)
    assert protocol.token(http, answer).status_code == 201
    assert protocol.register(http, world.text).status_code == 201
    assert said(protocol.register(http, issued.text)) == (400, "unapproved_software_statement")


def test_of_two_statements_only_the_revoked_ones_clients_are_refused(http, world):
    second = protocol.issue(world.application)
    mine, theirs = protocol.registered(http, world), protocol.register(http, second.text).json()
    protocol.at(second, revoked_at=True)
    assert protocol.token(http, mine).status_code == 201
    assert said(protocol.token(http, theirs)) == (400, "invalid_client")


def test_a_revoked_token_is_refused_and_the_clients_others_are_not(http, world):
    from oauth.models import RevokedToken  # noqa: PLC0415

    answer = protocol.registered(http, world)
    first, second = protocol.token(http, answer).json(), protocol.token(http, answer).json()
    RevokedToken.objects.create(
        jti=first["id"],
        environment=world.environment,
        client_id=answer["client_id"],
        expires_at=protocol.now() + timedelta(hours=6),
    )
    assert said(protocol.bearer(http, VALIDATE, first["access_token"])) == REFUSED
    assert protocol.bearer(http, VALIDATE, second["access_token"]).status_code == 200
    assert protocol.token(http, answer).status_code == 201
