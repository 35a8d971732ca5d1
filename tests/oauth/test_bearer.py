"""Bearer tokens: validate, scopes and the protected API, from the good answer to every refusal of it."""

import json
import time

import pytest

from oauth import keys
from tests import protocol
from tests.protocol import CONFIGURATION, ELSEWHERE, ENVIRONMENT, SCOPES, VALIDATE, check_enhanced, key_of, resign

SURFACES = [VALIDATE, SCOPES, CONFIGURATION]
BAD = "The access token is missing, expired or no longer valid. Get a new one; if that fails, register again."
SUSPENDED = "The application is suspended. Keep the client credentials and the token, and try again later."
REALM = 'Bearer realm="tve"'
INVALID = f'{REALM}, error="invalid_token"'


def check_bad(response, *, sent=True):
    check_enhanced(
        response,
        401,
        "invalid_access_token_client_application",
        BAD,
        action="application-registration",
        challenge=INVALID if sent else REALM,
    )


@pytest.fixture
def client(http, world):
    return protocol.registered(http, world)


@pytest.fixture
def text(http, client):
    return protocol.token_of(http, client)


def test_validate_tells_what_the_token_is(http, world, client, text):
    response = protocol.bearer(http, VALIDATE, text)
    answer = response.json()
    assert response.status_code == 200
    protocol.check_headers(response)
    assert answer == {
        "client_id": client["client_id"],
        "software_id": str(world.application.software_id),
        "scopes": ["api:client:v2"],
        "expires_in": answer["expires_in"],
    }
    assert 21590 < answer["expires_in"] <= 21600


def test_scopes_are_the_tokens(http, text):
    response = protocol.bearer(http, SCOPES, text)
    assert (response.status_code, response.json()) == (200, {"scopes": ["api:client:v2"]})
    protocol.check_headers(response)


def test_configuration_answers_a_good_token(http, world, text):
    before = int(time.time() * 1000)
    response = protocol.bearer(http, CONFIGURATION, text)
    answer = response.json()
    assert response.status_code == 200
    protocol.check_headers(response)
    assert answer == {
        "device": "Unknown",
        "clientType": "UNIDENTIFIED",
        "os": "Unknown",
        "time": answer["time"],
        "requestor": {
            "id": "aurora-one",
            "name": "Aurora One",
            "domains": [{"name": "live.aurora.example", "mvpdInitiated": False}],
            "mvpds": [],
        },
        "mvpds": [],
    }
    assert before <= answer["time"] <= time.time() * 1000


def test_configuration_says_what_the_device_said(http, text):
    info = "eyJvc05hbWUiOiJSb2t1IE9TIiwicHJpbWFyeUhhcmR3YXJlVHlwZSI6IlNldFRvcEJveCJ9"
    answer = http.get(CONFIGURATION, headers={"authorization": f"Bearer {text}", "x-device-info": info}).json()
    assert (answer["device"], answer["clientType"], answer["os"]) == ("SetTopBox", "ROKU", "Roku OS")


@pytest.mark.parametrize("path", SURFACES)
@pytest.mark.compliance("RFC 6750", "2.1")
def test_the_scheme_is_read_without_case(http, text, path):
    for scheme in ("Bearer", "bearer", "BEARER"):
        assert http.get(path, headers={"authorization": f"{scheme} {text}"}).status_code == 200


@pytest.mark.parametrize("path", SURFACES)
@pytest.mark.compliance("RFC 6750", "3.1")
def test_without_a_token_the_challenge_has_no_error(http, text, path):
    check_bad(http.get(path), sent=False)
    check_bad(http.get(path, headers={"authorization": "Basic eDp5"}), sent=False)
    check_bad(http.get(f"{path}?access_token={text}"), sent=False)
    check_bad(http.get(path, headers={"authorization": text}), sent=False)


@pytest.mark.parametrize("path", SURFACES)
@pytest.mark.compliance("RFC 6750", "3")
@pytest.mark.compliance("RFC 9068", "4")
def test_a_token_that_is_none_is_told_so(http, world, text, path):
    for bad in ("x", "a.b.c", text[:-1], text + "A", text + "=", f"{text}.{text}", "x" * 9000, "\u00e9", f"{text} x"):
        check_bad(protocol.bearer(http, path, bad))
    assert protocol.bearer(http, path, text).status_code == 200


@pytest.mark.parametrize("path", SURFACES)
@pytest.mark.compliance("RFC 6750", "2")
def test_two_authorization_headers_are_one_bad_one(http, text, path):
    """WSGI servers join them with a comma."""
    for header in (f"Bearer {text},Bearer {text}", f"Bearer {text}, Bearer x", f"Bearer {text},Basic eDp5"):
        check_bad(http.get(path, headers={"authorization": header}))


def forged(text, header=None, **claims):
    return resign(text, header=header, claims=claims, key=key_of(purpose="token").private, alg="ES256")


FORGERIES = {
    "another issuer": lambda text: forged(text, iss="https://evil.example"),
    "no issuer": lambda text: forged(text, iss=...),
    "an issuer that the environment had once": lambda text: forged(text, iss="https://old.example"),
    "another audience": lambda text: forged(text, aud="https://evil.example/api"),
    "the issuer as its audience": lambda text: forged(text, aud=protocol.issuer()),
    "no audience": lambda text: forged(text, aud=...),
    "an audience of objects": lambda text: forged(text, aud=[{}, [], None]),
    "expired": lambda text: forged(text, exp=time.time() - 0.5),
    "no expiry": lambda text: forged(text, exp=...),
    "an expiry in words": lambda text: forged(text, exp="tomorrow"),
    "not valid yet": lambda text: forged(text, nbf=time.time() + 90),
    "no client": lambda text: forged(text, client_id=...),
    "an unknown client": lambda text: forged(text, client_id="somebody", sub="somebody"),
    "no subject": lambda text: forged(text, sub=...),
    "neither subject nor client": lambda text: forged(text, sub=..., client_id=...),
    "another subject": lambda text: forged(text, sub="somebody"),
    "a client that is a number": lambda text: forged(text, client_id=7),
    "a client with a NUL": lambda text: forged(text, client_id="a\0b", sub="a\0b"),
    "no jti": lambda text: forged(text, jti=...),
    "typ absent": lambda text: forged(text, header={"typ": ...}),
    "typ JWT": lambda text: forged(text, header={"typ": "JWT"}),
    "typ of a statement": lambda text: forged(text, header={"typ": "software-statement+jwt"}),
    "no kid": lambda text: forged(text, header={"kid": ...}),
    "an unknown kid": lambda text: forged(text, header={"kid": "x"}),
    "crit": lambda text: forged(text, header={"crit": ["exp"]}),
    "alg none": lambda text: ".".join([protocol.encode({"alg": "none", "typ": "at+jwt"}), text.split(".")[1], "AA"]),
    "another alg": lambda text: forged(text, header={"alg": "ES384"}),
    "the statement key's kid": lambda text: forged(text, header={"kid": key_of().kid}),
    "signed by the statement key": lambda text: resign(text, header={"alg": "RS256", "kid": key_of().kid}),
    "signed by another environment's key": lambda text: resign(
        text,
        header={"kid": key_of(ELSEWHERE, "token").kid},
        key=key_of(ELSEWHERE, "token").private,
        alg="ES256",
    ),
    "HMAC with the public key": lambda text: resign(
        text, header={"alg": "HS256"}, key=json.dumps(keys.jwks(ENVIRONMENT)["keys"][0]).encode(), alg="HS256"
    ),
}


@pytest.mark.compliance("RFC 7519", "4.1.3")
@pytest.mark.compliance("RFC 7519", "4.1.5")
@pytest.mark.compliance("RFC 8725", "3.1")
@pytest.mark.compliance("RFC 8725", "3.8")
@pytest.mark.compliance("RFC 8725", "3.9")
@pytest.mark.compliance("RFC 9700", "2.3")
@pytest.mark.parametrize("case", FORGERIES)
@pytest.mark.compliance("RFC 9068", "4")
@pytest.mark.compliance("RFC 6750", "5.2")
@pytest.mark.compliance("RFC 9700", "4.10.2")
@pytest.mark.compliance("RFC 9700", "4.9")
@pytest.mark.compliance("RFC 7519", "4.1.2")
def test_a_token_that_is_wrong_in_one_thing_is_refused(http, text, case):
    for path in SURFACES:
        check_bad(protocol.bearer(http, path, FORGERIES[case](text)))
        assert protocol.bearer(http, path, forged(text)).status_code == 200


FINE = {
    "an audience in a list": lambda text: forged(text, aud=["x", protocol.issuer() + "/api"]),
    "typ with its prefix": lambda text: forged(text, header={"typ": "application/at+jwt"}),
    "typ in capitals": lambda text: forged(text, header={"typ": "AT+JWT"}),
    "claims that we do not know": lambda text: forged(text, x={"y": [1]}),
}


@pytest.mark.parametrize("case", FINE)
@pytest.mark.compliance("RFC 7519", "4")
def test_a_token_that_is_spelled_otherwise_is_accepted(http, text, case):
    assert protocol.bearer(http, CONFIGURATION, FINE[case](text)).status_code == 200


@pytest.mark.compliance("RFC 9700", "2.3")
@pytest.mark.compliance("RFC 7519", "11.1")
def test_claims_give_no_more_than_the_database(http, world, text):
    """Even a token that our key signed opens nothing that the application does not have now."""
    check_enhanced(
        protocol.bearer(http, "/api/v2/borealis-one/configuration", forged(text, programmer="borealis")),
        401,
        "invalid_access_token_service_provider",
        "The application does not cover this service provider. Register with an application that does.",
        action="application-registration",
        challenge=INVALID,
    )
    world.application.scopes = ["analytics:client"]
    world.application.save(update_fields=["scopes"])
    assert protocol.bearer(http, CONFIGURATION, text).status_code == 403


@pytest.mark.compliance("RFC 8725", "3.11")
@pytest.mark.compliance("RFC 9068", "4")
@pytest.mark.parametrize("path", SURFACES)
def test_a_statement_is_no_bearer_token(http, world, path):
    check_bad(protocol.bearer(http, path, world.text))


@pytest.mark.parametrize("path", SURFACES)
def test_a_token_of_another_environment_is_refused_here_and_good_there(http, text, path):
    there = protocol.build(ELSEWHERE)
    host = {"host": protocol.ISSUER_ELSEWHERE}
    client = protocol.register(http, there.text, headers=host).json()
    foreign = protocol.token(http, client, headers=host).json()["access_token"]
    check_bad(protocol.bearer(http, path, foreign))
    assert http.get(path, headers={**host, "authorization": f"Bearer {foreign}"}).status_code == 200
    check_bad(http.get(path, headers={**host, "authorization": f"Bearer {text}"}))


@pytest.mark.compliance("RFC 6749", "7")
@pytest.mark.compliance("RFC 7519", "4.1.4")
def test_a_token_expires(http, client, settings, monkeypatch):
    settings.ACCESS_TOKEN_SECONDS = 60
    text = protocol.token_of(http, client)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 30)
    assert protocol.bearer(http, VALIDATE, text).status_code == 200
    monkeypatch.setattr(time, "time", lambda: real() + 61)
    for path in SURFACES:
        check_bad(protocol.bearer(http, path, text))


@pytest.mark.compliance("RFC 8725", "3.8")
def test_tokens_verify_under_the_current_issuer_only(http, client, text, settings):
    settings.ISSUERS = {**settings.ISSUERS, ENVIRONMENT: "https://new.example"}
    keys.ensure(by=protocol.OPERATOR)
    check_bad(protocol.bearer(http, VALIDATE, text))
    assert protocol.bearer(http, VALIDATE, protocol.token_of(http, client)).status_code == 200


def test_a_withdrawn_token_key_takes_its_tokens_along(http, client, text):
    old = key_of(purpose="token").kid
    keys.rotate(environment=ENVIRONMENT, purpose="token", by=protocol.OPERATOR)
    assert protocol.bearer(http, VALIDATE, text).status_code == 200
    from oauth.models import SigningKey  # noqa: PLC0415

    protocol.at(SigningKey.objects.get(kid=old), withdrawn_at=True)
    check_bad(protocol.bearer(http, VALIDATE, text))
    assert protocol.bearer(http, VALIDATE, protocol.token_of(http, client)).status_code == 200


# --- The protected API's own refusals, in their order ---


@pytest.mark.parametrize("path", SURFACES)
def test_a_suspension_is_a_403_with_a_challenge_that_has_no_error(http, world, text, path):
    protocol.at(world.application, suspended_at=True)
    check_enhanced(protocol.bearer(http, path, text), 403, "application_suspended", SUSPENDED, challenge=REALM)
    protocol.at(world.application, suspended_at=None)
    assert protocol.bearer(http, path, text).status_code == 200


WIDE = "%EF%BD%81urora-one"  # whoever compares as people do takes its first letter for an `a`


@pytest.mark.parametrize("provider", ["nobody", "aurora", "aurora-one ", "%00", "x" * 500, "%C3%A9", "%FF", "'", WIDE])
def test_a_service_provider_that_nobody_knows_is_a_400(http, text, provider):
    check_enhanced(
        protocol.bearer(http, f"/api/v2/{provider}/configuration", text),
        400,
        "invalid_parameter_service_provider",
        "The service provider in the path is not known here. Check its id in the dashboard.",
    )


def test_a_service_provider_is_matched_without_case_and_answered_as_typed(http, world, text):
    world.channel.public_id = "Aurora-One"
    world.channel.save()
    for spelled in ("aurora-one", "AURORA-ONE", "Aurora-One"):
        answer = protocol.bearer(http, f"/api/v2/{spelled}/configuration", text).json()
        assert answer["requestor"]["id"] == "Aurora-One"


def test_a_removed_channel_is_unknown_and_a_removed_domain_is_not_listed(http, world, text):
    world.channel.domains.update(removed_in=3)
    assert protocol.bearer(http, CONFIGURATION, text).json()["requestor"]["domains"] == []
    world.channel.removed_in = 4
    world.channel.save()
    assert protocol.bearer(http, CONFIGURATION, text).json()["code"] == "invalid_parameter_service_provider"


def test_a_channel_that_the_application_does_not_cover_is_a_401(http, world, text):
    refusal = {
        "status": 401,
        "code": "invalid_access_token_service_provider",
        "message": "The application does not cover this service provider. Register with an application that does.",
        "action": "application-registration",
        "challenge": INVALID,
    }
    check_enhanced(protocol.bearer(http, "/api/v2/borealis-one/configuration", text), **refusal)
    app = protocol.application(world.programmer, all_channels=False, channels=["aurora-one"])
    narrow = protocol.token_of(http, protocol.register(http, protocol.issue(app).text).json())
    assert protocol.bearer(http, CONFIGURATION, narrow).status_code == 200
    check_enhanced(protocol.bearer(http, "/api/v2/aurora-two/configuration", narrow), **refusal)


@pytest.mark.compliance("RFC 6749", "7")
@pytest.mark.compliance("RFC 6750", "3.1")
@pytest.mark.compliance("RFC 9700", "2.3")
@pytest.mark.compliance("RFC 6750", "3")
def test_a_missing_scope_is_a_403(http, world):
    app = protocol.application(world.programmer, scopes=["config:client"])
    other = protocol.token_of(http, protocol.register(http, protocol.issue(app).text).json())
    check_enhanced(
        protocol.bearer(http, CONFIGURATION, other),
        403,
        "insufficient_scope",
        "The access token does not have the scope that this call needs.",
        challenge=f'{REALM}, error="insufficient_scope", scope="api:client:v2"',
    )
    # The other two surfaces ask for no scope.
    assert protocol.bearer(http, VALIDATE, other).status_code == 200


def test_checks_come_in_their_order(http, world, text):
    """Token, suspension, service provider known, covered, scope: the first that fails is told."""
    world.application.scopes = []
    world.application.save(update_fields=["scopes"])

    def told(provider, token=text):
        body = protocol.bearer(http, f"/api/v2/{provider}/configuration", token).json()
        return body["status"], body["code"]

    assert told("nobody", "x") == (401, "invalid_access_token_client_application")
    assert told("aurora-one") == (403, "insufficient_scope")
    assert told("borealis-one") == (401, "invalid_access_token_service_provider")
    assert told("nobody") == (400, "invalid_parameter_service_provider")
    protocol.at(world.application, suspended_at=True)
    assert told("nobody") == (403, "application_suspended")
    protocol.at(world.application, revoked_at=True)
    assert told("nobody") == (401, "invalid_access_token_client_application")


@pytest.mark.parametrize("path", SURFACES)
def test_head_answers_as_get_without_the_body(http, text, path):
    response = http.head(path, headers={"authorization": f"Bearer {text}"})
    assert (response.status_code, response.content) == (200, b"")
    assert int(response["Content-Length"]) > 10
    assert http.head(path).status_code == 401
