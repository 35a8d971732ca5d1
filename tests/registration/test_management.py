"""`/oauth/register/{client_id}` (RFC 7592): a client reads, replaces and deletes its registration."""

import json

import pytest

from registration.models import Client
from tests import protocol, standard
from tests.standard import BAD_TOKEN, NO_TOKEN, REGISTER, check_refusal

URI = "https://live.aurora.example/done"
UNKNOWN = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
ID = "The member client_id must be the one in the URL."
SECRET = "The member client_secret is not the client's. Leave it out."
OTHER_APPLICATION = "The software statement is of another application."
UNAPPROVED = "The software statement is well signed but may not register clients here. Ask for a new one."
URIS = "The member redirect_uris must be an array of strings."
RICH = {
    "redirect_uris": [URI],
    "token_endpoint_auth_method": "client_secret_post",
    "client_uri": "https://aurora.example/",
    "contacts": ["tv@aurora.example"],
}


@pytest.fixture
def client(http, world):
    return standard.registered(http, world, **RICH)


def information(client, **changes):
    """What GET and PUT answer: the registration's own answer without its secret."""
    gone = {"client_secret", "client_secret_expires_at"}
    members = {name: value for name, value in {**client, **changes}.items() if name not in gone}
    return {name: value for name, value in members.items() if value is not ...}


def check_401(response, challenge=BAD_TOKEN):
    standard.check_unauthorized(response, standard.INVALID_TOKEN, "invalid_token", challenge)


# --- Who may ---


@pytest.mark.compliance("RFC 7592", "2.1")
@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.compliance("RFC 7592", "3")
def test_reading_answers_all_metadata_the_statement_and_the_token_as_presented_but_no_secret(http, client, slash):
    response = standard.manage(http, "GET", client, path=f"{REGISTER}/{client['client_id']}{slash}")
    assert (response.status_code, response.json()) == (200, information(client))
    protocol.check_headers(response)
    assert client["client_secret"] not in response.content.decode()
    # Neither read nor anything else rotates the token.
    assert (
        standard.manage(http, "GET", client).json()["registration_access_token"]
        == (client["registration_access_token"])
    )


@pytest.mark.compliance("RFC 7592", "3")
def test_its_own_url_is_the_one_to_ask(http, client):
    path = client["registration_client_uri"].removeprefix(protocol.issuer())
    assert standard.manage(http, "GET", client, path=path).status_code == 200


@pytest.mark.compliance("RFC 7592", "2")
@pytest.mark.compliance("RFC 7592", "2.1")
@pytest.mark.compliance("RFC 6750", "3")
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_without_the_token_or_with_another_it_is_401(http, world, client, method):
    other = standard.registered(http, world)
    path = f"{REGISTER}/{client['client_id']}"
    body = json.dumps({"client_id": client["client_id"]})
    check_401(http.generic(method, path, body, "application/json"), NO_TOKEN)
    for header in (standard.of(client), "Digest x", "bearerx y"):
        response = http.generic(method, path, body, "application/json", headers={"authorization": header})
        check_401(response, NO_TOKEN)
    for token in ("x", "", "-", client["client_secret"], other["registration_access_token"], "\u00e9"):
        check_401(standard.manage(http, method, client, body, token=token))
    good = client["registration_access_token"]
    for token in (good.swapcase(), good + "x", f"{good},Bearer {good}", f"{good} x"):
        check_401(standard.manage(http, method, client, body, token=token))
    check_401(standard.manage(http, method, client, body, token=standard.token_of(http, client)))
    assert Client.objects.get(client_id=client["client_id"]).deleted_at is None
    assert standard.manage(http, "GET", client).json() == information(client)


@pytest.mark.compliance("RFC 7592", "2.1")
@pytest.mark.parametrize("client_id", ["upper", UNKNOWN, "x" * 300, "%00", "%0d%0a", "%E9", "a%2Fb", "'"])
def test_an_unknown_id_is_401_with_any_token(http, client, client_id):
    client_id = client["client_id"].upper() if client_id == "upper" else client_id
    for method in ("GET", "PUT", "DELETE"):
        response = standard.manage(http, method, client, path=f"{REGISTER}/{client_id}")
        if client_id == "a%2Fb":  # decoded before it is resolved: two segments, so another URL
            assert response.status_code == 404
        else:
            check_401(response)


def test_a_client_is_unknown_in_another_environment(http, client):
    check_401(standard.manage(http, "GET", client, host=protocol.ISSUER_ELSEWHERE))


def test_registrations_of_the_first_dialect_have_none_of_this(http, world):
    tve = protocol.registered(http, world)
    assert "registration_access_token" not in tve
    for token in ("", "-", "x", tve["client_secret"], protocol.token_of(http, tve)):
        for method in ("GET", "PUT", "DELETE"):
            check_401(standard.manage(http, method, tve, {"client_id": tve["client_id"]}, token=token))
    assert protocol.token(http, tve).status_code == 201
    standard.brought_over(world, "imported", "secret")
    check_401(standard.manage(http, "GET", {"client_id": "imported"}, token="secret"))


def test_the_token_is_looked_at_before_the_body(http, client):
    response = standard.manage(http, "PUT", client, "{", token="x")
    check_401(response)
    headers = {"authorization": "Bearer x"}
    path = f"{REGISTER}/{client['client_id']}"
    check_401(http.generic("PUT", path, "a=b", "application/x-www-form-urlencoded", headers=headers))


@pytest.mark.compliance("RFC 7592", "2")
def test_it_takes_get_put_and_delete_and_nothing_else(http, client):
    for method in ("POST", "PATCH", "put"):
        response = standard.manage(http, method, client)
        assert (response.status_code, response["Allow"]) == (405, "GET, PUT, DELETE, HEAD, OPTIONS")


# --- Replacing ---


@pytest.mark.compliance("RFC 7592", "2.2")
def test_replacing_answers_the_new_metadata_and_resets_what_was_left_out(http, client):
    members = {"client_id": client["client_id"], "tos_uri": "https://aurora.example/tos", "redirect_uris": [URI + "2"]}
    response = standard.manage(http, "PUT", client, members)
    expected = information(
        client,
        tos_uri="https://aurora.example/tos",
        redirect_uris=[URI + "2"],
        token_endpoint_auth_method="client_secret_basic",
        client_uri=...,
        contacts=...,
    )
    assert (response.status_code, response.json()) == (200, expected)
    protocol.check_headers(response)
    assert standard.manage(http, "GET", client).json() == expected
    assert Client.objects.get().redirect_matches == ["domain:live.aurora.example"]
    empty = standard.manage(http, "PUT", client, {"client_id": client["client_id"]}).json()
    assert (empty["redirect_uris"], "tos_uri" in empty) == ([], False)
    assert standard.token(http, client).status_code == 200


def test_redirect_uris_left_out_are_reset_to_the_default_of_the_one_channel(http, world):
    app = protocol.application(world.programmer, all_channels=False, channels=["aurora-one"])
    type(world.channel).objects.filter(pk=world.channel.pk).update(default_redirect_url=URI)
    client = standard.register(http, protocol.issue(app).text, redirect_uris=[]).json()
    answer = standard.manage(http, "PUT", client, {"client_id": client["client_id"]})
    assert answer.json()["redirect_uris"] == [URI]


@pytest.mark.compliance("RFC 7592", "2.2")
def test_the_id_must_be_there_and_right(http, world, client):
    other = standard.registered(http, world)
    for members in ({}, {"client_id": other["client_id"]}, {"client_id": None}, {"client_id": [client["client_id"]]}):
        check_refusal(standard.manage(http, "PUT", client, members), "invalid_client_metadata", ID)
    upper = {"client_id": client["client_id"].upper()}
    check_refusal(standard.manage(http, "PUT", client, upper), "invalid_client_metadata", ID)
    assert standard.manage(http, "GET", client).json() == information(client)


@pytest.mark.compliance("RFC 7592", "2.2")
@pytest.mark.parametrize(
    "name",
    ["registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"],
)
def test_what_the_server_says_may_not_be_sent(http, client, name):
    members = {"client_id": client["client_id"], name: client[name]}
    description = f"Leave out {name}: the server says them."
    check_refusal(standard.manage(http, "PUT", client, members), "invalid_client_metadata", description)
    assert standard.manage(http, "GET", client).json() == information(client)


@pytest.mark.compliance("RFC 7592", "2.2")
def test_a_secret_that_is_sent_must_be_the_clients_and_changes_nothing(http, client):
    right = {"client_id": client["client_id"], "client_secret": client["client_secret"]}
    assert "client_secret" not in standard.manage(http, "PUT", client, right).json()
    for secret in ("x", "", None, 5, client["registration_access_token"]):
        response = standard.manage(http, "PUT", client, {**right, "client_secret": secret})
        check_refusal(response, "invalid_client_metadata", SECRET)
    assert standard.token(http, client).status_code == 200


def test_a_statement_that_is_sent_must_be_of_the_application_and_usable_and_moves_nothing(http, world, client):
    second, other = protocol.issue(world.application), protocol.issue(protocol.application(world.programmer))
    members = {"client_id": client["client_id"]}
    for text in (world.text, second.text):
        answer = standard.manage(http, "PUT", client, {**members, "software_statement": text}).json()
        assert answer["software_statement"] == world.text
    assert Client.objects.get().statement == world.statement
    response = standard.manage(http, "PUT", client, {**members, "software_statement": other.text})
    check_refusal(response, "unapproved_software_statement", OTHER_APPLICATION)
    protocol.at(second, revoked_at=True)
    response = standard.manage(http, "PUT", client, {**members, "software_statement": second.text})
    check_refusal(response, "unapproved_software_statement", UNAPPROVED)
    for bad in (world.text[:-4] + "AAAA", None, 5, "", [world.text]):
        response = standard.manage(http, "PUT", client, {**members, "software_statement": bad})
        assert (response.status_code, response.json()["error"]) == (400, "invalid_software_statement")


@pytest.mark.compliance("RFC 7592", "2.1")
def test_the_statements_values_win_here_too(http, client):
    members = {"client_id": client["client_id"], "client_name": "Mine", "scope": "idp:owner", "software_id": "x"}
    answer = standard.manage(http, "PUT", client, members).json()
    assert {name: answer[name] for name in ("client_name", "scope", "software_id")} == {
        name: client[name] for name in ("client_name", "scope", "software_id")
    }


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"grant_types": ["password"]}, "invalid_client_metadata"),
        ({"client_uri": "http://aurora.example"}, "invalid_client_metadata"),
        ({"client_name": 5}, "invalid_client_metadata"),
        ({"redirect_uris": None}, "invalid_redirect_uri"),
        ({"redirect_uris": [URI] * 17}, "invalid_redirect_uri"),
        ({"redirect_uris": ["https://nobody.example/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [URI + "#x"]}, "invalid_redirect_uri"),
    ],
)
@pytest.mark.compliance("RFC 7592", "2.2")
def test_metadata_are_held_to_what_they_are_at_registration(http, client, members, error):
    response = standard.manage(http, "PUT", client, {"client_id": client["client_id"], **members})
    assert (response.status_code, response.json()["error"]) == (400, error)
    assert standard.manage(http, "GET", client).json() == information(client)


@pytest.mark.parametrize("body", ["", "[]", "{", '{"a": 1, "a": 2}', '{"a": "\\u0000"}', b"\xff"])
@pytest.mark.compliance("RFC 7592", "2.2")
def test_a_malformed_body_is_invalid_client_metadata(http, client, body):
    headers = {"authorization": f"Bearer {client['registration_access_token']}"}
    path = f"{REGISTER}/{client['client_id']}"
    response = http.generic("PUT", path, body, CONTENT_TYPE="application/json", headers=headers)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_client_metadata")
    form = http.generic("PUT", path, "a=b", "application/x-www-form-urlencoded", headers=headers)
    assert (form.status_code, form.json()["error"]) == (400, "invalid_request")


# --- Deleting ---


@pytest.mark.compliance("RFC 7592", "2.3")
def test_a_deleted_client_is_refused_everywhere_with_its_tokens_and_its_row_stays(http, world, client):
    text, other = standard.token_of(http, client), standard.registered(http, world)
    server = standard.resource_server(http, world)
    assert standard.introspect(http, server, text).json()["active"] is True
    response = standard.manage(http, "DELETE", client)
    assert (response.status_code, response.content) == (204, b"")
    protocol.check_headers(response)
    assert "Content-Type" not in response
    for method in ("GET", "PUT", "DELETE"):
        check_401(standard.manage(http, method, client, {"client_id": client["client_id"]}))
    standard.check_unauthorized(standard.token(http, client))
    assert protocol.token(http, client).json()["error"] == "invalid_client"
    standard.check_unauthorized(standard.introspect(http, client, text))
    standard.check_unauthorized(standard.revoke(http, client, text))
    assert standard.introspect(http, server, text).json() == {"active": False}
    assert protocol.bearer(http, protocol.VALIDATE, text).status_code == 401
    assert Client.objects.get(client_id=client["client_id"]).deleted_at is not None
    assert standard.token(http, other).status_code == 200
    assert standard.register(http, world.text).status_code == 201
