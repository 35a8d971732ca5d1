"""What people do all day, with JavaScript off. The story tells how an application is created and revoked."""

import csv
import re

from config.demo import PASSWORD
from tests.journeys.acts import go

HERE = "/release-production"
CASCADE = f"{HERE}/programmers/cascade/"


def press(page, name, within="main"):
    go(page.locator(within).get_by_role("button", name=name).first)


def follow(page, name, within="main"):
    go(page.locator(within).get_by_role("link", name=name).first)


def waiting(page):
    """How many changes wait in the draft, as the rail says on every page."""
    told = page.locator(".rail a[href$='/draft/'] .n")
    return int(re.match(r"\d+", told.inner_text())[0]) if told.count() else 0


def push(page, description):
    follow(page, "Review and push", ".rail")
    page.locator("[name=description]").fill(description)
    press(page, re.compile(r"Push \d+ change"))
    assert description in page.locator("main").inner_text()


def test_one_signs_in_switches_the_environment_and_signs_out(visit):
    page = visit(javascript=False)
    page.goto(f"{HERE}/channels/")
    for password in ("wrong", PASSWORD):
        page.locator("[name=login]").fill("tam@demo.example")
        page.locator("[name=password]").fill(password)
        press(page, "Sign in")
        assert ("/login/" in page.url) == (password == "wrong")
    assert page.url.endswith(f"{HERE}/channels/")
    page.locator(".env-btn").click()
    go(page.locator("#env-menu").get_by_role("link", name="Prequal Staging"))
    assert page.url.endswith("/prequal-staging/channels/")
    page.locator(".avatar").click()
    go(page.locator("#me").get_by_role("button", name="Dark"))
    assert page.locator("html[data-theme=dark]").count() == 1
    page.locator(".avatar").click()
    go(page.locator("#me").get_by_role("button", name="Sign out"))
    page.goto(f"{HERE}/channels/")
    assert "/login/" in page.url


def test_lists_are_searched_filtered_sorted_and_paged(visit):
    page = visit("tam", javascript=False)
    page.goto(f"{HERE}/applications/")
    names = page.locator("tbody th .row-link")
    all_of_them = names.all_inner_texts()
    page.locator("main [name=q]").fill("ember")
    page.locator("main [name=state]").select_option("active")
    press(page, "Search")
    assert "q=ember" in page.url
    assert "state=active" in page.url
    assert 0 < names.count() < len(all_of_them)
    assert all("Ember" in name for name in names.all_inner_texts())
    go(page.locator(".chips a").first)
    assert ("q=" in page.url) != ("state=" in page.url)
    follow(page, "Clear filters")
    assert names.all_inner_texts() == all_of_them
    follow(page, "Name", "thead")
    assert names.all_inner_texts() == all_of_them[::-1]
    page.goto("/audit/")
    first = page.locator("tbody tr").first.inner_text()
    follow(page, "Next")
    assert "page=2" in page.url
    assert page.locator("tbody tr").first.inner_text() != first


def test_domains_and_schemes_are_changed_reviewed_dismissed_pushed_compared_and_undone(visit):
    page = visit("tam", javascript=False)
    page.goto(f"{HERE}/channels/cascade-east/domains/")
    follow(page, "Add domain")
    page.locator("[name=host]").fill("not a domain")
    press(page, "Add domain")
    assert page.locator("[name=host][aria-invalid=true]").input_value() == "not a domain"
    page.locator("[name=host]").fill("plus.cascade-east.example")
    press(page, "Add domain")
    assert waiting(page) == 1
    page.goto(f"{CASCADE}schemes/")
    follow(page, "Add custom scheme")
    page.locator("[name=label]").fill("Cascade apps")
    press(page, "Add custom scheme")
    page.goto(f"{HERE}/channels/cascade-west/")
    page.locator("[name=display_name]").fill("Cascade Wild West")
    press(page, "Add to my draft")
    assert waiting(page) == 3

    follow(page, "Review changes", ".pending")
    follow(page, re.compile("Dismiss.*Channel"))
    press(page, re.compile("Dismiss"))
    assert waiting(page) == 2
    push(page, "Cascade gets a domain and a scheme")
    assert waiting(page) == 0

    page.goto(f"{HERE}/changes/?programmer=cascade")
    boxes = page.locator("[name=version]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    press(page, "Compare the two that are ticked")
    assert "plus.cascade-east.example" in page.locator("main").inner_text()

    page.goto(f"{CASCADE}schemes/")
    follow(page, "Edit label of Cascade apps")
    page.locator("[name=label]").fill("Cascade apps on phones")
    press(page, "Add to my draft")
    assert waiting(page) == 1
    follow(page, "Dismiss changes", ".pending")
    press(page, re.compile("Dismiss"))
    assert waiting(page) == 0

    page.goto(f"{HERE}/changes/?q=Cascade+gets+a+domain")
    follow(page, "Cascade gets a domain and a scheme")
    follow(page, "Undo this push")
    press(page, re.compile(r"Add \d+ change"))
    assert waiting(page) >= 1
    push(page, "Cascade loses its domain")
    page.goto(f"{HERE}/channels/cascade-east/domains/")
    assert "plus.cascade-east.example" not in page.locator("main").inner_text()


def test_an_application_is_narrowed_and_lists_come_as_csv(visit):
    page = visit("tam", javascript=False)
    page.goto(f"{HERE}/applications/?q=Cascade+TV")
    follow(page, "Cascade TV Everywhere")
    follow(page, "Narrow access")
    page.locator("[name=platforms][value=ROKU]").uncheck()
    press(page, re.compile("draft|Narrow"))
    assert waiting(page) == 1
    push(page, "Cascade leaves Roku")
    for path in ("applications", "changes"):
        page.goto(f"{HERE}/{path}/")
        with page.expect_download() as download:
            page.locator("main").get_by_role("link", name="CSV").first.click()
        rows = list(csv.reader(download.value.path().read_text().splitlines()))
        assert len(rows) > 10, path
        assert len(rows[0]) > 3, path
