"""node-oidc-provider on PostgreSQL (benchmarks/peers/provider.mjs), installed from the npm registry."""

import base64
import contextlib
import json
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg

from benchmarks import machine
from benchmarks.contenders import REGISTER, TOKEN, Contender, credentials_form, expect, write_lines
from benchmarks.databases import database
from benchmarks.errors import CannotRun, WrongAnswer
from benchmarks.load import FORM, JSON, Work
from benchmarks.servers import started

_PACKAGES = ("oidc-provider@9.13.3", "pg@8.23.1")
_SCOPE = "&scope=api:client:v2"
_METADATA = {
    "grant_types": ["client_credentials"],
    "response_types": [],
    "redirect_uris": ["https://live.example/callback"],
    "token_endpoint_auth_method": "client_secret_post",
}


@contextlib.contextmanager
def contender(folder: Path, clients: int, installed: Path) -> Iterator[Contender]:
    node = _install(installed)
    folder.mkdir(parents=True)
    with database("node") as url:
        pairs = _fill(url, clients)
        environ = {"DATABASE_URL": url, "NODE_ENV": "production"}
        with started(["node", "provider.mjs"], log=folder / "server.log", environ=environ, folder=installed) as server:
            form = {"Content-Type": FORM}
            answer = server.send("POST", "/token", credentials_form(*pairs[0], _SCOPE), form)
            token = expect(answer, 200, "access_token", "expires_in", "scope").members["access_token"]
            header = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
            if header.get("alg") != "ES256":
                raise WrongAnswer(f"The token is no ES256 JWT: {header}")
            expect(server.send("POST", "/token", credentials_form(pairs[0][0], "wrong"), form), 401, "error")
            wish = json.dumps(_METADATA)
            made = expect(server.send("POST", "/reg", wish, {"Content-Type": JSON}), 201, "client_secret").members
            again = credentials_form(made["client_id"], made["client_secret"], _SCOPE)
            expect(server.send("POST", "/token", again, form), 200, "access_token")
            tokens = write_lines(folder / "token.lines", [credentials_form(*p, _SCOPE) for p in pairs[:20_000]])
            works = {
                TOKEN: Work("POST", "/token", tokens, 200, '"access_token"'),
                REGISTER: Work(
                    "POST", "/reg", write_lines(folder / "register.lines", [wish]), 201, '"client_secret"', type=JSON
                ),
            }
            yield Contender(
                "node-oidc-provider, PostgreSQL, ES256",
                server,
                works,
                f"{_PACKAGES[0]}, {_PACKAGES[1]}, node {node}",
                "secrets in clear; no application, no statement, no revocation, no throttle, no log",
            )


def _install(folder: Path) -> str:
    node = machine.first_line("node", "--version")
    if not node or shutil.which("npm") is None:
        raise CannotRun("node and npm are missing (apt-get install nodejs npm)")
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(__file__).with_name("provider.mjs"), folder)
    done = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund", "--prefer-offline", "--prefix", ".", *_PACKAGES],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise CannotRun(f"npm could not install {' '.join(_PACKAGES)}: {done.stderr.strip()[-300:]}")
    return node


def _fill(url: str, clients: int) -> list[tuple[str, str]]:
    pairs = [(secrets.token_urlsafe(32), secrets.token_urlsafe(32)) for _ in range(clients)]
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE model (name text, id text, payload jsonb NOT NULL, PRIMARY KEY (name, id))")
        with cursor.copy("COPY model FROM STDIN") as sink:
            for client_id, secret in pairs:
                payload = {**_METADATA, "client_id": client_id, "client_secret": secret}
                sink.write_row(("Client", client_id, json.dumps(payload)))
        cursor.execute("VACUUM ANALYZE")
    return pairs
