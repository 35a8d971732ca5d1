"""`python -m benchmarks.pages`: how long the dashboard takes for its pages, files and searches, beside their budgets.

It makes the large demo in a database of its own and serves it, or asks a server that runs already (`--url`). Pages are
asked for as a browser does, one at a time, all of them in turn. Of a file counts its first line after the heading.
"""

import argparse
import contextlib
import gzip
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlencode, urlsplit

from benchmarks import machine, ours, report
from benchmarks.errors import CannotRun, WrongAnswer
from benchmarks.servers import ROOT, demo_password, inherited, started
from tests.live import START_SERVER

LIST, FILE, PALETTE = 150, 300, 100
"""Budgets, in milliseconds of the 95th of 100."""
_ENVIRONMENT = "release-production"
_PROGRAMMER, _CHANNEL = "amberbay", "amberbay-one"
_COOKIE = re.compile(r"^(\w+)=([^;]*)")


@dataclass
class Asked:
    """One page, and how long each of its answers took, in milliseconds: to its start where it is a file."""

    name: str
    path: str
    budget: int = LIST
    took: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)

    @property
    def p95(self) -> float:
        return quantiles(self.took, n=20, method="inclusive")[-1]


class Browser:
    """One person's, on a connection that stays open."""

    def __init__(self, url: str) -> None:
        where = urlsplit(url)
        self._host = where.netloc
        self._connection = HTTPConnection(where.hostname or "", where.port or 80, timeout=60)
        self._cookies: dict[str, str] = {}

    def sign_in(self, email: str, password: str) -> None:
        self.read("/accounts/login/")
        form = {"login": email, "password": password, "csrfmiddlewaretoken": self._cookies["csrftoken"]}
        response = self._send("POST", "/accounts/login/", urlencode(form))
        response.read()
        if response.status != 302:
            raise CannotRun(f"{email} cannot sign in: {response.status}")

    def read(self, path: str) -> str:
        response = self._send("GET", path)
        text = response.read()
        if response.status != 200:
            raise WrongAnswer(f"{path} answers {response.status}")
        return (gzip.decompress(text) if response.getheader("Content-Encoding") == "gzip" else text).decode()

    def time(self, asked: Asked) -> None:
        begin = time.perf_counter()
        if asked.budget == FILE:
            response = self._send("GET", asked.path, packed=False)
            start = response.readline() and response.readline()
            asked.took.append((time.perf_counter() - begin) * 1000)
            if response.status != 200 or not start or not response.read().endswith(b"\n"):
                raise WrongAnswer(f"{asked.path} answers {response.status}, or nothing")
        else:
            self.read(asked.path)
            asked.took.append((time.perf_counter() - begin) * 1000)
        asked.whole.append((time.perf_counter() - begin) * 1000)

    def _send(self, method: str, path: str, body: str = "", *, packed: bool = True) -> HTTPResponse:
        headers = {"Host": self._host, "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        headers["Accept-Encoding"] = "gzip" if packed else "identity"
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body=body or None, headers=headers)
        response = self._connection.getresponse()
        for line in response.headers.get_all("Set-Cookie", []):
            name, value = _COOKIE.match(line).groups()  # type: ignore[union-attr]
            self._cookies[name] = value
        return response


def pages(browser: Browser) -> list[Asked]:
    here = f"/{_ENVIRONMENT}"
    programmer, channel, apps = (
        f"{here}/programmers/{_PROGRAMMER}",
        f"{here}/channels/{_CHANNEL}",
        f"{here}/applications",
    )
    found = re.search(rf"{apps}/[0-9a-f-]{{36}}", browser.read(f"{apps}/?q=amber+bay+live+1.&sort=created"))
    if found is None:
        raise CannotRun("That is not the large demo: manage.py seed_demo --size large makes it.")
    busy = found[0]
    return [
        Asked("home", f"{here}/"),
        Asked("programmers", f"{here}/programmers/"),
        Asked("channels", f"{here}/channels/"),
        Asked("applications", f"{apps}/"),
        Asked("applications, page 50", f"{apps}/?page=50"),
        Asked("applications, by state", f"{apps}/?sort=-state"),
        Asked("applications, searched", f"{apps}/?q=amber+live"),
        Asked("applications, by domain", f"{apps}/?q=one.amberbay.example"),
        Asked("applications, by client ID", f"{apps}/?q=1b4e28ba-2fa1-41d2-883f-0016d3cca427"),
        Asked("applications, filtered", f"{apps}/?platform=ROKU&scope=rest-v1&state=active"),
        Asked("applications, never used", f"{apps}/?state=active&unused=7"),
        Asked("a programmer's applications", f"{programmer}/applications/"),
        Asked("a programmer's activity", f"{programmer}/activity/"),
        Asked("a channel's applications", f"{channel}/applications/"),
        Asked("a channel's domains", f"{channel}/domains/"),
        Asked("a channel's schemes", f"{channel}/schemes/"),
        Asked("an application", f"{busy}/"),
        Asked("its clients", f"{busy}/clients/"),
        Asked("its history", f"{busy}/history/"),
        Asked("changes log", f"{here}/changes/"),
        Asked("changes log, searched", f"{here}/changes/?q=amber&states=1"),
        Asked("audit log", "/audit/"),
        Asked("palette, 2 letters", "/palette/?fragment=1&q=am", PALETTE),
        Asked("palette, a name", "/palette/?fragment=1&q=amber+live", PALETTE),
        Asked("palette, a host", "/palette/?fragment=1&q=one.amberbay.example", PALETTE),
        Asked("applications as CSV", f"{apps}/csv/", FILE),
        Asked("filtered, as CSV", f"{apps}/csv/?platform=ROKU&scope=rest-v1", FILE),
        Asked("changes as CSV", f"{here}/changes/csv/?states=1", FILE),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--url", help="of a server on the large demo; otherwise one is started")
    parser.add_argument("--email", default="tam@demo.example", help="who asks (%(default)s)")
    parser.add_argument("--times", type=int, default=40, help="that each is asked for (%(default)s)")
    options = parser.parse_args()
    if options.times < 2:
        parser.error("--times: at least 2")
    try:
        with contextlib.nullcontext(options.url) if options.url else _own_server() as url:
            browser = Browser(url)
            browser.sign_in(options.email, demo_password(options.url))
            return _measure(browser, options.times)
    except (CannotRun, WrongAnswer) as error:
        print(f"benchmarks.pages: {error}", file=sys.stderr)
    return 1


@contextlib.contextmanager
def _own_server() -> Iterator[str]:
    folder = ROOT / "var" / "benchmarks" / f"{os.getpid()}-pages"
    try:
        with ours.installation(folder, "pages") as where:
            print("making the large demo, which takes some minutes …", file=sys.stderr, flush=True)
            command = [sys.executable, "manage.py", "seed_demo", "--size", "large"]
            environ = {**where.environ, "DEMO_PASSWORD": demo_password(None)}
            subprocess.run(command, cwd=ROOT, env={**inherited(), **environ}, check=True)
            with started(
                [sys.executable, "-c", START_SERVER],
                log=Path(folder, "server.log"),
                environ={**environ, "WORKERS": "2"},
                port=where.port,
                cores=tuple(machine.CORES),
            ) as server:
                yield f"http://127.0.0.1:{server.port}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(browser: Browser, times: int) -> int:
    every = pages(browser)
    for asked in every:
        browser.time(asked)
        asked.took, asked.whole = [], []
    for _ in range(times):
        for asked in every:
            browser.time(asked)
    print(f"{machine.describe()}. Each {times} times; other work on the machine: {machine.load_average():.1f}.\n")
    lines: list[tuple[str, ...]] = [("milliseconds", "median", "p95", "at most", "", "whole")]
    for asked in every:
        met = "met" if asked.p95 <= asked.budget else "NOT MET"
        whole = f"{median(asked.whole):.0f}" if asked.budget == FILE else ""
        lines.append((asked.name, f"{median(asked.took):.0f}", f"{asked.p95:.0f}", f"{asked.budget}", met, whole))
    print(report.table(lines, left=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
