"""Journeys: real Chromium against the product of `make run` with its demo world. Run them with `make browser`."""

import contextlib

import pytest
from playwright.sync_api import sync_playwright

from config.demo import PASSWORD, served
from tests.journeys import worlds
from tests.journeys.acts import go
from tests.journeys.crawl import pages, shape
from tests.journeys.listening import Chromium, launched

KINDS = (
    "/",
    "/applications/",
    "/applications/{uuid}/",
    "/applications/{uuid}/clients/",
    "/applications/{uuid}/duplicate/",
    "/applications/{uuid}/revoke/",
    "/applications/{uuid}/statements/{uuid}/",
    "/changes/",
    "/changes/{pid}/{n}/",
    "/channels/{cid}/",
    "/channels/{cid}/domains/",
    "/draft/",
    "/keys/",
    "/programmers/{pid}/certificates/{sha256}/",
    "/programmers/{pid}/schemes/",
    "/settings/",
    "/audit/",
    "/help/",
    "/help/api/",
    "/people/",
    "/people/invite/",
    "/profile/",
)
ASKED = (
    "/palette/?q=aurora",
    "/release-production/applications/?q=zzzz",
    "/release-production/changes/compare/?version=aurora/1&version=aurora/2",
    "/nothing/here/",
)
PEOPLE = ("viewer", "editor", "tam", "admin")


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    with served(str(tmp_path_factory.mktemp("site"))) as base:
        yield base


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright, contextlib.closing(launched(playwright)) as browser:
        yield Chromium(browser)


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
        go(page.locator("form button[type=submit]").first)
        assert "/login/" not in page.url
        states[person] = context.storage_state()
        context.close()
    return states


@pytest.fixture(scope="session")
def full(chromium, site, sessions):
    """The paths of all pages, one of each shape, of an admin who has a draft."""
    worlds.stage(site)
    with contextlib.closing(chromium.new_context(base_url=site, storage_state=sessions["admin"])) as context:
        answers = {path: answer.status for path, answer in pages(context.new_page())}
    assert set(answers.values()) == {200}, answers
    assert len(answers) > 60
    return list(answers)


@pytest.fixture(scope="session")
def kinds(full):
    """Of these, one of each kind: what is slow is asked of them alone. Tabs and verbs that look like others are not."""
    chosen = [path for path in full if shape(path).removeprefix("/{environment}") in KINDS]
    assert {shape(path).removeprefix("/{environment}") for path in chosen} == set(KINDS)
    return [*chosen, *ASKED]


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
