"""django-oauth-toolkit on granian and PostgreSQL (benchmarks/peers/toolkit_project.py)."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import machine
from benchmarks.contenders import REGISTER, TOKEN, Contender, credentials_form, expect, write_lines
from benchmarks.databases import database
from benchmarks.load import FORM, JSON, Work
from benchmarks.servers import ROOT, granian, inherited, started

_PROJECT = "benchmarks.peers.toolkit_project"


@contextlib.contextmanager
def contender(folder: Path, clients: int) -> Iterator[Contender]:
    folder.mkdir(parents=True)
    with database("toolkit") as url:
        environ = {"DATABASE_URL": url}
        subprocess.run(
            [sys.executable, "-m", _PROJECT, str(clients), str(folder / "credentials")],
            cwd=ROOT, env={**inherited(), **environ}, check=True,
        )  # fmt: skip
        pairs = [line.split() for line in (folder / "credentials").read_text().splitlines()]
        with started(granian(f"{_PROJECT}:application"), log=folder / "server.log", environ=environ) as server:
            form = {"Content-Type": FORM}
            expect(server.send("POST", "/token/", credentials_form(*pairs[0]), form), 200, "access_token", "expires_in")
            expect(server.send("POST", "/token/", credentials_form(pairs[0][0], "wrong"), form), 401, "error")
            wish = json.dumps(
                {"grant_types": ["client_credentials"], "redirect_uris": ["https://live.example/callback"]}
            )
            answer = server.send("POST", "/register/", wish, {"Content-Type": JSON})
            made = expect(answer, 201, "client_id", "client_secret").members
            again = credentials_form(made["client_id"], made["client_secret"])
            expect(server.send("POST", "/token/", again, form), 200, "access_token")
            tokens = write_lines(folder / "token.lines", [credentials_form(*pair) for pair in pairs[:20_000]])
            wishes = write_lines(folder / "register.lines", [wish])
            works = {
                TOKEN: Work("POST", "/token/", tokens, 200, '"access_token"'),
                REGISTER: Work("POST", "/register/", wishes, 201, '"client_secret"', type=JSON),
            }
            yield Contender(
                "django-oauth-toolkit, fast hasher",
                server,
                works,
                f"django-oauth-toolkit {machine.version('django-oauth-toolkit')}",
                "stores an opaque token and signs nothing; MD5 for secrets; no application, no throttle, no log;"
                " registers without a statement and stores a registration access token",
            )
