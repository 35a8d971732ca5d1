"""Our own installation, on a database of its own, behind the very server of `make run`."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.contenders import CHECK, REGISTER, TOKEN, Contender, credentials_form, expect, write_lines
from benchmarks.databases import database
from benchmarks.errors import CannotRun, WrongAnswer
from benchmarks.load import JSON, Work
from benchmarks.servers import ROOT, Server, free_port, inherited, started
from tests.live import START_SERVER

_TOKENS = 500
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Installation:
    folder: Path
    environ: dict[str, str]
    port: int
    """Fixed at the start, since the issuer holds it."""
    _filler: subprocess.Popen[str]

    def ask(self, verb: str, **arguments: Any) -> dict[str, Any]:
        """Let the installation's own process do something (benchmarks.seed)."""
        assert self._filler.stdin
        assert self._filler.stdout
        self._filler.stdin.write(json.dumps({"verb": verb, **arguments}) + "\n")
        self._filler.stdin.flush()
        line = self._filler.stdout.readline()
        if not line:
            raise CannotRun(f"The installation could not {verb}; what it said stands above.")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextlib.contextmanager
def installation(folder: Path, name: str) -> Iterator[Installation]:
    folder.mkdir(mode=0o700, parents=True)
    port = free_port()
    with database(name) as url:
        environ = {
            "VAR_DIR": str(folder),
            "DATABASE_URL": url,
            "REDIS_URL": "",
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "HOST": "127.0.0.1",
            "DEFAULT_ENVIRONMENT": "release-production",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "THROTTLE_ENABLED": "1",
            "THROTTLE_BURST": "1000000",
            "THROTTLE_RATE": "1000000",
            "DEBUG": "0",
        }
        subprocess.run(
            [sys.executable, "manage.py", "prepare"],
            cwd=ROOT,
            env={**inherited(), **environ},
            check=True,
            stdout=sys.stderr,
        )
        seen = {**inherited(), **environ}
        filler = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.seed"],
            cwd=ROOT, env=seen, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        try:
            yield Installation(folder, environ, port, filler)
        finally:
            filler.kill()
            filler.communicate()


@contextlib.contextmanager
def contender(
    where: Installation, *, name: str, redirect_uri: str, workers: int = 1, cores: tuple[int, ...] = ()
) -> Iterator[Contender]:
    """A server of `where`, whose answers were found right."""
    with started(
        [sys.executable, "-c", START_SERVER],
        log=where.folder / f"server-{workers}-{len(cores)}.log",
        environ={**where.environ, "WORKERS": str(workers)},
        port=where.port if workers == 1 else 0,
        cores=cores or (machine.SERVER_CORE,),
    ) as server:
        credentials = [line.split() for line in (where.folder / "credentials").read_text().splitlines()]
        _check(server, *credentials[0])
        tokens = [token_of(server, *pair) for pair in credentials[:_TOKENS]]
        bodies = [
            json.dumps({"software_statement": text, "redirect_uri": redirect_uri})
            for text in (where.folder / "statements").read_text().split()
        ]
        expect(
            server.send("POST", "/o/client/register", bodies[0], {"Content-Type": JSON}),
            201, "client_id", "client_secret", "scopes",
        )  # fmt: skip
        forms = write_lines(where.folder / "token.lines", [credentials_form(*pair) for pair in credentials])
        works = {
            TOKEN: Work("POST", "/o/client/token", forms, 201, '"access_token"'),
            REGISTER: Work(
                "POST",
                "/o/client/register",
                write_lines(where.folder / "register.lines", bodies),
                201,
                '"client_secret"',
                type=JSON,
            ),
            CHECK: Work(
                "GET",
                "/o/client/validate",
                write_lines(where.folder / "check.lines", [f"Bearer {token}" for token in tokens]),
                200,
                '"expires_in"',
                authorization=True,
            ),
        }
        yield Contender(name, server, works, _versions())


def _check(server: Server, client_id: str, secret: str) -> None:
    """A right secret gets a token that the server finds good, a wrong one gets none, a forged token is found bad."""
    token = token_of(server, client_id, secret)
    answer = server.send("GET", "/o/client/validate", headers={"Authorization": f"Bearer {token}"})
    if expect(answer, 200, "software_id", "scopes").members["client_id"] != client_id:
        raise WrongAnswer(f"The token is of another client: {answer.text}")
    wrong = server.send("POST", "/o/client/token", credentials_form(client_id, secret[::-1]), _FORM)
    expect(wrong, 400, "error", "error_description")
    head, _, signature = token.rpartition(".")
    forged = server.send("GET", "/o/client/validate", headers={"Authorization": f"Bearer {head}.{signature[::-1]}"})
    expect(forged, 401, "code")


def token_of(server: Server, client_id: str, secret: str) -> str:
    """A new access token of the client. Raises WrongAnswer."""
    answer = server.send("POST", "/o/client/token", credentials_form(client_id, secret), _FORM)
    return str(
        expect(answer, 201, "id", "access_token", "created_at", "expires_in", "token_type").members["access_token"]
    )


def _versions() -> str:
    return ", ".join(f"{name} {machine.version(name)}" for name in ("Django", "granian", "psycopg", "cryptography"))
