"""`python -m benchmarks.browser`: when the demo's pages stand in Chromium, beside their budgets.

Each page is visited anew, with nothing kept, on a desk and as on a phone: a processor four times slower, 150 ms there
and back, 1.6 Mbit/s. Paint is the largest one, blocked is what tasks took above 50 ms each, and a key is Ctrl K until
its frame.
"""

import argparse
import contextlib
import sys
import tempfile
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

from benchmarks import machine, report
from benchmarks.errors import CannotRun
from benchmarks.servers import demo_password
from config.demo import ENVIRONMENT, served
from tests.journeys.listening import launched

_OBSERVE = """
    window.seen = {paint: 0, jumps: 0, blocked: 0, key: 0};
    const watch = (type, take, more = {}) =>
      new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({type, buffered: true, ...more});
    watch("largest-contentful-paint", (entry) => { seen.paint = entry.startTime; });
    watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.jumps += entry.value; });
    watch("longtask", (entry) => { seen.blocked += Math.max(0, entry.duration - 50); });
    watch("event", (entry) => { seen.key = Math.max(seen.key, entry.duration); }, {durationThreshold: 16});
"""
_PAGES = {
    "sign-in": "/accounts/login/",
    "home": f"/{ENVIRONMENT}/",
    "applications": f"/{ENVIRONMENT}/applications/",
    "new application": f"/{ENVIRONMENT}/programmers/aurora/applications/new/",
    "changes log": f"/{ENVIRONMENT}/changes/",
    "API reference": "/help/api/",
}
_BUDGETS = {"desk": {"paint": 1000, "blocked": 200, "key": 100}, "phone": {"paint": 1800, "blocked": 200, "key": 200}}
_JUMPS = 0.02


@dataclass
class Visited:
    """One page on one machine: what was seen of each visit, in milliseconds but for the jumps."""

    name: str
    machine: str
    seen: list[dict[str, float]] = field(default_factory=list)

    def of(self, what: str) -> float:
        return median(each[what] for each in self.seen)

    @property
    def met(self) -> bool:
        budgets = _BUDGETS[self.machine]
        return self.of("jumps") <= _JUMPS and all(self.of(what) <= most for what, most in budgets.items())


def _site(url: str | None, folder: str) -> contextlib.AbstractContextManager[str]:
    return contextlib.nullcontext(url) if url else served(folder)


def _context(browser: Any, url: str, kind: str, state: Any) -> tuple[BrowserContext, Page]:
    width, height = (412, 823) if kind == "phone" else (1350, 940)
    context = browser.new_context(
        base_url=url, viewport={"width": width, "height": height}, is_mobile=kind == "phone", storage_state=state
    )
    page = context.new_page()
    page.add_init_script(_OBSERVE)
    if kind == "phone":
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        line = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", line)
    return context, page


def _visit(browser: Any, url: str, kind: str, path: str, state: Any) -> dict[str, float]:
    context, page = _context(browser, url, kind, state)
    with contextlib.closing(context):
        page.goto(path, wait_until="networkidle")
        seen: dict[str, float] = page.evaluate("({...seen})")
        page.keyboard.press("Control+k")
        page.wait_for_timeout(500)
        return {**seen, "key": page.evaluate("seen.key")}


def _sign_in(browser: Any, url: str, password: str) -> Any:
    context = browser.new_context(base_url=url)
    with contextlib.closing(context):
        page = context.new_page()
        page.goto("/accounts/login/")
        page.locator("[name=login]").fill("admin@demo.example")
        page.locator("[name=password]").fill(password)
        page.locator("main button").first.click()
        page.wait_for_url("**/*-*/")
        return context.storage_state()


def _measure(url: str, password: str, times: int) -> list[Visited]:
    with sync_playwright() as playwright, contextlib.closing(launched(playwright)) as browser:
        state = _sign_in(browser, url, password)
        every = [Visited(name, kind) for kind in _BUDGETS for name in _PAGES]
        for turn in range(times + 1):
            for each in every:
                path = _PAGES[each.name]
                seen = _visit(browser, url, each.machine, path, None if path.startswith("/accounts/") else state)
                each.seen += [seen] if turn else []  # the first warms the server
        return every


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.browser", description=__doc__)
    parser.add_argument("--url", help="of a server on the demo; otherwise one is started")
    parser.add_argument("--times", type=int, default=5, help="that each page is visited (%(default)s)")
    options = parser.parse_args()
    try:
        with tempfile.TemporaryDirectory() as folder, _site(options.url, folder) as url:
            every = _measure(url, demo_password(options.url), options.times)
    except CannotRun as error:
        print(f"benchmarks.browser: {error}", file=sys.stderr)
        return 1
    print(f"{machine.describe()}. Medians of {options.times} visits; other work: {machine.load_average():.1f}.\n")
    lines: list[tuple[str, ...]] = [("milliseconds", "on", "paint", "blocked", "key", "jumps", "")]
    for each in every:
        numbers = (f"{each.of(what):.0f}" for what in ("paint", "blocked", "key"))
        lines.append((each.name, each.machine, *numbers, f"{each.of('jumps'):.3f}", "met" if each.met else "NOT MET"))
    print(report.table(lines, left=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
