"""Every page that a person can reach, by an accessibility engine with no rule disabled, in light and in dark."""

import pytest

from config.demo import PASSWORD
from tests.journeys import worlds
from tests.journeys.acts import go
from tests.journeys.axe import problems, problems_in_both_schemes
from tests.journeys.crawl import APPLICATION, pages, shape

START = "/release-production/applications/"
OUTSIDE = ("/accounts/login/", "/accounts/password/reset/", "/help/", "/help/errors/invalid_client/", "/nothing/here/")


def examined(page, paths):
    """What is wrong on any page; the titles of two pages are never the same, but for states and tabs of one thing."""
    found, titles = [], {}
    for path in paths:
        page.goto(path)
        found += problems_in_both_schemes(page, path)
        if path != "/" and not shape(path).endswith("/programmers/{pid}/"):  # the same page as its channels' tab
            titles.setdefault(page.title(), []).append(path)
    return found + [f"{title}: {same}" for title, same in titles.items() if len(same) > 1]


def test_every_page_full_of_things_and_with_a_draft_is_accessible(visit, full):
    assert sum(shape(path) == APPLICATION for path in full) >= 4, "applications in several states"
    assert any("/draft/changes/" in path for path in full)
    found = examined(visit("admin"), full)
    assert not found, "\n".join(found)


def test_every_page_of_a_reader_is_accessible(visit):
    page = visit("viewer")
    paths = {path: answer.status for path, answer in pages(page)}
    assert set(paths.values()) == {200}, paths
    assert len(paths) > 30
    found = examined(page, paths)
    assert not found, "\n".join(found)


def test_every_page_with_nothing_on_it_is_accessible(chromium, tmp_path):
    with worlds.empty(tmp_path) as (base, link):
        context = chromium.new_context(base_url=base, reduced_motion="reduce")
        page = context.new_page()
        page.goto(link)
        found = problems_in_both_schemes(page, "the page that sets a password")
        for field in page.locator("input[type=password]").all():
            field.fill(f"{PASSWORD}-of-ada")
        go(page.locator("main button").first)
        if "/login/" not in page.url:
            page.goto("/accounts/login/")
        page.locator("input[name=login]").fill("alone@demo.example")
        page.locator("input[name=password]").fill(f"{PASSWORD}-of-ada")
        go(page.locator("main button").first)
        page.wait_for_url("**/release-production/")
        paths = [path for path, _ in pages(page)]
        assert START in paths
        assert len(paths) > 15
        found += examined(page, paths)
        page.goto(START)
        assert page.get_by_role("heading", name="No applications yet").is_visible()
        context.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", OUTSIDE)
def test_pages_without_a_session_are_accessible_too(visit, path):
    page = visit()
    page.goto(path)
    assert problems_in_both_schemes(page, path) == []


@pytest.mark.usefixtures("full")  # with a draft there is something to open
@pytest.mark.parametrize(
    ("width", "openers"),
    [
        (1280, [".avatar", ".env-btn", "main .few summary", "main .chg summary"]),
        (320, [".topbar [popovertarget=rail]", ".avatar"]),
    ],
)
def test_what_opens_over_a_page_or_in_it_is_accessible(visit, width, openers):
    page, found = visit("admin", viewport={"width": width, "height": 800}), []
    for opener in openers:
        page.goto(START if ".chg" not in opener else "/release-production/draft/")
        page.locator(opener).first.click()
        found += problems_in_both_schemes(page, f"{page.url}, {opener} open at {width} px")
    assert not found, "\n".join(found)


def test_every_kind_of_page_is_accessible_on_a_phone(visit, kinds):
    page, found = visit("admin", viewport={"width": 320, "height": 640}), []
    for path in kinds:
        page.goto(path)
        found += problems(page, f"{path} at 320 px")
    assert not found, "\n".join(found)
