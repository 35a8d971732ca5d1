"""The load generator: wrk, which rotates over the requests of a file and counts every unexpected answer as an error."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine
from benchmarks.errors import CannotRun, WrongAnswer
from benchmarks.servers import Server

_SCRIPT = Path(__file__).with_name("load.lua")
CONNECTIONS = 16
# At a set rate more connections pause most of the time: arrivals are random, and few meet at one connection.
PACED_CONNECTIONS = 64
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True)
class Work:
    """One kind of request. `lines` is a file with one body (or Authorization header) a line."""

    method: str
    path: str
    lines: Path
    status: int
    marker: str
    """What every right answer contains."""
    type: str = FORM
    authorization: bool = False
    body: str = ""
    """What is sent with each Authorization header."""


@dataclass(frozen=True)
class Run:
    requests: int
    seconds: float
    p50: float
    """Milliseconds."""
    p99: float
    cpu: float
    """Microseconds of the server's processes per request."""
    memory: int

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def check_installed() -> str:
    found = machine.first_line("wrk", "-v")
    if shutil.which("wrk") is None:
        raise CannotRun("The load generator wrk is missing. Install it: apt-get install wrk")
    return " ".join(found.split()[:2])


def run(work: Work, server: Server, *, seconds: float, start: int = 0, rate: float = 0) -> Run:
    """As fast as the server answers, or, where `rate` is given, at about that many requests a second.

    Raises WrongAnswer where a single answer was not as expected: such a run says nothing.
    """
    connections = PACED_CONNECTIONS if rate else CONNECTIONS
    environ = {
        "LOAD_METHOD": work.method,
        "LOAD_PATH": work.path,
        "LOAD_TYPE": work.type,
        "LOAD_LINES": str(work.lines),
        "LOAD_IN": "authorization" if work.authorization else "body",
        "LOAD_BODY": work.body,
        "LOAD_STATUS": str(work.status),
        "LOAD_MARKER": work.marker,
        "LOAD_START": str(start),
        "LOAD_PAUSE_MS": str(connections / rate * 1000 if rate else 0),
    }
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s", "-s", str(_SCRIPT)]
    before = server.usage()
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{server.port}{work.path}"],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, (machine.LOAD_CORE,)),
    )
    after = server.usage()
    line = next((line for line in done.stdout.splitlines() if line.startswith("RESULT\t")), None)
    if line is None:
        raise CannotRun(f"wrk said: {done.stdout} {done.stderr}")
    requests, micros, errors, p50, p99, sample = line.split("\t")[1:]
    if not int(requests) or int(errors):
        raise WrongAnswer(f"{errors} of {requests} answers of {work.path} were wrong, the first: {sample}")
    return Run(
        requests=int(requests),
        seconds=int(micros) / 1e6,
        p50=int(p50) / 1000,
        p99=int(p99) / 1000,
        cpu=(after.cpu - before.cpu) / int(requests) * 1e6,
        memory=after.memory,
    )
