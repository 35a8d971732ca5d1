"""`POST /o/client/token`: client credentials for an access token, as shipped apps speak it."""

import base64
import time
import uuid
from urllib.parse import urlencode

import jwt
import pytest
from django.db import connection
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet

from oauth import keys, usage
from registration.models import Client
from tests import protocol, standard
from tests.protocol import ENVIRONMENT, FORM, TOKEN, check_refusal

INVALID_CLIENT = "The client credentials are not valid here. Register again and use the new ones."
SUSPENDED = "The application is suspended. Keep the client credentials and try again later."
IN_THE_BODY = "Send the credentials in the body, never in the URL."
NO_BASIC = "Send client_id and client_secret in the body, without a Basic header."
ALONE = "Authenticate with client_id and client_secret alone."
NOT_A_FORM = "Send a form: the Content-Type must be application/x-www-form-urlencoded."
NO_GRANT = "The parameter grant_type is missing. Send client_credentials."
OTHER_GRANT = "grant_type must be client_credentials."
SCOPE = "The application does not have every scope that was asked for. Ask for fewer, or leave scope out."
TWICE = "A parameter was sent more than once."


@pytest.fixture
def client(http, world):
    return protocol.registered(http, world)


def credentials(client, **more):
    return {
        "grant_type": "client_credentials",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        **more,
    }


@pytest.mark.compliance("RFC 6749", "4.4")
def test_client_credentials_get_a_token(http, client):
    before = time.time()
    response = protocol.token(http, client)
    answer = response.json()
    assert response.status_code == 201
    protocol.check_headers(response)
    assert answer == {
        "id": answer["id"],
        "access_token": answer["access_token"],
        "created_at": answer["created_at"],
        "expires_in": 21600,
        "token_type": "bearer",
    }
    assert protocol.is_uuid(answer["id"])
    assert int(before * 1000) <= answer["created_at"] <= time.time() * 1000
    assert type(answer["created_at"]) is int


@pytest.mark.compliance("RFC 7519", "4.1.7")
def test_every_token_is_another(http, client):
    assert len({protocol.token_of(http, client) for _ in range(3)}) == 3


def test_usage_is_told_of_every_token_in_both_dialects_and_of_no_refusal(http, world, client, monkeypatch):
    told = []
    monkeypatch.setattr(usage, "count", told.append)
    for ask in (protocol.token, standard.token):
        assert "access_token" in ask(http, client).json()
    protocol.token(http, client, client_secret="another")
    assert told == [Client.objects.get().application_id] * 2


@pytest.mark.compliance("RFC 7519", "4.1")
@pytest.mark.compliance("RFC 9068", "2.1")
@pytest.mark.compliance("RFC 9068", "5")
@pytest.mark.compliance("RFC 9068", "2.2")
@pytest.mark.compliance("RFC 7519", "7.1")
def test_two_libraries_read_the_claims_of_a_token_with_the_published_keys(http, world, client):
    answer = protocol.token(http, client).json()
    text, published = answer["access_token"], http.get(protocol.JWKS).json()
    header = jwt.get_unverified_header(text)
    assert header == {"alg": "ES256", "kid": protocol.key_of(purpose="token").kid, "typ": "at+jwt"}
    key = jwt.PyJWKSet.from_dict(published)[header["kid"]]
    audience = protocol.issuer() + "/api"
    claims = jwt.decode(text, key, algorithms=["ES256"], audience=audience, issuer=protocol.issuer())
    issued = answer["created_at"] // 1000
    assert claims == {
        "iss": protocol.issuer(),
        "sub": client["client_id"],
        "client_id": client["client_id"],
        "aud": audience,
        "iat": issued,
        "nbf": issued - 5,
        "exp": issued + 21600,
        "jti": answer["id"],
        "scope": "api:client:v2",
        "software_id": str(world.application.software_id),
        "software_version": "6.1.0",
        "statement": world.statement.jti,
        "programmer": "aurora",
        "all_channels": True,
    }
    assert joserfc_jwt.decode(text, KeySet.import_key_set(published), algorithms=["ES256"]).claims == claims


def test_a_token_of_some_channels_lists_them_and_never_says_all(http, world):
    app = protocol.application(world.programmer, all_channels=False, channels=["aurora-one", "aurora-two"])
    client = protocol.register(http, protocol.issue(app).text).json()
    _, claims = protocol.decode(protocol.token_of(http, client))
    assert claims["channels"] == ["aurora-one", "aurora-two"]
    assert "all_channels" not in claims


def test_a_client_that_was_brought_over_without_a_statement_has_no_statement_claim(http, world, client):
    from registration.models import Client  # noqa: PLC0415

    Client.objects.update(statement=None)
    _, claims = protocol.decode(protocol.token_of(http, client))
    assert "statement" not in claims
    assert None not in claims.values()


@pytest.mark.compliance("RFC 9068", "3")
@pytest.mark.compliance("RFC 6750", "5.2")
@pytest.mark.compliance("RFC 9700", "4.10.2")
@pytest.mark.compliance("RFC 8725", "3.9")
def test_lifetime_and_audience_are_settings(http, client, settings):
    settings.ACCESS_TOKEN_SECONDS = 60
    settings.ACCESS_TOKEN_AUDIENCE = "https://api.example"
    answer = protocol.token(http, client).json()
    _, claims = protocol.decode(answer["access_token"])
    assert (answer["expires_in"], claims["exp"] - claims["iat"], claims["aud"]) == (60, 60, "https://api.example")
    assert protocol.bearer(http, protocol.VALIDATE, answer["access_token"]).status_code == 200


@pytest.mark.compliance("RFC 7519", "8")
@pytest.mark.parametrize("alg", ["RS256", "PS256", "EdDSA"])
@pytest.mark.compliance("RFC 8725", "3.2")
@pytest.mark.compliance("RFC 9068", "2.1")
def test_the_setting_chooses_another_algorithm(http, client, settings, alg):
    settings.TOKEN_ALG = alg
    keys.rotate(environment=ENVIRONMENT, purpose="token", by=protocol.OPERATOR)
    text = protocol.token_of(http, client)
    key = jwt.PyJWKSet.from_dict(http.get(protocol.JWKS).json())[jwt.get_unverified_header(text)["kid"]]
    assert jwt.decode(text, key, algorithms=[alg], options={"verify_aud": False})["client_id"] == client["client_id"]
    assert protocol.bearer(http, protocol.VALIDATE, text).status_code == 200


def test_the_token_path_asks_the_database_once_and_writes_nothing(http, client, django_assert_num_queries):
    protocol.token_of(http, client)
    statements = []

    def watch(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        assert protocol.token(http, client).status_code == 201
    assert len(statements) == 1
    assert statements[0].lstrip().startswith("SELECT")
    with django_assert_num_queries(1):
        assert protocol.token(http, client).status_code == 201
    with django_assert_num_queries(1):
        assert protocol.token(http, {**client, "client_secret": "x"}).status_code == 400


def test_a_bearer_check_asks_the_database_once(http, client, django_assert_num_queries):
    text = protocol.token_of(http, client)
    protocol.bearer(http, protocol.VALIDATE, text)
    with django_assert_num_queries(1):
        assert protocol.bearer(http, protocol.VALIDATE, text).status_code == 200
    with django_assert_num_queries(0):
        assert protocol.bearer(http, protocol.VALIDATE, text[:-4] + "AAAA").status_code == 401


# --- invalid_request ---


@pytest.mark.parametrize(
    ("name", "description"),
    [
        ("client_id", "The parameter client_id is missing."),
        ("client_secret", "The parameter client_secret is missing."),
        ("grant_type", NO_GRANT),
    ],
)
@pytest.mark.compliance("RFC 6749", "5.2")
@pytest.mark.compliance("RFC 6749", "4.4.2")
def test_a_missing_or_empty_parameter_is_an_invalid_request(http, client, name, description):
    check_refusal(protocol.token(http, client, **{name: None}), "invalid_request", description)
    check_refusal(protocol.token(http, client, **{name: ""}), "invalid_request", description)
    assert protocol.token(http, client).status_code == 201


@pytest.mark.parametrize("name", ["grant_type", "client_id", "client_secret", "scope", "anything"])
@pytest.mark.compliance("RFC 6749", "3.2")
def test_a_repeated_parameter_is_an_invalid_request(http, client, name):
    body = urlencode([*credentials(client, scope="", anything="x").items(), (name, "x")])
    check_refusal(http.post(TOKEN, body, content_type=FORM), "invalid_request", TWICE)


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "", "application/x-www-form-urlencoded2", "multipart/form-data"]
)
def test_a_body_that_is_no_form_is_an_invalid_request(http, client, content_type):
    response = http.post(TOKEN, urlencode(credentials(client)), content_type=content_type)
    check_refusal(response, "invalid_request", NOT_A_FORM)


@pytest.mark.parametrize("content_type", [f"{FORM}; charset=UTF-8", "Application/X-WWW-Form-URLEncoded"])
def test_a_form_with_a_charset_or_in_other_case_is_a_form(http, client, content_type):
    assert http.post(TOKEN, urlencode(credentials(client)), content_type=content_type).status_code == 201


def basic(client):
    pair = f"{client['client_id']}:{client['client_secret']}".encode()
    return "Basic " + base64.b64encode(pair).decode()


@pytest.mark.compliance("RFC 6749", "2.3")
def test_a_basic_header_is_refused_with_or_without_the_same_credentials_in_the_body(http, client):
    for header in (basic(client), "Basic", "basic !", "BASIC eDp5"):
        response = protocol.token(http, client, headers={"authorization": header})
        check_refusal(response, "invalid_request", NO_BASIC)
    body = urlencode({"grant_type": "client_credentials"})
    response = http.post(TOKEN, body, content_type=FORM, headers={"authorization": basic(client)})
    check_refusal(response, "invalid_request", NO_BASIC)


@pytest.mark.parametrize("header", ["Bearer old", "Bearer", "Digest x", "Negotiate", "basically fine", ""])
def test_other_authorization_headers_are_ignored(http, client, header):
    assert protocol.token(http, client, headers={"authorization": header}).status_code == 201


@pytest.mark.parametrize("name", ["client_assertion", "client_assertion_type"])
def test_an_assertion_is_a_second_way_of_authenticating(http, client, name):
    check_refusal(protocol.token(http, client, **{name: "x"}), "invalid_request", ALONE)


def empty(http, url):
    """No body, and a content type all the same: the test client leaves it out where there is no body."""
    return http.generic("POST", url, CONTENT_TYPE="application/json", CONTENT_LENGTH="0")


@pytest.mark.compliance("RFC 6749", "2.3.1")
@pytest.mark.parametrize("body", ["", "grant_type=client_credentials"])
def test_credentials_in_the_query_string_are_refused(http, client, body):
    url = f"{TOKEN}?{urlencode(credentials(client))}"
    check_refusal(http.post(url, body, content_type=FORM), "invalid_request", IN_THE_BODY)
    check_refusal(empty(http, url), "invalid_request", IN_THE_BODY)


@pytest.mark.compliance("RFC 9700", "4.3.2")
@pytest.mark.parametrize("name", ["client_id", "client_secret", "access_token"])
def test_any_credential_in_the_query_string_is_refused_also_beside_good_ones(http, client, name):
    body = urlencode(credentials(client))
    response = http.post(f"{TOKEN}?{name}=x", body, content_type=FORM)
    check_refusal(response, "invalid_request", IN_THE_BODY)
    assert http.post(f"{TOKEN}?device=x", body, content_type=FORM).status_code == 201
    assert http.post(f"{TOKEN}?", body, content_type=FORM).status_code == 201


def test_the_setting_takes_them_from_the_query_string_with_an_empty_json_typed_body(http, client, settings):
    settings.TVE_QUERY_CREDENTIALS = True
    url = f"{TOKEN}?{urlencode(credentials(client))}"
    response = empty(http, url)
    assert (response.status_code, response.json()["token_type"]) == (201, "bearer")
    assert empty(http, url.replace("?", "/?")).status_code == 201
    wrong = empty(http, f"{TOKEN}?{urlencode(credentials(client, client_secret='x'))}")
    check_refusal(wrong, "invalid_client", INVALID_CLIENT)
    # With a body there are two places for credentials.
    both = http.post(url, urlencode(credentials(client)), content_type=FORM)
    check_refusal(both, "invalid_request", IN_THE_BODY)
    twice = empty(http, f"{url}&client_id=x")
    check_refusal(twice, "invalid_request", TWICE)
    # This URL only.
    text = response.json()["access_token"]
    assert http.get(f"{protocol.VALIDATE}?access_token={text}").status_code == 401


# --- invalid_client, unauthorized_client ---


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_secret": "x"},
        {"client_secret": "\u00e9" * 300},
        {"client_id": str(uuid.uuid4())},
        {"client_id": "x" * 256},
        {"client_id": "\u00e9"},
        {"client_id": "a\r\nb"},
        {"client_id": "' OR 1=1 --"},
    ],
    ids=["secret", "long secret", "unknown", "long id", "accents", "line break", "quotes"],
)
@pytest.mark.compliance("RFC 6749", "5.2")
def test_an_unknown_client_and_a_wrong_secret_get_the_same_answer(http, client, wrong):
    check_refusal(protocol.token(http, {**client, **wrong}), "invalid_client", INVALID_CLIENT)
    assert protocol.token(http, client).status_code == 201


@pytest.mark.compliance("RFC 7519", "7.3")
def test_client_ids_are_compared_octet_by_octet(http, client):
    upper = {**client, "client_id": client["client_id"].upper()}
    assert upper["client_id"] != client["client_id"]
    check_refusal(protocol.token(http, upper), "invalid_client", INVALID_CLIENT)
    padded = {**client, "client_id": client["client_id"] + " "}
    check_refusal(protocol.token(http, padded), "invalid_client", INVALID_CLIENT)


def test_the_secret_of_another_client_is_wrong(http, world, client):
    other = protocol.registered(http, world)
    swapped = {**client, "client_secret": other["client_secret"]}
    check_refusal(protocol.token(http, swapped), "invalid_client", INVALID_CLIENT)


def test_a_client_of_another_environment_is_unknown(http, client):
    there = {"host": protocol.ISSUER_ELSEWHERE}
    check_refusal(protocol.token(http, client, headers=there), "invalid_client", INVALID_CLIENT)
    assert protocol.token(http, client).status_code == 201


def test_a_suspension_keeps_the_credentials_and_is_told_only_to_the_right_secret(http, world, client):
    protocol.at(world.application, suspended_at=True)
    check_refusal(protocol.token(http, client), "unauthorized_client", SUSPENDED)
    check_refusal(protocol.token(http, {**client, "client_secret": "x"}), "invalid_client", INVALID_CLIENT)
    protocol.at(world.application, suspended_at=None)
    assert protocol.token(http, client).status_code == 201


# --- unsupported_grant_type, invalid_scope ---


@pytest.mark.compliance("RFC 6749", "5.2")
@pytest.mark.parametrize("grant_type", ["authorization_code", "password", "refresh_token", "CLIENT_CREDENTIALS", "x"])
@pytest.mark.compliance("RFC 6749", "4.4.2")
def test_another_grant_type_is_unsupported(http, client, grant_type):
    check_refusal(protocol.token(http, client, grant_type=grant_type), "unsupported_grant_type", OTHER_GRANT)


def test_credentials_are_looked_at_before_the_grant_type_and_the_scope(http, client):
    wrong = {**client, "client_secret": "x"}
    check_refusal(protocol.token(http, wrong, grant_type="x", scope="y"), "invalid_client", INVALID_CLIENT)
    check_refusal(protocol.token(http, client, grant_type="x", scope="y"), "unsupported_grant_type", OTHER_GRANT)


@pytest.fixture
def legacy(http, world):
    """A client of an application with all five scopes of the legacy API."""
    scopes = ["config:client", "decisions:client", "platform:sso", "profile:client", "tokens:client"]
    return protocol.register(http, protocol.issue(protocol.application(world.programmer, scopes=scopes)).text).json()


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (None, "config:client decisions:client platform:sso profile:client tokens:client"),
        ("", "config:client decisions:client platform:sso profile:client tokens:client"),
        ("  ", "config:client decisions:client platform:sso profile:client tokens:client"),
        ("tokens:client", "tokens:client"),
        ("tokens:client config:client", "tokens:client config:client"),
        ("tokens:client tokens:client", "tokens:client"),
    ],
)
@pytest.mark.compliance("RFC 6749", "3.3")
def test_the_scope_that_was_asked_for_is_granted_whole(http, legacy, asked, granted):
    text = protocol.token_of(http, legacy, scope=asked)
    assert protocol.decode(text)[1]["scope"] == granted
    assert protocol.bearer(http, protocol.SCOPES, text).json() == {"scopes": granted.split()}


@pytest.mark.parametrize(
    "asked",
    [
        "api:client:v2",
        "tokens:client api:client:v2",
        "tokens",
        "TOKENS:CLIENT",
        "*",
        *(f"tokens:client{space}config:client" for space in "\t\n\u00a0\u2003"),
    ],
)
def test_a_scope_that_the_application_does_not_have_is_never_dropped_in_silence(http, legacy, asked):
    check_refusal(protocol.token(http, legacy, scope=asked), "invalid_scope", SCOPE)


@pytest.mark.compliance("RFC 6749", "3.3")
def test_an_application_without_scopes_grants_none(http, world):
    app = protocol.application(world.programmer, scopes=[])
    client = protocol.register(http, protocol.issue(app).text).json()
    assert protocol.decode(protocol.token_of(http, client))[1]["scope"] == ""
    check_refusal(protocol.token(http, client, scope="api:client:v2"), "invalid_scope", SCOPE)


@pytest.mark.compliance("RFC 9700", "2.3")
def test_a_narrowed_application_grants_less_at_the_next_request(http, world, client):
    protocol.token_of(http, client, scope="api:client:v2")
    world.application.scopes = ["analytics:client"]
    world.application.save(update_fields=["scopes"])
    check_refusal(protocol.token(http, client, scope="api:client:v2"), "invalid_scope", SCOPE)
    assert protocol.decode(protocol.token_of(http, client))[1]["scope"] == "analytics:client"
