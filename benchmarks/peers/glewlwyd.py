"""Glewlwyd, an authorization server in C, on PostgreSQL: Debian's package, set up as its documentation says."""

import base64
import contextlib
import gzip
import http.client
import json
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from benchmarks import machine
from benchmarks.contenders import TOKEN, Contender, expect, write_lines
from benchmarks.databases import database
from benchmarks.errors import CannotRun, WrongAnswer
from benchmarks.load import FORM, JSON, Work
from benchmarks.servers import Server, free_port, started

_TABLES = Path("/usr/share/doc/glewlwyd/database/init.postgre.sql.gz")
_MODULES = "/usr/lib/glewlwyd"
_TOKEN_PATH = "/api/peer/token"
_BODY = "grant_type=client_credentials&scope=api"
_CLIENTS = 200
_CONFIGURATION = """
port={port}
external_url="http://127.0.0.1:{port}"
login_url="login.html"
api_prefix="api"
log_mode="console"
log_level="ERROR"
cookie_domain="127.0.0.1"
cookie_secure=0
session_key="session"
admin_session_authentication="cookie"
profile_session_authentication="cookie"
login_api_enabled=true
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="{modules}/user"
user_middleware_module_path="{modules}/user_middleware"
client_module_path="{modules}/client"
user_auth_scheme_module_path="{modules}/scheme"
plugin_module_path="{modules}/plugin"
hash_algorithm="SHA256"
database = {{ type = "postgre" conninfo = "{url}" }};
"""


@contextlib.contextmanager
def contender(folder: Path) -> Iterator[Contender]:
    if shutil.which("glewlwyd") is None or not _TABLES.exists():
        raise CannotRun("Glewlwyd is missing. Install it: apt-get install glewlwyd")
    folder.mkdir(parents=True)
    port, configuration = free_port(), folder / "glewlwyd.conf"
    with database("glewlwyd") as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION pgcrypto")
            connection.execute(gzip.decompress(_TABLES.read_bytes()))
        configuration.write_text(_CONFIGURATION.format(port=port, modules=_MODULES, url=url))
        command = ["glewlwyd", f"--config-file={configuration}"]
        with started(command, log=folder / "server.log", environ={}, port=port) as server:
            headers = _set_up(server)
            _check(server, headers[0])
            lines = write_lines(folder / "token.lines", headers)
            yield Contender(
                "Glewlwyd, PostgreSQL, ES256",
                server,
                {TOKEN: Work("POST", _TOKEN_PATH, lines, 200, '"access_token"', authorization=True, body=_BODY)},
                machine.first_line("glewlwyd", "--version"),
                f"stores what it issued; no application, no throttle; {_CLIENTS} clients",
            )


def _set_up(server: Server) -> list[str]:
    """A plugin that signs as ours does, and clients. Answers the Authorization headers of these."""
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    session = _ask(server, "/api/auth/", {"username": "admin", "password": "password"})
    scope = {"name": "api", "display_name": "api", "description": "api", "password_required": False}
    _ask(server, "/api/scope/", scope | {"scheme": {}, "scheme_required": {}}, session)
    grants = ("code", "implicit", "password", "device", "refresh", "client")
    parameters = {
        "url": "peer",
        "jwt-type": "ecdsa",
        "jwt-key-size": "256",
        "key": private,
        "cert": public,
        "access-token-duration": 21_600,
        "refresh-token-duration": 1_209_600,
        "refresh-token-rolling": False,
        "code-duration": 600,
        "introspection-revocation-allowed": False,
        "pkce-allowed": False,
        "scope": [],
        "additional-parameters": [],
        **{f"auth-type-{grant}-enabled": grant == "client" for grant in grants},
    }
    plugin = {"module": "oauth2-glewlwyd", "name": "peer", "display_name": "peer", "enabled": True}
    _ask(server, "/api/mod/plugin/", plugin | {"parameters": parameters}, session)
    headers = []
    for number in range(_CLIENTS):
        client_id, secret = f"client-{number}", secrets.token_urlsafe(32)
        client = {"client_id": client_id, "name": client_id, "enabled": True, "confidential": True, "password": secret}
        more = {"authorization_type": ["client_credentials"], "scope": ["api"], "redirect_uri": []}
        _ask(server, "/api/client/?source=database", client | more, session)
        headers.append("Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode())
    return headers


def _ask(server: Server, path: str, members: dict[str, Any], session: str = "") -> str:
    """What an administrator asks. Answers the session that this opened, or goes on in."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=15)
    with contextlib.closing(connection):
        headers = {"Content-Type": JSON, **({"Cookie": session} if session else {})}
        connection.request("POST", path, json.dumps(members), headers)
        response = connection.getresponse()
        said = response.read().decode(errors="replace")
        if response.status != 200:
            raise WrongAnswer(f"{path}: {response.status} {said[:300]}")
        return (response.getheader("Set-Cookie") or session).partition(";")[0]


def _check(server: Server, right: str) -> None:
    headers = {"Content-Type": FORM, "Authorization": right}
    token = expect(server.send("POST", _TOKEN_PATH, _BODY, headers), 200, "access_token").members["access_token"]
    header = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
    if header.get("alg") != "ES256":
        raise WrongAnswer(f"The token is no ES256 JWT: {header}")
    wrong = {**headers, "Authorization": "Basic " + base64.b64encode(b"client-0:wrong").decode()}
    answer = server.send("POST", _TOKEN_PATH, _BODY, wrong)
    if answer.status < 400:
        raise WrongAnswer(f"A wrong secret got a token: {answer.text[:300]}")
