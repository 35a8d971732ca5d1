"""`POST /oauth/token`: client credentials as any OAuth library sends them (RFC 6749 section 4.4)."""

import base64
import uuid
from urllib.parse import quote, quote_plus, urlencode

import jwt
import pytest
from django.db import connection

from tests import protocol, standard
from tests.protocol import FORM
from tests.standard import TOKEN, check_refusal, check_unauthorized

IN_THE_BODY = "Send the credentials in the body, never in the URL."
NOT_A_FORM = "Send a form: the Content-Type must be application/x-www-form-urlencoded."
NO_GRANT = "The parameter grant_type is missing. Send client_credentials."
OTHER_GRANT = "grant_type must be client_credentials."
SCOPE = "The application does not have every scope that was asked for. Ask for fewer, or leave scope out."
TWICE = "A parameter was sent more than once."
NUL = "A parameter holds a NUL character."
GRANT = {"grant_type": "client_credentials"}


@pytest.fixture
def client(http, world):
    return standard.registered(http, world)


def posted(client, **more):
    return {**GRANT, "client_id": client["client_id"], "client_secret": client["client_secret"], **more}


def ok(response):
    assert response.status_code == 200, response.content
    return True


@pytest.mark.compliance("RFC 6749", "2.3.1")
@pytest.mark.compliance("RFC 6749", "4.4.3")
@pytest.mark.compliance("RFC 6749", "5.1")
@pytest.mark.parametrize("path", [TOKEN, TOKEN + "/"])
def test_client_credentials_get_a_token_in_basic_and_in_the_body(http, client, path):
    for response in (standard.token(http, client, path=path), standard.form(http, path, posted(client))):
        answer = response.json()
        assert ok(response)
        protocol.check_headers(response)
        assert answer == {
            "access_token": answer["access_token"],
            "token_type": "Bearer",
            "expires_in": 21600,
            "scope": "api:client:v2",
        }
        header, claims = protocol.decode(answer["access_token"])
        assert (header["typ"], claims["client_id"]) == ("at+jwt", client["client_id"])
        assert protocol.bearer(http, protocol.CONFIGURATION, answer["access_token"]).status_code == 200


@pytest.mark.compliance("RFC 9068", "2.2")
def test_the_token_verifies_with_the_keys_that_the_metadata_name(http, client):
    metadata = http.get(standard.METADATA).json()
    published = http.get(metadata["jwks_uri"].removeprefix(metadata["issuer"])).json()
    text = standard.token_of(http, client)
    key = jwt.PyJWKSet.from_dict(published)[jwt.get_unverified_header(text)["kid"]]
    claims = jwt.decode(text, key, algorithms=["ES256"], audience=metadata["issuer"] + "/api")
    assert claims["iss"] == metadata["issuer"]


def test_a_client_of_one_dialect_gets_its_tokens_from_the_other(http, world, client):
    tve = protocol.registered(http, world)
    assert protocol.bearer(http, protocol.VALIDATE, standard.token_of(http, tve)).status_code == 200
    assert protocol.bearer(http, protocol.VALIDATE, protocol.token_of(http, client)).status_code == 200


def test_the_token_path_asks_the_database_once_and_writes_nothing(http, client, django_assert_num_queries):
    standard.token_of(http, client)
    statements = []

    def watch(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        assert ok(standard.token(http, client))
    assert len(statements) == 1
    assert statements[0].lstrip().startswith("SELECT")
    with django_assert_num_queries(1):
        assert standard.token(http, {**client, "client_secret": "x"}).status_code == 401


@pytest.mark.compliance("RFC 6749", "3.2")
@pytest.mark.compliance("RFC 9110", "9.1")
def test_other_methods_are_refused_with_those_that_it_takes(http, client):
    for method in ("GET", "PUT", "DELETE", "HEAD", "PATCH", "post"):
        response = http.generic(method, TOKEN)
        assert (response.status_code, response["Allow"]) == (405, "POST, OPTIONS")
        if method != "HEAD":
            assert response.json()["error"] == "invalid_request"


# --- Scope ---


@pytest.fixture
def legacy(http, world):
    scopes = ["config:client", "decisions:client", "platform:sso", "profile:client", "tokens:client"]
    return standard.register(http, protocol.issue(protocol.application(world.programmer, scopes=scopes)).text).json()


@pytest.mark.compliance("RFC 9068", "2.2.3")
@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        ({}, "config:client decisions:client platform:sso profile:client tokens:client"),
        ({"scope": ""}, "config:client decisions:client platform:sso profile:client tokens:client"),
        ({"scope": "tokens:client"}, "tokens:client"),
        ({"scope": "tokens:client config:client"}, "tokens:client config:client"),
        ({"scope": "tokens:client tokens:client"}, "tokens:client"),
    ],
)
@pytest.mark.compliance("RFC 6749", "3.3")
def test_the_scope_that_was_granted_is_told_and_in_the_token(http, legacy, asked, granted):
    answer = standard.token(http, legacy, **asked).json()
    assert (answer["scope"], protocol.decode(answer["access_token"])[1]["scope"]) == (granted, granted)


@pytest.mark.compliance("RFC 6749", "3.3")
@pytest.mark.parametrize(
    "asked",
    [
        "api:client:v2",
        "tokens:client api:client:v2",
        "TOKENS:CLIENT",
        "*",
        *(f"tokens:client{space}config:client" for space in "\t\n\u00a0\u2003"),
    ],
)
@pytest.mark.compliance("RFC 6749", "5.2")
def test_a_scope_that_the_application_does_not_have_is_never_dropped_in_silence(http, legacy, asked):
    check_refusal(standard.token(http, legacy, scope=asked), "invalid_scope", SCOPE)


# --- Credentials ---


@pytest.mark.parametrize("spell", [quote, quote_plus, lambda text: "".join(f"%{ord(c):02X}" for c in text)])
@pytest.mark.compliance("RFC 6749", "2.3.1")
def test_basic_credentials_are_form_url_decoded(http, client, spell):
    strict = standard.basic(spell(client["client_id"]), spell(client["client_secret"]).replace("-", "%2D"))
    assert ok(standard.form(http, TOKEN, GRANT, authorization=strict))


ODD = ["50%", "a+b", "100%25", "%zz", "a%2Bb", "a b", "plus+%41", "%E9", "%00", "%", "colonless%3A"]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.compliance("RFC 6749", "2.3.1")
def test_an_imported_id_and_secret_with_percent_and_plus_work_encoded_and_raw(http, world, odd):
    standard.brought_over(world, odd, f"secret-{odd}")
    raw = standard.basic(odd, f"secret-{odd}")
    encoded = standard.basic(quote_plus(odd), quote_plus(f"secret-{odd}"))
    assert ok(standard.form(http, TOKEN, GRANT, authorization=raw))
    assert ok(standard.form(http, TOKEN, GRANT, authorization=encoded))
    assert ok(standard.form(http, TOKEN, {**GRANT, "client_id": odd, "client_secret": f"secret-{odd}"}))
    # Beside Basic the id in the body is the real one, whichever way the header was meant.
    for authorization in (raw, encoded):
        assert ok(standard.form(http, TOKEN, {**GRANT, "client_id": odd}, authorization=authorization))
    check_unauthorized(standard.form(http, TOKEN, GRANT, authorization=standard.basic(odd, "secret")))


def test_a_secret_with_a_colon_works_and_one_in_the_id_must_be_encoded(http, world):
    standard.brought_over(world, "plain", "a:b:c")
    standard.brought_over(world, "co:lon", "secret")
    assert ok(standard.form(http, TOKEN, GRANT, authorization=standard.basic("plain", "a:b:c")))
    assert ok(standard.form(http, TOKEN, GRANT, authorization=standard.basic("co%3Alon", "secret")))
    check_unauthorized(standard.form(http, TOKEN, GRANT, authorization=standard.basic("co:lon", "secret")))


@pytest.mark.compliance("RFC 6749", "3.2.1")
@pytest.mark.compliance("RFC 6749", "5.2")
@pytest.mark.compliance("RFC 7617", "2")
@pytest.mark.compliance("RFC 6749", "10.2")
@pytest.mark.compliance("RFC 6749", "2.2")
def test_without_credentials_the_answer_is_401_with_a_challenge(http, client):
    for body in (GRANT, {**GRANT, "client_id": client["client_id"]}, {**GRANT, "client_secret": "x"}, {"a": "b"}):
        check_unauthorized(standard.form(http, TOKEN, body), standard.NO_CREDENTIALS)
    empty = posted(client, client_secret="")
    check_unauthorized(standard.form(http, TOKEN, empty), standard.NO_CREDENTIALS)


@pytest.mark.parametrize("header", ["Bearer x", "Bearer", "Digest x", "Negotiate", "basically x", "Basic\tx"])
@pytest.mark.compliance("RFC 6749", "5.2")
def test_another_authorization_scheme_is_401_whatever_the_body_holds(http, client, header):
    for body in (posted(client), GRANT, posted(client, client_assertion="x")):
        response = standard.form(http, TOKEN, body, authorization=header)
        check_unauthorized(response, standard.NOT_BASIC)


@pytest.mark.compliance("RFC 6749", "5.2")
@pytest.mark.parametrize(
    "encoded",
    ["", "!", "eDp5=x", "eDp5,eDp5", "\u00e9", "e Dp5", base64.b64encode(b"nocolon").decode()]
    + [base64.b64encode(octets).decode() for octets in (b"\xff:x", b"x:\xff", b"a\0b:x", b"x:a\0b")],
)
def test_basic_that_cannot_be_decoded_or_holds_a_nul_is_401(http, client, encoded):
    response = standard.form(http, TOKEN, GRANT, authorization=f"Basic {encoded}")
    check_unauthorized(response, standard.UNDECODABLE)


def test_the_scheme_is_basic_in_any_case(http, client):
    for scheme in ("basic", "BASIC", "bAsIc"):
        header = standard.of(client).replace("Basic", scheme)
        assert ok(standard.form(http, TOKEN, GRANT, authorization=header))


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_secret": "x"},
        {"client_secret": "\u00e9" * 300},
        {"client_id": str(uuid.uuid4())},
        {"client_id": "x" * 256},
        {"client_id": "\u00e9"},
        {"client_id": "a\r\nb"},
        {"client_secret": "a\r\nb"},
        {"client_id": "' OR 1=1 --"},
    ],
)
@pytest.mark.compliance("RFC 6749", "5.2")
def test_an_unknown_client_and_a_wrong_secret_get_the_same_answer_either_way(http, client, wrong):
    mistaken = {**client, **wrong}
    check_unauthorized(standard.token(http, mistaken))
    check_unauthorized(standard.form(http, TOKEN, posted(mistaken)))
    assert ok(standard.token(http, client))


@pytest.mark.compliance("RFC 6749", "10.14")
def test_a_nul_in_any_parameter_is_400_and_percent_encoded_in_basic_401(http, client):
    for name in ("grant_type", "client_id", "client_secret", "scope", "resource"):
        body = urlencode(posted(client, **{name: "x"})).replace(f"{name}=x", f"{name}=x%00")
        check_refusal(standard.form(http, TOKEN, body), "invalid_request", NUL)
    for pair in (("%00", "x"), (client["client_id"], "%00")):
        check_unauthorized(standard.form(http, TOKEN, GRANT, authorization=standard.basic(*pair)))


@pytest.mark.compliance("RFC 6749", "2.3")
def test_two_ways_of_authenticating_are_an_invalid_request(http, client):
    both = standard.form(http, TOKEN, posted(client), authorization=standard.of(client))
    check_refusal(both, "invalid_request", standard.ONE_WAY)
    # Also where one of them is wrong, or cannot be read: this is looked at first.
    for header in ("Basic !", standard.basic("x", "y")):
        response = standard.form(http, TOKEN, posted(client), authorization=header)
        check_refusal(response, "invalid_request", standard.ONE_WAY)
    for name in ("client_assertion", "client_assertion_type"):
        response = standard.form(http, TOKEN, posted(client, **{name: "x"}))
        check_refusal(response, "invalid_request", standard.ONE_WAY)
        response = standard.form(http, TOKEN, {**GRANT, name: "x"}, authorization=standard.of(client))
        check_refusal(response, "invalid_request", standard.ONE_WAY)


@pytest.mark.compliance("RFC 6749", "5.2")
def test_an_assertion_alone_is_a_way_that_is_not_supported(http, client):
    body = {**GRANT, "client_id": client["client_id"], "client_assertion": "x", "client_assertion_type": "y"}
    check_unauthorized(standard.form(http, TOKEN, body), standard.NO_ASSERTION)


@pytest.mark.compliance("RFC 6749", "3.2")
def test_a_parameter_without_a_value_is_as_if_it_were_left_out(http, client):
    empty = {"client_id": "", "client_secret": "", "client_assertion": "", "client_assertion_type": "", "scope": ""}
    assert ok(standard.form(http, TOKEN, {**GRANT, **empty}, authorization=standard.of(client)))
    assert ok(standard.form(http, TOKEN, posted(client, client_assertion="", client_assertion_type="")))


def test_basic_with_the_same_id_in_the_body_is_fine_and_with_another_one_is_not(http, world, client):
    same = {**GRANT, "client_id": client["client_id"]}
    assert ok(standard.form(http, TOKEN, same, authorization=standard.of(client)))
    other = standard.registered(http, world)
    for client_id in (other["client_id"], client["client_id"].upper(), "x"):
        body = {**GRANT, "client_id": client_id}
        response = standard.form(http, TOKEN, body, authorization=standard.of(client))
        check_refusal(response, "invalid_request", standard.OTHER_ID)


@pytest.mark.compliance("RFC 6749", "3.2")
@pytest.mark.compliance("RFC 8707", "2")
def test_unknown_parameters_are_ignored(http, client):
    more = {"redirect_uri": "https://x.example", "resource": "https://y.example", "audience": "z", "login": "1"}
    assert ok(standard.token(http, client, **more))


@pytest.mark.compliance("RFC 6749", "2.3.1")
def test_credentials_in_the_query_string_are_refused(http, client, settings):
    settings.TVE_QUERY_CREDENTIALS = True  # which is for the other dialect's URL alone
    for query in (posted(client), {"client_id": "x"}, {"client_secret": "x"}, {"access_token": "x"}):
        url = f"{TOKEN}?{urlencode(query)}"
        check_refusal(standard.form(http, url, posted(client)), "invalid_request", IN_THE_BODY)
        check_refusal(standard.form(http, url, ""), "invalid_request", IN_THE_BODY)
    assert ok(standard.token(http, client, path=f"{TOKEN}?device=x"))


# --- The order of checks ---


@pytest.mark.compliance("RFC 6749", "5.2")
def test_checks_come_in_their_order(http, client):
    """Content type, parse, two ways, authentication, grant type, scope: each fault hides those behind it."""
    wrong = standard.basic("x", "y")
    headers = {"authorization": wrong}
    all_wrong = "grant_type=x&grant_type=y&scope=z&client_secret=w"
    response = http.post(TOKEN, all_wrong, content_type="application/json", headers=headers)
    check_refusal(response, "invalid_request", NOT_A_FORM)
    response = http.post(TOKEN, all_wrong, content_type=FORM, headers=headers)
    check_refusal(response, "invalid_request", TWICE)
    response = http.post(TOKEN, "grant_type=x&scope=z&client_secret=w", content_type=FORM, headers=headers)
    check_refusal(response, "invalid_request", standard.ONE_WAY)
    response = http.post(TOKEN, "grant_type=x&scope=z", content_type=FORM, headers=headers)
    check_unauthorized(response)
    check_unauthorized(http.post(TOKEN, "scope=z", content_type=FORM, headers=headers))
    for body, error, description in (
        ("scope=z", "invalid_request", NO_GRANT),
        ("grant_type=&scope=z", "invalid_request", NO_GRANT),
        ("grant_type=x&scope=z", "unsupported_grant_type", OTHER_GRANT),
        ("grant_type=client_credentials&scope=z", "invalid_scope", SCOPE),
    ):
        check_refusal(standard.form(http, TOKEN, body, authorization=standard.of(client)), error, description)


def test_the_credentials_are_looked_at_before_the_state_and_the_state_before_the_grant_type(http, world, client):
    protocol.at(world.application, suspended_at=True)
    check_unauthorized(standard.token(http, {**client, "client_secret": "x"}, grant_type="x"))
    response = standard.token(http, client, grant_type="x")
    check_refusal(response, "unauthorized_client", standard.SUSPENDED)
    protocol.at(world.application, suspended_at=None)
    check_refusal(standard.token(http, client, grant_type="x"), "unsupported_grant_type", OTHER_GRANT)


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "", "multipart/form-data; boundary=x"])
def test_a_body_that_is_no_form_is_an_invalid_request(http, client, content_type):
    headers = {"authorization": standard.of(client)}
    response = http.post(TOKEN, urlencode(GRANT), content_type=content_type, headers=headers)
    check_refusal(response, "invalid_request", NOT_A_FORM)


@pytest.mark.compliance("RFC 6749", "3.2")
@pytest.mark.parametrize("body", ["grant_type=%FF", b"grant_type=\xff", "&".join(f"a{n}=" for n in range(1002))])
def test_a_form_that_cannot_be_parsed_is_an_invalid_request(http, client, body):
    response = standard.form(http, TOKEN, body, authorization=standard.of(client))
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    assert "WWW-Authenticate" not in response


def test_a_client_of_another_environment_is_unknown(http, client):
    elsewhere = {"host": protocol.ISSUER_ELSEWHERE}
    check_unauthorized(standard.form(http, TOKEN, GRANT, authorization=standard.of(client), **elsewhere))
    assert ok(standard.token(http, client))


# --- Preflights ---


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        (TOKEN, "POST, OPTIONS"),
        (standard.INTROSPECT, "POST, OPTIONS"),
        (standard.REVOKE, "POST, OPTIONS"),
        (standard.REGISTER, "POST, OPTIONS"),
        (standard.REGISTER + "/x", "GET, PUT, DELETE, HEAD, OPTIONS"),
        (standard.METADATA, "GET, HEAD, OPTIONS"),
        (protocol.JWKS, "GET, HEAD, OPTIONS"),
    ],
)
def test_a_preflight_is_answered_without_the_database(http, world, path, methods, django_assert_num_queries):
    asked = {"origin": "https://app.example", "access-control-request-headers": "authorization, content-type"}
    for spelling in (path, path + "/"):
        with django_assert_num_queries(0):
            response = http.options(spelling, headers=asked)
        assert (response.status_code, response.content) == (204, b"")
        protocol.check_headers(response)
        assert response["Access-Control-Allow-Methods"] == response["Allow"] == methods
        assert response["Access-Control-Allow-Headers"] == "authorization, content-type"
        assert response["Access-Control-Max-Age"] == "600"
        assert "Access-Control-Allow-Credentials" not in response
        assert "Content-Type" not in response
