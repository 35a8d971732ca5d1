"""Clients that nobody here wrote, unmodified, against the production server.

yt-dlp holds the register and token code of a real Adobe Pass client; Authlib and requests-oauthlib are the OAuth
libraries that Python programs use, PyJWT and jwcrypto what their resource servers verify with. Only the host is
exchanged: the extractor names Adobe's, which is the one line that a programmer changes. Those of JavaScript are run by
`make clients`, as npm brings them.
"""

import contextlib
import io
import json
from urllib.parse import urlsplit

import jwt
import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from jwcrypto.jwk import JWKSet
from jwcrypto.jwt import JWT
from oauthlib.oauth2 import BackendApplicationClient, InvalidClientError
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session as RequestsSession
from yt_dlp import YoutubeDL
from yt_dlp.extractor.adobepass import AdobePassIE
from yt_dlp.networking import Response

from tests import live

THEIRS = "https://sp.auth.adobe.com"


class FarEnoughError(Exception):
    """The extractor asked for what comes after the access token, which is not part of this product."""


class _Director(YoutubeDL):
    """yt-dlp, with Adobe's host pointing at ours; keeps what was answered."""

    def __init__(self, base):
        super().__init__(
            {
                "ap_mso": "DTV",
                "ap_username": "viewer",
                "ap_password": "x",
                "quiet": True,
                "proxy": "",
                "cachedir": False,
            }
        )
        self._base = base
        self.answered = []
        self.beyond = None

    def urlopen(self, req):
        path = urlsplit(req.url).path
        assert req.url.startswith(THEIRS + "/")
        if path == "/indiv/devices":
            return Response(io.BytesIO(b'{"deviceId": "d"}'), req.url, {"Content-Type": "application/json"})
        if not path.startswith("/o/"):
            self.beyond = req
            raise FarEnoughError
        req.url = self._base + path
        response = super().urlopen(req)
        body = response.read()
        self.answered.append((path, response.status, json.loads(body)))
        return Response(io.BytesIO(body), response.url, response.headers, response.status)


def _extract(server, statement):
    with _Director(server.base) as director:
        extractor = AdobePassIE(director)
        with contextlib.suppress(FarEnoughError):
            extractor._extract_mvpd_auth("https://live.aurora.example/1", "1", "aurora-one", "resource", statement)
        return director


def test_a_real_adobe_pass_client_registers_and_gets_a_token(place, server, quiet_log):
    director = _extract(server, place.statement)
    (register, made, client), (token, issued, access) = director.answered
    assert (register, made) == ("/o/client/register", 201)
    assert set(client) == {
        "client_id", "client_secret", "client_id_issued_at", "redirect_uris", "grant_types", "scopes",
    }  # fmt: skip
    assert (token, issued) == ("/o/client/token", 201)
    assert set(access) == {"id", "access_token", "created_at", "expires_in", "token_type"}
    # What it went on to send to the next endpoint is a token that we know.
    assert director.beyond.headers["Authorization"] == f"Bearer {access['access_token']}"
    assert server.validate(access["access_token"])[0] == 200


def test_a_real_adobe_pass_client_with_another_environments_statement_gets_no_further(place, server, quiet_log):
    with pytest.raises(Exception, match="HTTP Error 400"):
        _extract(server, place.staging_statement)


@pytest.fixture
def session(server, device):
    opened = OAuth2Session(device.client_id, device.client_secret, token_endpoint_auth_method="client_secret_post")
    opened.trust_env = False
    with opened:
        yield opened


def test_authlib_gets_a_token_and_calls_the_protected_api(server, session, quiet_log):
    token = session.fetch_token(f"{server.base}/o/client/token", grant_type="client_credentials")
    assert token["token_type"] == "bearer"
    assert token["expires_in"] == 21_600
    answer = session.get(f"{server.base}/api/v2/aurora-one/configuration")
    assert answer.status_code == 200
    assert answer.json()["requestor"]["id"] == "aurora-one"


def test_authlib_asks_for_a_scope_and_is_told_which_it_cannot_have(server, session, quiet_log):
    url = f"{server.base}/o/client/token"
    session.fetch_token(url, grant_type="client_credentials", scope="api:client:v2")
    assert session.get(f"{server.base}/o/client/scopes").json() == {"scopes": ["api:client:v2"]}
    with pytest.raises(OAuthError, match="invalid_scope"):
        session.fetch_token(url, grant_type="client_credentials", scope="introspection")


def test_authlib_understands_a_wrong_secret(server, device, quiet_log):
    with OAuth2Session(device.client_id, "wrong", token_endpoint_auth_method="client_secret_post") as session:
        session.trust_env = False
        with pytest.raises(OAuthError, match="invalid_client"):
            session.fetch_token(f"{server.base}/o/client/token", grant_type="client_credentials")


# --- The standard dialect ---


@pytest.fixture
def standard(server, place):
    """A client that registered at the endpoint of the metadata, as an OAuth library does."""
    body = json.dumps({"software_statement": place.statement, "redirect_uris": [live.REDIRECT_URI]}).encode()
    status, client = server.send("POST", "/oauth/register", body, {"Content-Type": "application/json"})
    assert status == 201, client
    return client


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_authlib_gets_introspects_and_revokes_a_token(server, standard, quiet_log, method):
    with OAuth2Session(standard["client_id"], standard["client_secret"], token_endpoint_auth_method=method) as session:
        session.trust_env = False
        session.revocation_endpoint_auth_method = method
        token = session.fetch_token(f"{server.base}/oauth/token", grant_type="client_credentials")
        assert (token["token_type"], token["scope"]) == ("Bearer", "api:client:v2")
        assert session.get(f"{server.base}/api/v2/aurora-one/configuration").status_code == 200
        about = {"token": token["access_token"], "token_type_hint": "access_token"}
        told = session.introspect_token(f"{server.base}/oauth/introspect", **about)
        assert told.json()["active"] is True
        assert session.revoke_token(f"{server.base}/oauth/revoke", **about).status_code == 200
        told = session.introspect_token(f"{server.base}/oauth/introspect", **about)
        assert told.json() == {"active": False}


@pytest.mark.parametrize("way", [{"include_client_id": True}, {"include_client_id": False}, {}])
def test_requests_oauthlib_gets_a_token_and_calls_the_protected_api(server, standard, quiet_log, monkeypatch, way):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    client_id, secret = standard["client_id"], standard["client_secret"]
    # With no word about it: Basic. With include_client_id: the id in the body, too.
    auth = {"auth": HTTPBasicAuth(client_id, secret)} if way else {"client_secret": secret}
    with RequestsSession(client=BackendApplicationClient(client_id)) as session:
        session.trust_env = False
        token = session.fetch_token(f"{server.base}/oauth/token", **auth, **way)
        assert token["scope"] == ["api:client:v2"]
        assert session.get(f"{server.base}/api/v2/aurora-one/configuration").status_code == 200


def test_requests_oauthlib_understands_a_wrong_secret(server, standard, quiet_log, monkeypatch):
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with RequestsSession(client=BackendApplicationClient(standard["client_id"])) as session:
        session.trust_env = False
        with pytest.raises(InvalidClientError):
            session.fetch_token(f"{server.base}/oauth/token", client_secret="wrong")


def test_pyjwt_and_jwcrypto_verify_a_token_by_the_published_keys(server, device, quiet_log):
    keys = jwt.PyJWKClient(f"{server.base}/.well-known/jwks.json", headers={"Host": "localhost"})
    key = keys.get_signing_key_from_jwt(device.access_token)
    claims = jwt.decode(
        device.access_token, key, algorithms=["ES256"], audience=f"{live.ISSUER}/api", issuer=live.ISSUER
    )
    assert claims["client_id"] == device.client_id

    _, published = server.fetch("GET", "/.well-known/jwks.json")
    verified = JWT(jwt=device.access_token, key=JWKSet.from_json(published.decode()), algs=["ES256"])
    assert json.loads(verified.claims) == claims


def test_pyjwt_refuses_a_software_statement_where_a_token_is_due(server, place, quiet_log):
    keys = jwt.PyJWKClient(f"{server.base}/.well-known/jwks.json", headers={"Host": "localhost"})
    key = keys.get_signing_key_from_jwt(place.statement)
    with pytest.raises(jwt.MissingRequiredClaimError):
        jwt.decode(place.statement, key, algorithms=["RS256"], audience=f"{live.ISSUER}/api", issuer=live.ISSUER)
