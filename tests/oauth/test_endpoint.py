"""What every endpoint of the protocol does alike: shapes of errors, slashes, preflight, headers, hosts."""

import io
import json

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client as App

from oauth import keys, prepared
from oauth.models import SigningKey
from registration.models import Client
from tests import protocol
from tests.protocol import CONFIGURATION, FORM, JWKS, REGISTER, SCOPES, TOKEN, VALIDATE, check_enhanced, check_refusal

POSTS, GETS = [REGISTER, TOKEN], [SCOPES, VALIDATE, CONFIGURATION, JWKS]
NOT_FOUND = "There is nothing at this URL. Check the path against the documentation."
NO_METHOD = "This URL does not take that method. The Allow header lists those that it takes."
TOO_LARGE = "The body is larger than 64 KiB. Send a smaller one."
LONG_HEADER = "A header is larger than 16 KiB. Send a smaller one."
MISDIRECTED = "No environment is served under this host name. Check the host against the documentation."
NO_HOST = "The Host header is missing or not a host name."
UNAVAILABLE = "The service cannot answer right now. Keep the credentials and try again."
SERVER_ERROR = "Something went wrong here. Try again; if it stays, report the X-Request-Id."

pytestmark = pytest.mark.django_db


def check_said(response, path, status, error, description):
    """The vocabulary's word, in the shape of the path: under the protected API it is an enhanced object."""
    if path.startswith("/api/"):
        check_enhanced(response, status, error, description)
    else:
        check_refusal(response, error, description, status)


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/xml"])
@pytest.mark.parametrize(
    "path",
    [
        "/o/",
        "/o/client",
        "/o/client/",
        "/o/client/tokens",
        "/o/client/token//",
        "/o//client/token",
        "/o/client/token/x",
        "/o/client/token%0A",
        "/o/client/register/some-id",
        "/o/authorize/",
        "/o/introspect/",
        "/oauth/",
        "/oauth/nothing",
        "/api/",
        "/api/v1/aurora-one/configuration",
        "/api/v2//configuration",
        "/api/v2/a/b/configuration",
        "/api/v2/a%2Fb/configuration",
        "/.well-known/",
        "/.well-known/openid-configuration",
        "/.well-known/jwks.json.bak",
        "/o/..%2f",
        "/o/%FF%FE",
        "/o/%00",
    ],
)
def test_nothing_is_a_404_in_json_whatever_accept_says(http, path, accept):
    for method in ("GET", "POST", "OPTIONS", "DELETE"):
        response = http.generic(method, path, headers={"accept": accept})
        check_said(response, path, 404, "not_found", NOT_FOUND)


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "post", "Post", "CONNECT", "X"])
def test_another_method_than_post_is_a_405_that_names_those_it_takes(http, path, method):
    response = http.generic(method, path)
    assert response["Allow"] == "POST, OPTIONS"
    if method != "HEAD":
        check_refusal(response, "invalid_request", NO_METHOD, 405)


@pytest.mark.parametrize("path", GETS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "get", "CONNECT"])
def test_another_method_than_get_is_a_405_that_names_those_it_takes(http, path, method):
    response = http.generic(method, path)
    assert response["Allow"] == "GET, HEAD, OPTIONS"
    check_said(response, path, 405, "invalid_request", NO_METHOD)


def test_a_method_override_is_ignored(http, world):
    for name in ("x-http-method-override", "x-http-method", "x-method-override"):
        assert http.get(REGISTER, headers={name: "POST"}).status_code == 405
        assert protocol.register(http, world.text, headers={name: "DELETE"}).status_code == 201


@pytest.mark.compliance("RFC 9700", "4.11")
def test_both_spellings_of_a_path_answer_without_a_redirect(http, world):
    body = json.dumps({"software_statement": world.text})
    client = http.post(f"{REGISTER}/", body, content_type="application/json")
    assert client.status_code == 201
    form = {"grant_type": "client_credentials", **client.json()}
    wanted = ("grant_type", "client_id", "client_secret")
    token = http.post(f"{TOKEN}/", "&".join(f"{name}={form[name]}" for name in wanted), content_type=FORM)
    assert token.status_code == 201
    for path in GETS:
        assert protocol.bearer(http, path, token.json()["access_token"]).status_code == 200
        assert protocol.bearer(http, f"{path}/", token.json()["access_token"]).status_code == 200


# --- CORS ---


@pytest.mark.parametrize(
    ("path", "methods"),
    [*[(path, "POST, OPTIONS") for path in POSTS], *[(path, "GET, HEAD, OPTIONS") for path in GETS]],
)
@pytest.mark.compliance("RFC 9700", "2.6")
def test_a_preflight_is_a_204_with_the_paths_methods_and_the_headers_asked_for(http, path, methods):
    response = http.options(
        path,
        headers={
            "origin": "https://app.example",
            "access-control-request-method": "POST",
            "access-control-request-headers": "Authorization, x-device-info,content-type",
        },
    )
    assert (response.status_code, response.content) == (204, b"")
    protocol.check_headers(response)
    assert response["Access-Control-Allow-Methods"] == response["Allow"] == methods
    assert response["Access-Control-Allow-Headers"] == "Authorization, x-device-info,content-type"
    assert response["Access-Control-Max-Age"] == "600"
    assert not response.has_header("Access-Control-Allow-Credentials")
    assert not response.has_header("Content-Type")


@pytest.mark.parametrize("asked", ["", "a b", "x\r\nSet-Cookie: a=b", "\u00e9", "a,,b", "(x)", '"x"'])
def test_headers_that_are_not_well_formed_are_not_echoed(http, asked):
    response = http.options(TOKEN, headers={"access-control-request-headers": asked})
    assert response.status_code == 204
    assert not response.has_header("Access-Control-Allow-Headers")


# --- Sizes ---


def big(size):
    return b"{" + b" " * (size - 2) + b"}"


@pytest.mark.parametrize("path", POSTS)
def test_a_body_over_64_kib_is_a_413_and_closes_the_connection(http, path):
    response = http.post(path, big(64 * 1024 + 1), content_type="application/json")
    check_refusal(response, "invalid_request", TOO_LARGE, 413)
    assert response["Connection"] == "close"


def test_64_kib_fit(http, world):
    body = json.dumps({"software_statement": world.text}).ljust(64 * 1024)
    response = http.post(REGISTER, body, content_type="application/json")
    assert response.status_code == 201
    assert not response.has_header("Connection")


def test_a_chunked_body_is_counted_while_it_is_read(http, world):
    def chunked(body):
        stream = io.BytesIO(body)
        environ = {"wsgi.input": stream, "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_TYPE": "application/json"}
        response = http.generic("POST", REGISTER, **environ)
        return response, stream.tell()

    body = json.dumps({"software_statement": world.text}).encode()
    assert chunked(body)[0].status_code == 201
    response, read = chunked(body.ljust(1_000_000))
    check_refusal(response, "invalid_request", TOO_LARGE, 413)
    assert response["Connection"] == "close"
    assert read <= 64 * 1024 + 1


def test_a_body_shorter_than_announced_is_a_400(http, world):
    body = json.dumps({"software_statement": world.text}).encode()
    environ = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body) + 1)}
    response = http.post(REGISTER, b"", content_type="application/json", **environ)
    check_refusal(response, "invalid_request", "The body is shorter than its Content-Length.")
    assert not Client.objects.exists()


@pytest.mark.parametrize("length", ["x", "-1", "1.5", "0x10", "+5", "9" * 30, "\u0663"])
def test_a_content_length_that_is_no_number_is_a_400(http, length):
    response = http.post(TOKEN, b"", content_type=FORM, CONTENT_LENGTH=length)
    check_refusal(response, "invalid_request", "Content-Length is not a number.")


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "GZIP", "identity, gzip", "x"])
def test_a_coded_body_is_a_400(http, world, coding):
    response = protocol.register(http, world.text, headers={"content-encoding": coding})
    check_refusal(response, "invalid_request", "Content-Encoding is not supported. Send the body as it is.")
    assert protocol.register(http, world.text, headers={"content-encoding": "Identity"}).status_code == 201


def test_a_refusal_before_the_body_was_read_reads_it_or_closes_the_connection(http):
    small, large = io.BytesIO(b"x" * 1000), io.BytesIO(b"x" * 100_000)
    response = http.put(TOKEN, b"", **{"wsgi.input": small, "CONTENT_LENGTH": "1000"})
    assert (response.status_code, small.tell(), response.has_header("Connection")) == (405, 1000, False)
    response = http.put(TOKEN, b"", **{"wsgi.input": large, "CONTENT_LENGTH": "100000"})
    assert (response.status_code, large.tell(), response["Connection"]) == (405, 0, "close")


@pytest.mark.parametrize("path", [*POSTS, *GETS, "/o/nothing", "/api/nothing"])
@pytest.mark.parametrize("name", ["x-anything", "authorization", "user-agent", "x-device-info", "content-type"])
def test_a_header_over_16_kib_is_a_431(http, path, name):
    response = http.get(path, headers={name: "x" * (16 * 1024 + 1)})
    check_said(response, path, 431, "invalid_request", LONG_HEADER)
    assert response["Connection"] == "close"
    assert http.get(path, headers={name: "x" * 16 * 1024}).status_code != 431


# --- Hosts ---


@pytest.mark.parametrize("path", [*POSTS, *GETS, "/oauth/nothing"])
@pytest.mark.parametrize(
    "host",
    ["", "localhost,evil.example", "local host", "a/b", "user@localhost", "localhost:http", "[::1", "\u00e9.example"],
)
def test_a_host_that_is_ill_formed_is_a_400(path, host):
    response = App().get(path, headers={"host": host})
    check_said(response, path, 400, "invalid_request", NO_HOST)


@pytest.mark.parametrize("path", [*POSTS, *GETS])
def test_a_missing_host_is_a_400(path):
    check_said(App().get(path), path, 400, "invalid_request", NO_HOST)


@pytest.mark.parametrize("path", [*POSTS, *GETS])
def test_a_host_that_nobody_configured_is_a_421_unless_there_is_a_default(settings, path):
    settings.ENVIRONMENT_HOSTS = {"release-staging.localhost": "release-staging"}
    settings.DEFAULT_ENVIRONMENT = ""
    app = App(headers={"host": "evil.example"})
    check_said(app.options(path), path, 421, "invalid_request", MISDIRECTED)
    assert App(headers={"host": "release-staging.localhost"}).options(path).status_code == 204
    settings.DEFAULT_ENVIRONMENT = "release-production"
    assert app.options(path).status_code == 204


@pytest.mark.parametrize(
    "host", ["release-staging.localhost", "Release-Staging.LOCALHOST:8000", "127.0.0.1", "[::1]:8000"]
)
def test_a_host_is_read_without_case_and_port(http, signing_keys, host):
    kids = {key["kid"] for key in http.get(JWKS, headers={"host": host}).json()["keys"]}
    environment = "release-staging" if "taging" in host else "release-production"
    assert kids == set(SigningKey.objects.filter(environment=environment).values_list("kid", flat=True))


def test_issuers_never_come_from_the_request(http, world):
    headers = {"host": "evil.example:99", "x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}
    client = protocol.register(http, world.text, headers=headers).json()
    token = protocol.token(http, client, headers=headers).json()["access_token"]
    assert protocol.decode(token)[1]["iss"] == protocol.issuer()
    refused = http.get(VALIDATE, headers=headers)
    assert "evil" not in refused.content.decode()
    assert "evil" not in str(refused.headers)


def test_the_request_id_is_ours_and_never_the_callers(http):
    first, second = (http.get(JWKS, headers={"x-request-id": "mine"})["X-Request-Id"] for _ in range(2))
    assert first != second
    assert all(len(request_id) == 32 and int(request_id, 16) for request_id in (first, second))


# --- When we cannot answer ---


@pytest.mark.parametrize("error", [OperationalError("secret detail"), InterfaceError("secret detail")])
def test_a_database_that_cannot_be_asked_is_a_503_and_never_invalid_client(http, world, monkeypatch, error):
    client = protocol.registered(http, world)
    token = protocol.token_of(http, client)

    def broken(*_):
        raise error

    monkeypatch.setattr(prepared, "fetch_all", broken)
    monkeypatch.setattr("registration.reach.fetch_all", broken)
    for path, response in (
        (TOKEN, protocol.token(http, client)),
        (REGISTER, protocol.register(http, world.text)),
        *((path, protocol.bearer(http, path, token)) for path in (VALIDATE, SCOPES, CONFIGURATION)),
    ):
        check_said(response, path, 503, "temporarily_unavailable", UNAVAILABLE)
        assert response["Retry-After"] == "5"
    monkeypatch.undo()
    assert protocol.token(http, client).status_code == 201


def test_a_defect_is_a_500_in_json_without_a_word_of_it(http, world, monkeypatch):
    def broken(**_):
        raise RuntimeError("the reason")

    monkeypatch.setattr("oauth.tokens.issue", broken)
    response = protocol.token(http, protocol.registered(http, world))
    check_refusal(response, "server_error", SERVER_ERROR, 500)


# --- Published keys ---


@pytest.mark.compliance("RFC 7517", "5")
def test_the_keys_are_published_without_a_private_member(http, signing_keys):
    response = http.get(JWKS)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "public, max-age=300"
    assert not response.has_header("Pragma")
    assert not response.cookies
    members = response.json()["keys"]
    statement, token, feed = (protocol.key_of(purpose=purpose) for purpose in ("statement", "token", "feed"))
    assert [(key["kid"], key["kty"], key["alg"], key["use"]) for key in members] == [
        (statement.kid, "RSA", "RS256", "sig"),
        (token.kid, "EC", "ES256", "sig"),
        (feed.kid, "EC", "ES256", "sig"),
    ]
    assert sorted(members[0]) == ["alg", "e", "kid", "kty", "n", "use"]
    assert sorted(members[1]) == ["alg", "crv", "kid", "kty", "use", "x", "y"]
    assert not {"d", "p", "q", "dp", "dq", "qi", "k"} & {name for key in members for name in key}


def test_the_keys_order_is_rsa_ec_okp_then_purpose_then_current_before_retired(http, signing_keys, settings):
    settings.STATEMENT_ALG, settings.TOKEN_ALG = "EdDSA", "RS256"
    keys.rotate(environment=protocol.ENVIRONMENT, purpose="statement", by=protocol.OPERATOR)
    keys.rotate(environment=protocol.ENVIRONMENT, purpose="token", by=protocol.OPERATOR)
    settings.STATEMENT_ALG = "RS256"
    keys.rotate(environment=protocol.ENVIRONMENT, purpose="statement", by=protocol.OPERATOR)
    rows = {row.kid: row for row in SigningKey.objects.all()}
    said = [(key["kty"], rows[key["kid"]].purpose, rows[key["kid"]].status) for key in http.get(JWKS).json()["keys"]]
    assert said == [
        ("RSA", "statement", "current"),
        ("RSA", "statement", "retired"),
        ("RSA", "token", "current"),
        ("EC", "token", "retired"),
        ("EC", "feed", "current"),
        ("OKP", "statement", "retired"),
    ]


def test_a_withdrawn_key_is_published_no_more(http, signing_keys):
    key = SigningKey.objects.get(kid=protocol.key_of(purpose="token").kid)
    assert key.kid in http.get(JWKS).content.decode()
    protocol.at(key, withdrawn_at=True)
    assert key.kid not in http.get(JWKS).content.decode()


@pytest.mark.compliance("RFC 9110", "13.1.2")
def test_an_etag_that_still_holds_is_a_304(http, signing_keys):
    first = http.get(JWKS)
    etag = first["ETag"]
    for sent in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        response = http.get(JWKS, headers={"if-none-match": sent})
        assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)
        assert response["Cache-Control"] == "public, max-age=300"
    assert http.get(JWKS, headers={"if-none-match": '"other"'}).status_code == 200
    keys.rotate(environment=protocol.ENVIRONMENT, purpose="token", by=protocol.OPERATOR)
    changed = http.get(JWKS, headers={"if-none-match": etag})
    assert (changed.status_code, changed["ETag"] != etag) == (200, True)


def test_each_environment_publishes_its_own_keys(http, signing_keys):
    here = {key["kid"] for key in http.get(JWKS).json()["keys"]}
    there = {key["kid"] for key in http.get(JWKS, headers={"host": protocol.ISSUER_ELSEWHERE}).json()["keys"]}
    assert here
    assert there
    assert not here & there
