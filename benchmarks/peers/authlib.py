"""Authlib with Flask on granian (benchmarks/peers/authlib_project.py); Flask is installed from PyPI."""

import contextlib
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import machine
from benchmarks.contenders import TOKEN, Contender, credentials_form, expect, write_lines
from benchmarks.errors import CannotRun
from benchmarks.load import FORM, Work
from benchmarks.servers import ROOT, granian, started

_FLASK = "flask==3.1.3"


@contextlib.contextmanager
def contender(folder: Path, clients: int, installed: Path) -> Iterator[Contender]:
    _install(installed)
    folder.mkdir(parents=True)
    pairs = [(secrets.token_urlsafe(32), secrets.token_urlsafe(32)) for _ in range(clients)]
    write_lines(folder / "credentials", [" ".join(pair) for pair in pairs])
    environ = {"CREDENTIALS": str(folder / "credentials"), "PYTHONPATH": f"{ROOT}:{installed}"}
    project = granian("benchmarks.peers.authlib_project:application")
    with started(project, log=folder / "server.log", environ=environ) as server:
        form = {"Content-Type": FORM}
        expect(server.send("POST", "/token", credentials_form(*pairs[0]), form), 200, "access_token", "expires_in")
        expect(server.send("POST", "/token", credentials_form(pairs[0][0], "wrong"), form), 400, "error")
        lines = write_lines(folder / "token.lines", [credentials_form(*pair) for pair in pairs[:20_000]])
        yield Contender(
            "Authlib and Flask, in memory",
            server,
            {TOKEN: Work("POST", "/token", lines, 200, '"access_token"')},
            f"Authlib {machine.version('Authlib')}, {_FLASK.replace('==', ' ')}",
            "everything in memory, secrets in clear; signs and stores nothing that outlives the process",
        )


def _install(folder: Path) -> None:
    if (folder / "flask").is_dir():
        return
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", folder, _FLASK],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise CannotRun(f"pip could not install {_FLASK}: {done.stderr.strip()[-300:]}")
