"""What no Django application on this server can beat: a view that says hello, without middleware."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from benchmarks import machine
from benchmarks.contenders import HELLO, Contender, expect, write_lines
from benchmarks.load import Work
from benchmarks.servers import granian, started


@contextlib.contextmanager
def contender(folder: Path) -> Iterator[Contender]:
    folder.mkdir(parents=True)
    with started(granian("benchmarks.hello:application"), log=folder / "server.log", environ={}) as server:
        expect(server.send("GET", "/"), 200, "hello")
        hello = Work("GET", "/", write_lines(folder / "hello.lines", [""]), 200, '"hello"')
        yield Contender(
            "Django hello, no middleware",
            server,
            {HELLO: hello},
            f"Django {machine.version('Django')}",
            "no database, no signature, no parsing",
        )
