"""Chromium, of which every page is listened to: what the console says, what a script throws, whom a page asks."""

import shutil
from urllib.parse import urlsplit

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OURS = ("localhost", "127.0.0.1")


def launched(playwright):
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        raise RuntimeError("Install Chromium (on Debian: apt-get install chromium).")
    return playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)


class Chromium:
    """Opens contexts; `complaints` are what their pages gave cause for since it was last emptied."""

    def __init__(self, browser):
        self._browser = browser
        self.complaints = []

    def new_context(self, **options):
        context = self._browser.new_context(**options)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.complaints.append(f"{error.page.url}: {error.error}"))
        context.on("request", self._watch)
        return context

    def _hear(self, message):
        """Errors and what the policy refused; that a page which a test asked for has another status is none."""
        asset = "/static/" in message.location.get("url", "")
        refused = "Content Security Policy" in message.text
        status = "Failed to load resource" in message.text and not asset
        if refused or (message.type == "error" and not status):
            where = message.page.url if message.page else "a page that is closed"
            self.complaints.append(f"{where}: {message.text}")

    def _watch(self, request):
        asked = urlsplit(request.url)
        if asked.scheme in {"http", "https", "ws", "wss"} and asked.hostname not in OURS:
            self.complaints.append(f"{request.frame.url}: asks the third party {request.url}")
