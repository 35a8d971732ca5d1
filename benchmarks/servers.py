"""Server processes on loopback, each pinned to its cores and ended with everything that it started."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.errors import CannotRun
from config.demo import PASSWORD
from tests.live import free_port

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Server:
    port: int
    process: subprocess.Popen[bytes]

    def usage(self) -> machine.Usage:
        return machine.usage(self.process.pid)

    def send(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> "Answer":
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        with contextlib.closing(connection):
            connection.request(method, path, body=body or None, headers=headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.read().decode(errors="replace"))


@dataclass(frozen=True)
class Answer:
    status: int
    text: str

    @property
    def members(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.text)
        return found


@contextlib.contextmanager
def started(
    command: list[str],
    *,
    log: Path,
    environ: dict[str, str],
    folder: Path = ROOT,
    port: int = 0,
    cores: tuple[int, ...] = (machine.SERVER_CORE,),
) -> Iterator[Server]:
    """`command`, in which `{port}` stands for the port, once it listens."""
    port = port or free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [word.replace("{port}", str(port)) for word in command],
            cwd=folder,
            env={**inherited(), **environ, "PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: os.sched_setaffinity(0, cores),  # noqa: PLW1509  (no thread has been started here)
        )
    try:
        _await_listening(process, port, log)
        yield Server(port, process)
    finally:
        stop(process)


def inherited() -> dict[str, str]:
    """What of this process's environment a server sees: nothing that would configure it."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}


def demo_password(url: str | None) -> str:
    """That of the demo's people on the server at `url`, or, without one, on a server that is started here."""
    return os.environ.get("DEMO_PASSWORD", PASSWORD) if url else PASSWORD


def granian(application: str) -> list[str]:
    """The server that ours runs on, in its configuration, for another application."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws", "--host", "127.0.0.1",
        "--port", "{port}", "--workers", "1", "--blocking-threads", "1", "--backpressure", "128",
        "--workers-kill-timeout", "10", "--log-level", "warning", application,
    ]  # fmt: skip


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=5)


def _await_listening(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
            connection.request("GET", "/")
            connection.getresponse().read()
            return
        time.sleep(0.05)
    raise CannotRun(f"It does not start: {log.read_text(errors='replace')[-1000:]}")
