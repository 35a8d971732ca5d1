"""The palette by the keyboard alone, over any page; and what is left of it without JavaScript."""

import re

import pytest

from tests.journeys.acts import enter, go
from tests.journeys.axe import problems

START = "/release-production/channels/"


def opened(page):
    return page.evaluate("document.getElementById('palette').open")


def test_the_keyboard_finds_and_goes(visit):
    page = visit("editor")
    page.goto(START)
    page.locator("main h1").wait_for()
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Search applications, channels")
    page.get_by_role("option").first.wait_for()
    assert box.evaluate("box => box === document.activeElement")
    page.keyboard.type("aurora live")
    page.get_by_role("option", name="Aurora Live").first.wait_for()
    page.get_by_text(re.compile(r"^\d+ results?$")).wait_for()
    options = page.get_by_role("option")
    assert options.nth(0).get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowDown")
    assert options.nth(1).get_attribute("aria-selected") == "true"
    assert box.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert options.last.get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowDown")
    expected = options.first.evaluate("option => option.href")
    page.keyboard.press("Enter")
    page.wait_for_url(expected)


def test_escape_closes_it_and_the_focus_is_back_where_it_was(visit):
    page = visit("editor")
    page.goto(START)
    link = page.locator("main table a").first
    for close in ("Escape", "Control+k"):
        link.focus()
        page.keyboard.press("Control+k")
        assert opened(page)
        page.keyboard.press(close)
        assert not opened(page)
        assert link.evaluate("link => link === document.activeElement")
    page.locator("#find").click()
    assert opened(page)
    page.get_by_role("button", name="closes the search").click()
    assert page.locator("#find").evaluate("box => box === document.activeElement")


def test_what_is_not_there_is_said_and_enter_leads_to_the_page(visit):
    page = visit("editor")
    page.goto(START)
    page.keyboard.press("Control+k")
    page.keyboard.type("nothing-like-it")
    page.get_by_text("Nothing matches “nothing-like-it”. Try").wait_for()
    assert page.get_by_role("option").count() == 0
    page.keyboard.press("Enter")
    page.wait_for_url("**/palette/?q=nothing-like-it")


def test_a_slash_goes_to_the_search_box_of_the_page(visit):
    page = visit("editor")
    page.goto(START)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.keyboard.type("a/b")
    assert page.evaluate("document.activeElement.value") == "a/b"
    page.goto("/profile/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_dialog_is_accessible_full_empty_and_on_a_phone(visit, scheme):
    page = visit("admin", color_scheme=scheme)
    found = []
    page.goto(START)
    page.keyboard.press("Control+k")
    for words, said in (("", r"results"), ("aurora", r"results"), ("zzzz", "Nothing matches")):
        page.get_by_role("combobox").fill(words)
        page.wait_for_timeout(150)
        page.get_by_text(re.compile(said)).last.wait_for()
        found += problems(page, f"palette {words!r} {scheme}")
    page.get_by_role("combobox").fill("aurora")
    page.set_viewport_size({"width": 320, "height": 640})
    page.get_by_role("option").first.wait_for()
    found += problems(page, f"palette at 320 {scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.goto("/palette/?q=aurora")
    found += problems(page, f"the page {scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert found == []


def test_without_javascript_the_box_on_top_leads_to_a_page(visit):
    page = visit("editor", javascript=False)
    page.goto(START)
    page.locator("#find").fill("aurora live")
    enter(page)
    go(page.get_by_role("link", name="Aurora Live").first)
    assert "/applications/" in page.url
