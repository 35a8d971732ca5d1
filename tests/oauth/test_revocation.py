"""`POST /oauth/revoke` (RFC 7009): a client gives up a token of its own."""

import time
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db.models.functions import Now

from oauth.models import RevokedToken
from registration.models import Client
from tests import protocol, standard
from tests.protocol import FORM, VALIDATE
from tests.standard import REVOKE, check_refusal, check_unauthorized


@pytest.fixture
def client(http, world):
    return standard.registered(http, world)


@pytest.fixture
def text(http, client):
    return standard.token_of(http, client)


def done(response):
    assert (response.status_code, response.json()) == (200, {})
    protocol.check_headers(response)
    return True


@pytest.mark.compliance("RFC 7009", "2.1")
@pytest.mark.compliance("RFC 7009", "2.2")
@pytest.mark.parametrize("path", [REVOKE, REVOKE + "/"])
@pytest.mark.compliance("RFC 7009", "2")
def test_a_revoked_token_is_refused_at_once_on_every_surface_and_others_are_not(http, world, client, text, path):
    other, server = standard.token_of(http, client), standard.resource_server(http, world)
    before = RevokedToken.objects.count()
    assert done(standard.revoke(http, client, text, path=path))
    for surface in (VALIDATE, protocol.SCOPES, protocol.CONFIGURATION):
        assert protocol.bearer(http, surface, text).status_code == 401
        assert protocol.bearer(http, surface, other).status_code == 200
    for caller in (client, server):
        assert standard.introspect(http, caller, text).json() == {"active": False}
        assert standard.introspect(http, caller, other).json()["active"] is True
    assert standard.token(http, client).status_code == 200
    assert RevokedToken.objects.count() == before + 1


@pytest.mark.compliance("RFC 6749", "10.3")
def test_what_is_kept_is_the_jti_until_the_token_would_have_expired(http, world, client, text):
    done(standard.revoke(http, client, text))
    _, claims = protocol.decode(text)
    row = RevokedToken.objects.get()
    assert (row.jti, row.environment, row.client_id) == (claims["jti"], world.environment, client["client_id"])
    assert row.expires_at.timestamp() == claims["exp"]
    assert abs(row.revoked_at.timestamp() - time.time()) < 60


def test_what_is_kept_of_tokens_that_are_past_goes_with_the_next_revocation(http, client, text):
    RevokedToken.objects.create(
        jti="past",
        environment="release-production",
        client_id="anybody",
        expires_at=Now() - timedelta(minutes=2),
    )
    standard.revoke(http, client, text)
    assert not RevokedToken.objects.filter(jti="past").exists()
    assert RevokedToken.objects.count() == 1


@pytest.mark.compliance("RFC 7009", "2.2")
def test_revoking_twice_is_once(http, client, text):
    assert done(standard.revoke(http, client, text))
    assert done(standard.revoke(http, client, text))
    assert RevokedToken.objects.count() == 1


@pytest.mark.compliance("RFC 7009", "2.1")
@pytest.mark.compliance("RFC 6749", "10.2")
def test_the_caller_authenticates_in_basic_or_in_the_body(http, client, text):
    check_unauthorized(standard.form(http, REVOKE, {"token": text}), standard.NO_CREDENTIALS)
    check_unauthorized(standard.revoke(http, {**client, "client_secret": "x"}, text))
    check_unauthorized(standard.form(http, REVOKE, {"token": text}, authorization=f"Bearer {text}"), standard.NOT_BASIC)
    post = {"client_id": client["client_id"], "client_secret": client["client_secret"], "token": text}
    response = standard.form(http, REVOKE, post, authorization=standard.of(client))
    check_refusal(response, "invalid_request", standard.ONE_WAY)
    assert protocol.bearer(http, VALIDATE, text).status_code == 200
    assert done(standard.form(http, REVOKE, post))
    assert protocol.bearer(http, VALIDATE, text).status_code == 401


@pytest.mark.compliance("RFC 7009", "2.1")
@pytest.mark.compliance("RFC 7009", "5")
def test_somebody_elses_token_is_answered_the_same_and_nothing_happens(http, world, client, text):
    """A deliberate deviation from RFC 7009 section 2.1: nobody learns here whether a token exists."""
    other, server = standard.registered(http, world), standard.resource_server(http, world)
    assert done(standard.revoke(http, other, text))
    assert done(standard.revoke(http, server, text))
    assert protocol.bearer(http, VALIDATE, text).status_code == 200
    assert not RevokedToken.objects.exists()


@pytest.mark.compliance("RFC 7009", "2.2")
def test_what_is_no_token_of_ours_is_answered_the_same_and_nothing_is_kept(http, world, client, text):
    key = protocol.key_of(purpose="token").private
    for other in (
        "x",
        "\u00e9",
        world.text,
        client["client_secret"],
        text[:-4] + "AAAA",
        protocol.resign(text, claims={"exp": int(time.time()) - 1}, key=key, alg="ES256"),
    ):
        assert done(standard.revoke(http, client, other))
    assert not RevokedToken.objects.exists()
    assert protocol.bearer(http, VALIDATE, text).status_code == 200


@pytest.mark.compliance("RFC 7009", "2.1")
def test_a_hint_makes_no_difference(http, client):
    for hint in ("access_token", "refresh_token", "nonsense"):
        text = standard.token_of(http, client)
        assert done(standard.revoke(http, client, text, token_type_hint=hint))
        assert protocol.bearer(http, VALIDATE, text).status_code == 401


@pytest.mark.parametrize("body", ["token=%FF", "token=a%00", "token=x&token=y"])
def test_a_body_that_cannot_be_decoded_is_an_invalid_request(http, client, body):
    response = standard.form(http, REVOKE, body, authorization=standard.of(client))
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


@pytest.mark.compliance("RFC 7009", "2.2.1")
@pytest.mark.compliance("RFC 7009", "2.1")
def test_a_missing_token_is_asked_for_after_the_credentials(http, client):
    check_unauthorized(standard.form(http, REVOKE, "a=b"), standard.NO_CREDENTIALS)
    for body in ("a=b", "token="):
        response = standard.form(http, REVOKE, body, authorization=standard.of(client))
        check_refusal(response, "invalid_request", "The parameter token is missing.")


@pytest.mark.compliance("RFC 7009", "2.1")
def test_it_takes_a_form_by_post_and_nothing_else(http, client, text):
    headers = {"authorization": standard.of(client)}
    response = http.get(f"{REVOKE}?token={text}", headers=headers)
    assert (response.status_code, response["Allow"]) == (405, "POST, OPTIONS")
    json = http.post(REVOKE, {"token": text}, content_type="application/json", headers=headers)
    assert (json.status_code, json.json()["error"]) == (400, "invalid_request")
    url = f"{REVOKE}?{urlencode({'access_token': text})}"
    assert http.post(url, urlencode({"token": text}), content_type=FORM, headers=headers).status_code == 400
    assert protocol.bearer(http, VALIDATE, text).status_code == 200


def test_clients_of_the_first_dialect_revoke_theirs(http, world):
    tve = protocol.registered(http, world)
    text = protocol.token_of(http, tve)
    assert done(standard.revoke(http, tve, text))
    assert protocol.bearer(http, VALIDATE, text).status_code == 401


def test_a_client_that_may_not_act_may_still_give_up_its_tokens(http, world, client, text):
    row = Client.objects.get(client_id=client["client_id"])
    protocol.at(row, revoked_at=timedelta(seconds=-1))
    assert done(standard.revoke(http, client, text))
    protocol.at(row, revoked_at=None)
    assert protocol.bearer(http, VALIDATE, text).status_code == 401


def test_it_is_never_throttled(http, client, settings):
    tokens = [standard.token_of(http, client) for _ in range(3)]
    settings.THROTTLE_BURST = 1
    assert standard.token(http, client).status_code == 200
    assert standard.token(http, client).status_code == 429
    for text in tokens:
        assert done(standard.revoke(http, client, text))
    check_unauthorized(standard.revoke(http, {**client, "client_secret": "x"}, tokens[0]))
    settings.THROTTLE_ENABLED = False
    assert all(protocol.bearer(http, VALIDATE, text).status_code == 401 for text in tokens)
