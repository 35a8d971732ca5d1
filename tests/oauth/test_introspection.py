"""`POST /oauth/introspect` (RFC 7662): what a token is worth, to its own client and to resource servers."""

import time
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from registration.models import Client
from tests import protocol, standard
from tests.protocol import FORM
from tests.standard import INTROSPECT, check_refusal, check_unauthorized

MISSING = "The parameter token is missing."
INACTIVE = {"active": False}


@pytest.fixture
def client(http, world):
    return standard.registered(http, world)


@pytest.fixture
def text(http, client):
    return standard.token_of(http, client)


@pytest.fixture
def server(http, world):
    return standard.resource_server(http, world)


def inactive(response):
    assert (response.status_code, response.json()) == (200, INACTIVE)
    protocol.check_headers(response)
    return True


@pytest.mark.compliance("RFC 7662", "2.2")
@pytest.mark.parametrize("path", [INTROSPECT, INTROSPECT + "/"])
@pytest.mark.compliance("RFC 7662", "5")
def test_a_good_token_answers_its_claims_to_its_own_client_and_to_a_resource_server(http, client, server, text, path):
    _, claims = protocol.decode(text)
    for caller in (client, server):
        response = standard.introspect(http, caller, text, path=path)
        assert (response.status_code, response.json()) == (
            200,
            {
                "active": True,
                "sub": client["client_id"],
                "client_id": client["client_id"],
                "scope": "api:client:v2",
                "exp": claims["exp"],
                "iat": claims["iat"],
                "nbf": claims["iat"] - 5,
                "iss": protocol.issuer(),
                "aud": protocol.issuer() + "/api",
                "jti": claims["jti"],
                "token_type": "Bearer",
            },
        )
        protocol.check_headers(response)


@pytest.mark.compliance("RFC 7662", "2.1")
def test_the_caller_authenticates_in_basic_or_in_the_body(http, client, text):
    post = {"client_id": client["client_id"], "client_secret": client["client_secret"], "token": text}
    assert standard.form(http, INTROSPECT, post).json()["active"] is True
    check_unauthorized(standard.form(http, INTROSPECT, {"token": text}), standard.NO_CREDENTIALS)
    check_unauthorized(standard.introspect(http, {**client, "client_secret": "x"}, text))
    bearer = standard.form(http, INTROSPECT, {"token": text}, authorization=f"Bearer {text}")
    check_unauthorized(bearer, standard.NOT_BASIC)
    both = standard.form(http, INTROSPECT, post, authorization=standard.of(client))
    check_refusal(both, "invalid_request", standard.ONE_WAY)


@pytest.mark.compliance("RFC 7662", "2.1")
def test_a_hint_is_taken_and_makes_no_difference(http, client, text):
    for hint in ("access_token", "refresh_token", "nonsense", ""):
        assert standard.introspect(http, client, text, token_type_hint=hint).json()["active"] is True


@pytest.mark.compliance("RFC 7662", "2.2")
@pytest.mark.compliance("RFC 7662", "4")
def test_a_client_without_the_scope_learns_of_its_own_tokens_only(http, world, client, server, text):
    other = standard.registered(http, world)
    assert inactive(standard.introspect(http, other, text))
    assert standard.introspect(http, server, text).json()["active"] is True
    # The scope is the application's, now; not what a token was given.
    app = Client.objects.get(client_id=server["client_id"]).application
    type(app).objects.filter(pk=app.pk).update(scopes=["analytics:client"])
    assert inactive(standard.introspect(http, server, text))
    type(app).objects.filter(pk=app.pk).update(scopes=["introspection"])
    assert standard.introspect(http, server, text).json()["active"] is True


def test_clients_of_the_first_dialect_call_it_and_are_told_of(http, world, client):
    tve = protocol.registered(http, world)
    own = protocol.token_of(http, tve)
    assert standard.introspect(http, tve, own).json()["sub"] == tve["client_id"]
    assert inactive(standard.introspect(http, client, own))


@pytest.mark.compliance("RFC 7662", "4")
@pytest.mark.compliance("RFC 7662", "2.2")
@pytest.mark.compliance("RFC 7662", "2.3")
def test_whatever_is_no_good_token_of_ours_gets_one_constant_answer(http, world, client, server, text):
    token_key = protocol.key_of(purpose="token").private
    past = int(time.time()) - 10
    for other in (
        "x",
        "a.b.c",
        "\u00e9",
        world.text,
        client["client_secret"],
        client["registration_access_token"],
        text[:-4] + "AAAA",
        text + " ",
        protocol.resign(text, claims={"exp": past}, key=token_key, alg="ES256"),
        protocol.resign(text, claims={"nbf": past + 3600}, key=token_key, alg="ES256"),
        protocol.resign(text, claims={"aud": "https://other.example"}, key=token_key, alg="ES256"),
        protocol.resign(text, claims={"iss": "https://other.example"}, key=token_key, alg="ES256"),
        protocol.resign(text, header={"typ": "JWT"}, key=token_key, alg="ES256"),
        protocol.resign(text, claims={"client_id": "nobody"}, key=token_key, alg="ES256"),
    ):
        assert inactive(standard.introspect(http, server, other))
        assert inactive(standard.introspect(http, client, other))
    assert standard.introspect(http, server, text).json()["active"] is True


@pytest.mark.compliance("RFC 7662", "2.2")
def test_a_token_of_another_environment_is_foreign(http, world, server, text):
    there = protocol.build(protocol.ELSEWHERE)
    elsewhere = {"host": protocol.ISSUER_ELSEWHERE}
    stranger = standard.register(http, there.text, headers=elsewhere).json()
    answer = standard.form(
        http, standard.TOKEN, {"grant_type": "client_credentials"}, authorization=standard.of(stranger), **elsewhere
    )
    foreign = answer.json()["access_token"]
    assert inactive(standard.introspect(http, server, foreign))
    own = standard.form(http, INTROSPECT, {"token": foreign}, authorization=standard.of(stranger), **elsewhere)
    assert own.json()["active"] is True
    check_unauthorized(standard.introspect(http, stranger, foreign))


def test_a_missing_token_is_asked_for_after_the_credentials(http, world, client):
    check_unauthorized(standard.form(http, INTROSPECT, "a=b"), standard.NO_CREDENTIALS)
    for body in ("a=b", "token="):
        response = standard.form(http, INTROSPECT, body, authorization=standard.of(client))
        check_refusal(response, "invalid_request", MISSING)
    protocol.at(world.application, suspended_at=True)
    check_unauthorized(standard.form(http, INTROSPECT, "a=b", authorization=standard.of(client)))


@pytest.mark.parametrize("body", ["token=%FF", "token=a%00", "token=x&token=y"])
def test_a_form_that_cannot_be_parsed_is_an_invalid_request(http, client, body):
    response = standard.form(http, INTROSPECT, body, authorization=standard.of(client))
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


@pytest.mark.compliance("RFC 7662", "2.1")
def test_the_token_comes_in_a_form_and_never_in_the_url(http, client, text):
    headers = {"authorization": standard.of(client)}
    assert http.get(f"{INTROSPECT}?token={text}", headers=headers).status_code == 405
    json = http.post(INTROSPECT, {"token": text}, content_type="application/json", headers=headers)
    assert json.json()["error"] == "invalid_request"
    url = f"{INTROSPECT}?{urlencode({'access_token': text})}"
    response = http.post(url, urlencode({"token": text}), content_type=FORM, headers=headers)
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


@pytest.mark.compliance("RFC 7662", "4")
def test_the_state_of_the_tokens_client_counts_and_comes_back(http, world, client, server, text):
    row = Client.objects.get(client_id=client["client_id"])
    for subject, state in (
        (world.application, "suspended_at"),
        (world.application, "revoked_at"),
        (world.statement, "revoked_at"),
        (row, "revoked_at"),
        (row, "deleted_at"),
    ):
        protocol.at(subject, **{state: timedelta(seconds=-1)})
        assert inactive(standard.introspect(http, server, text))
        protocol.at(subject, **{state: None})
        assert standard.introspect(http, server, text).json()["active"] is True


@pytest.mark.compliance("RFC 7662", "2.3")
@pytest.mark.compliance("RFC 7662", "4")
def test_an_unknown_callers_wrong_secret_costs_five_tokens_of_its_address(http, client, text, settings):
    settings.THROTTLE_BURST = 11
    check_unauthorized(standard.introspect(http, {**client, "client_secret": "x"}, text))
    check_unauthorized(standard.introspect(http, {**client, "client_secret": "x"}, text))
    assert standard.introspect(http, client, text).status_code == 200
    response = standard.introspect(http, client, text)
    assert (response.status_code, response.json()["error"], response["Retry-After"]) == (429, "too_many_requests", "1")
