"""The production server as real processes, on a database of their own: for tests that no test client can stand in for.

`installation` prepares a database and a small world, `server` starts granian as `config.serve` would; several servers
may share one installation. An installation's operator is a process of its own that calls the product's verbs: run as
`python -m tests.live`, it reads one JSON request a line and answers each once its transaction is committed.
"""

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ISSUER = "http://localhost:8000"
REDIRECT_URI = "https://live.aurora.example/callback"
# How long, in seconds, a test waits for what is sure to come: on a machine with other work a server takes its time.
PATIENCE = 120
# All that a server under test takes over from whoever runs the suite: none of the product's settings but Redis.
_INHERITED = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "REDIS_URL")
_INHERITED_PREFIXES = ("LC_", "PG", "COV_")
START_SERVER = (
    "import os, sys; from config.serve import server_arguments; "
    "os.execv(sys.executable, [sys.executable, '-m', 'granian', *server_arguments()])"
)


def free_port() -> int:
    """A port that nobody listens on, below those that the system gives to outgoing connections."""
    while True:
        port = random.randrange(15_000, 32_000)
        with contextlib.suppress(OSError), socket.socket() as listener:
            listener.bind(("127.0.0.1", port))
            return port


# --- The operator: a door to the verbs, in a process with the installation's settings ---


class Operator:
    """Asks the installation's operator process; each answer comes after the commit."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._lock = threading.Lock()

    def ask(self, verb: str, **arguments: Any) -> Any:
        with self._lock:
            assert self._process.stdin
            assert self._process.stdout
            self._process.stdin.write(json.dumps({"verb": verb, **arguments}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        answer = json.loads(line or '{"error": "the operator process has ended"}')
        if "error" in answer:
            raise AssertionError(answer["error"])
        return answer["result"]


def _operate() -> None:
    import django  # noqa: PLC0415  (only the operator process has settings of its own)

    django.setup()
    from tests import operations  # noqa: PLC0415

    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"result": getattr(operations, request.pop("verb"))(**request)}
        except Exception as error:  # noqa: BLE001  (the asker raises it)
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)  # noqa: T201


# --- The installation ---


@dataclass(frozen=True)
class Installation:
    """A prepared database with a programmer, a channel with a domain, and an application with a statement."""

    folder: Path
    environ: dict[str, str]
    operator: Operator
    software_id: str
    statement: str
    staging_statement: str
    watcher_statement: str
    database_url: str


@contextlib.contextmanager
def installation(folder: Path) -> Iterator[Installation]:
    """On the server of DATABASE_URL, where that is PostgreSQL, else in a SQLite file."""
    with _database(folder) as url:
        environ = _environ(folder, url)
        (folder / "static").mkdir()  # whitenoise warns where there is none
        _manage(environ, "prepare")
        with _operator(environ) as operator:
            world = operator.ask("make_world")
            yield Installation(folder=folder, environ=environ, operator=operator, database_url=url, **world)


def _environ(folder: Path, database_url: str) -> dict[str, str]:
    inherited = {
        name: value for name, value in os.environ.items() if name in _INHERITED or name.startswith(_INHERITED_PREFIXES)
    }
    return {
        **inherited,
        "VAR_DIR": str(folder),
        "DATABASE_URL": database_url,
        "DEFAULT_ENVIRONMENT": "release-production",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PUBLIC_URL": ISSUER,
        "ISSUER_RELEASE_STAGING": "http://release-staging.localhost:8000",
        "ISSUER_PREQUAL_STAGING": "http://prequal-staging.localhost:8000",
        "ISSUER_PREQUAL_PRODUCTION": "http://prequal-production.localhost:8000",
        "THROTTLE_BURST": "1000000",
        "THROTTLE_RATE": "1000000",
        "PYTHONPATH": str(ROOT),
    }


@contextlib.contextmanager
def _database(folder: Path) -> Iterator[str]:
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield f"sqlite:///{folder / 'db.sqlite3'}"
        return
    import psycopg  # noqa: PLC0415

    name = f"test_tve_live_{os.getpid()}_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield server.rpartition("/")[0] + "/" + name
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _manage(environ: dict[str, str], *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@contextlib.contextmanager
def _operator(environ: dict[str, str]) -> Iterator[Operator]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.live"],
        cwd=ROOT,
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Operator(process)
    finally:
        process.communicate(timeout=PATIENCE)


# --- The server ---


@dataclass
class Server:
    port: int
    log: Path
    installation: Installation
    process: subprocess.Popen[bytes]
    _connections: threading.local = field(default_factory=threading.local)
    _opened: list[http.client.HTTPConnection] = field(default_factory=list)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def logged(self, since: int = 0) -> str:
        """What it has written to its log, from an octet on."""
        with self.log.open("rb") as log:
            log.seek(since)
            return log.read().decode(errors="replace")

    def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        timeout: float = PATIENCE,
    ) -> tuple[int, dict[str, Any]]:
        """One request on this thread's kept-open connection; the answer's status and JSON."""
        status, content = self.fetch(method, path, body, headers, timeout)
        return status, json.loads(content or b"{}")

    def fetch(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: dict[str, str] | None = None,
        timeout: float = PATIENCE,
    ) -> tuple[int, bytes]:
        """The same, and the body as it is. A connection that the server closed while it lay idle is opened again."""
        connection = getattr(self._connections, "open", None)
        try:
            if connection is not None:
                return self._ask(connection, method, path, body, headers)
        except (http.client.RemoteDisconnected, BrokenPipeError):
            connection = None
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        self._connections.open = connection
        self._opened.append(connection)
        return self._ask(connection, method, path, body, headers)

    def _ask(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: bytes,
        headers: dict[str, str] | None,
    ) -> tuple[int, bytes]:
        try:
            connection.request(method, path, body=body or None, headers={"Host": "localhost", **(headers or {})})
            response = connection.getresponse()
            return response.status, response.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            del self._connections.open
            raise

    def hang_up(self) -> None:
        """Close the connections of every thread."""
        for connection in self._opened:
            connection.close()

    def register(self, **members: Any) -> tuple[int, dict[str, Any]]:
        body = {"software_statement": self.installation.statement, **members}
        return self.send("POST", "/o/client/register", json.dumps(body).encode(), {"Content-Type": "application/json"})

    def token(self, client_id: str, client_secret: str) -> tuple[int, dict[str, Any]]:
        body = f"grant_type=client_credentials&client_id={client_id}&client_secret={client_secret}"
        return self.send(
            "POST", "/o/client/token", body.encode(), {"Content-Type": "application/x-www-form-urlencoded"}
        )

    def validate(self, access_token: str) -> tuple[int, dict[str, Any]]:
        return self.send("GET", "/o/client/validate", headers={"Authorization": f"Bearer {access_token}"})


@contextlib.contextmanager
def server(where: Installation, **settings: str) -> Iterator[Server]:
    """Granian with the very arguments of `make run`, on a free port; `settings` are further environment variables."""
    started = _start(where, settings)
    try:
        yield started
    finally:
        started.hang_up()
        stop(started.process)


def _start(where: Installation, settings: dict[str, str]) -> Server:
    port = free_port()
    log = where.folder / f"server-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", START_SERVER],
            cwd=ROOT,
            env={**where.environ, "PORT": str(port), **settings},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    started = Server(port=port, log=log, installation=where, process=process)
    try:
        _await_answer(started)
    except BaseException:
        stop(process)
        raise
    return started


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, and see to it that its workers have ended too."""
    process.terminate()
    try:
        process.wait(timeout=PATIENCE)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=5)


def _await_answer(started: Server) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert started.process.poll() is None, started.logged()
        with contextlib.suppress(OSError, http.client.HTTPException):
            started.send("GET", "/o/client/validate", timeout=2)
            return
        time.sleep(0.05)
    raise AssertionError(f"The server did not answer within {PATIENCE} s.\n" + started.logged())


if __name__ == "__main__":
    _operate()
