"""A session that ends while somebody fills in a form: what was typed is there again after the sign-in."""

import re

from config.demo import PASSWORD
from tests.journeys.acts import go

WHERE = "/release-production/programmers/aurora/channels/new/"


def fill(page):
    page.goto(WHERE)
    page.get_by_label("Channel ID").fill("aurora-late")
    page.get_by_label("Display name").fill("Aurora Late")
    page.get_by_label("Detailed error reporting").check()
    page.context.clear_cookies(name="sessionid")


def sign_in(page, person="editor"):
    page.locator("input[name=login]").fill(f"{person}@demo.example")
    page.locator("input[type=password]").fill(PASSWORD)
    go(page.locator("form button[type=submit]").first)


def there_again(page):
    page.wait_for_url(re.compile(WHERE))
    return page.get_by_label("Display name").input_value(), page.get_by_label("Detailed error reporting").is_checked()


def test_what_was_typed_is_there_again_after_the_sign_in(visit):
    page = visit("editor")
    fill(page)
    go(page.get_by_role("button", name="Add channel"))
    sign_in(page)
    assert there_again(page) == ("Aurora Late", True)
    assert page.get_by_text("What you typed before you signed in again is back.").is_visible()
    page.goto(WHERE)
    assert there_again(page) == ("", False)


def test_a_sign_in_in_another_tab_loses_nothing_either(visit):
    page = visit("editor")
    fill(page)
    tab = page.context.new_page()
    tab.goto("/accounts/login/")
    sign_in(tab)
    tab.wait_for_url("**/*-*/")
    go(page.get_by_role("button", name="Add channel"))
    go(page.get_by_role("link", name="Open the page again"))
    assert there_again(page) == ("Aurora Late", True)


def test_nobody_else_who_signs_in_is_shown_it(visit):
    page = visit("editor")
    fill(page)
    go(page.get_by_role("button", name="Add channel"))
    sign_in(page, "admin")
    assert there_again(page) == ("", False)
