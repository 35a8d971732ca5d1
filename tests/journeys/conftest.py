"""Journeys: real Chromium against the product of `make run` with its demo world. Run them with `make browser`."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

from config.demo import served
from tests.journeys.listening import Chromium

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "demo-pass-phrase-7"
PEOPLE = ("viewer", "editor", "tam", "admin")


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    with served(str(tmp_path_factory.mktemp("site"))) as base:
        yield base


@pytest.fixture(scope="session")
def chromium():
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        pytest.fail("Install Chromium (on Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield Chromium(browser)
        browser.close()


@pytest.fixture(autouse=True)
def _no_complaints(chromium):
    """Whatever test opened the page: nothing that the policy refuses, no error of a script, no third party."""
    yield
    complaints = list(dict.fromkeys(chromium.complaints))
    chromium.complaints.clear()
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def sessions(chromium, site):
    """Each person's cookies, after one sign-in through the real form."""
    states = {}
    for person in PEOPLE:
        context = chromium.new_context(base_url=site)
        page = context.new_page()
        page.goto("/accounts/login/")
        page.get_by_label("E-mail").or_(page.get_by_label("Email")).first.fill(f"{person}@demo.example")
        page.locator("input[type=password]").fill(PASSWORD)
        page.locator("form button[type=submit]").first.click()
        page.wait_for_url("**/*-*/")
        states[person] = context.storage_state()
        context.close()
    return states


@pytest.fixture
def visit(chromium, site, sessions, _no_complaints):
    """`visit("editor", javascript=False)` gives a page of that person's own browser."""
    opened = []

    def open_page(person=None, **options):
        options = {"java_script_enabled": options.pop("javascript", True), "reduced_motion": "reduce", **options}
        state = sessions[person] if person else None
        context = chromium.new_context(base_url=site, storage_state=state, **options)
        opened.append(context)
        return context.new_page()

    yield open_page
    for context in opened:
        context.close()
