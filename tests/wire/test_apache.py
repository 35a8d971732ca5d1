"""Apache's two resource-server modules, unmodified, before an API: each way in which they can ask about a token."""

import contextlib
import os
import subprocess
import time
from pathlib import Path

import pytest

from tests import certificates, live
from tests.wire import proxy
from tests.wire.raw import Connection, ask, request

MODULES = Path("/usr/lib/apache2/modules")
APACHE = Path("/usr/sbin/apache2")
pytestmark = pytest.mark.skipif(
    not (proxy.NGINX and (MODULES / "mod_auth_openidc.so").exists() and (MODULES / "mod_oauth2.so").exists()),
    reason="not installed (Debian: apt-get install nginx libapache2-mod-auth-openidc libapache2-mod-oauth2)",
)
# What is let in is answered 204 by mod_rewrite, which has its turn after they had theirs.
CONFIGURATION = """
ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/error.log
Mutex sem
{user}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authn_core_module {modules}/mod_authn_core.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule authz_user_module {modules}/mod_authz_user.so
LoadModule rewrite_module {modules}/mod_rewrite.so
{module}
<Location /api>
  {location}
  <RequireAll>
    Require {claim} scope:api:client:v2
    Require {claim} aud:{audience}
  </RequireAll>
  RewriteEngine On
  RewriteRule ^ - [R=204]
</Location>
"""
OPENIDC = """
LoadModule auth_openidc_module {modules}/mod_auth_openidc.so
OIDCCryptoPassphrase a-pass-phrase
OIDCSSLValidateServer Off
OIDCOAuthSSLValidateServer Off
OIDCOAuthRemoteUserClaim client_id
OIDCOAuthTokenIntrospectionInterval -1
OIDCOAuthClientID {client_id}
OIDCOAuthClientSecret {client_secret}
"""
CREDENTIALS = "client_id={client_id}&client_secret={client_secret}"
WAYS = {
    "openidc, introspection with Basic": """
        OIDCOAuthIntrospectionEndpoint {tls}/oauth/introspect
        OIDCOAuthIntrospectionEndpointAuth client_secret_basic""",
    "openidc, introspection in the body": """
        OIDCOAuthIntrospectionEndpoint {tls}/oauth/introspect
        OIDCOAuthIntrospectionEndpointAuth client_secret_post""",
    "openidc, offline": "OIDCOAuthVerifyJwksUri {tls}/.well-known/jwks.json",
    "oauth2, introspection with Basic": (
        "introspect {base}/oauth/introspect introspect.auth=client_secret_basic&verify.cache=none&" + CREDENTIALS
    ),
    "oauth2, introspection in the body": (
        "introspect {base}/oauth/introspect introspect.auth=client_secret_post&verify.cache=none&" + CREDENTIALS
    ),
    "oauth2, offline": "jwks_uri {base}/.well-known/jwks.json verify.iss={issuer}&verify.exp=required",
}


@pytest.fixture(scope="module")
def tls(server, tmp_path_factory):
    """The shipped proxy with a certificate of its own: mod_auth_openidc speaks nothing but https."""
    folder = tmp_path_factory.mktemp("tls")
    certificate = folder / "own.pem"
    certificate.write_text(certificates.private_pem() + certificates.pem("localhost"))
    with proxy.nginx(folder, server.port, certificate) as (port, _):
        yield f"https://127.0.0.1:{port}"


@pytest.fixture(params=WAYS)
def way(request):
    return request.param


@pytest.fixture
def guarded(way, server, tls, device, tmp_path):
    """The port of an Apache that guards /api with one of the modules."""
    known = {
        **{name: device.watcher[name] for name in ("client_id", "client_secret")},
        "modules": MODULES, "tls": tls, "base": server.base, "issuer": live.ISSUER,
    }  # fmt: skip
    if way.startswith("openidc"):
        module, location, claim = OPENIDC + WAYS[way], "AuthType oauth20", "claim"
    else:
        module = "LoadModule oauth2_module {modules}/mod_oauth2.so"
        location = f"AuthType oauth2\nOAuth2TargetPass remote_user_claim=client_id\nOAuth2TokenVerify {WAYS[way]}"
        claim = "oauth2_claim"
    port = live.free_port()
    (tmp_path / "apache.conf").write_text(
        CONFIGURATION.format(
            folder=tmp_path, port=port, modules=MODULES, claim=claim, audience=f"{live.ISSUER}/api",
            user="User www-data\nGroup www-data" if os.geteuid() == 0 else "",
            module=module.format(**known), location=location.format(**known),
        )
    )  # fmt: skip
    process = subprocess.Popen(
        [APACHE, "-f", tmp_path / "apache.conf", "-DFOREGROUND"], stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _await(process, port)
        yield port
    finally:
        live.stop(process)


def _await(process, port):
    for _ in range(20 * live.PATIENCE):
        assert process.poll() is None
        with contextlib.suppress(OSError), Connection(port):
            return
        time.sleep(0.05)
    raise AssertionError("Apache did not start.")


def _call(port, authorization=None):
    return ask(port, request("GET", "/api", headers={"Authorization": authorization} if authorization else None))


def test_a_token_is_let_in_and_nothing_else(guarded, place, device, quiet_log):
    token = device.access_token
    assert _call(guarded, f"Bearer {token}").status == 204
    assert _call(guarded, f"bearer {token}").status == 204
    for other in (token[:-6] + "AAAAAA", place.statement, "nonsense"):
        refused = _call(guarded, f"Bearer {other}")
        assert refused.status == 401
        assert 'error="invalid_token"' in refused.headers["www-authenticate"]
    assert _call(guarded).status == 401


def test_a_revoked_token_is_refused_where_each_is_asked_about(guarded, way, server, device, quiet_log):
    token = server.token(device.client_id, device.client_secret)[1]["access_token"]
    assert _call(guarded, f"Bearer {token}").status == 204
    body = f"client_id={device.client_id}&client_secret={device.client_secret}&token={token}".encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert server.send("POST", "/oauth/revoke", body, form) == (200, {})
    assert _call(guarded, f"Bearer {token}").status == (204 if "offline" in way else 401)
