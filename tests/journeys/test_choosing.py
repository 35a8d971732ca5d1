"""Choosing among many: the channels of a form, the rows of a list, and what a copy takes along."""

from tests.journeys.acts import go
from tests.journeys.axe import problems

EMBER = "/release-production/programmers/ember/applications/new/"


def test_channels_are_found_by_typing_and_the_summary_follows_what_is_chosen(visit):
    page = visit("tam")
    page.goto(EMBER)
    boxes, told = page.locator("input[name=channels]"), page.locator("[data-picker] [role=status]")
    number = boxes.count()
    assert number >= 7
    first, second = (boxes.nth(place).locator("xpath=..").locator("span").first for place in (0, 1))
    words = second.inner_text().split("\n")[0]
    page.get_by_label("Find").fill(words)
    second.wait_for(state="visible")
    assert not first.is_visible()
    page.get_by_role("button", name=f"only this: {words.rsplit(' ', 1)[0]}").first.click()
    assert boxes.nth(1).is_checked()
    assert told.inner_text().startswith(f"1 of {number} chosen")
    page.locator(".summary").wait_for()
    page.get_by_role("button", name="None", exact=True).click()
    assert page.locator("input[name=channels]:checked").count() == 0
    page.get_by_text("for no channel yet").wait_for()
    found = problems(page, "light")
    page.emulate_media(color_scheme="dark")
    assert found + problems(page, "dark") == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_without_script_all_channels_are_there_and_no_dead_button(visit):
    page = visit("tam", javascript=False)
    page.goto(EMBER)
    assert page.locator("input[name=channels]:visible").count() >= 7
    assert not page.locator("[data-picker]").is_visible()


def test_several_rows_are_chosen_and_closed_or_copied(visit):
    for name in ("Copy to another environment…", "Close to new registrations…"):
        page = visit("tam")
        page.goto("/release-production/applications/?state=active")
        page.locator("input[name=chosen]").nth(0).check()
        page.locator("input[name=chosen]").nth(1).check()
        assert problems(page, name) == []
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        go(page.get_by_role("button", name=name))
        assert page.url.count("chosen=") == 2
        assert page.locator("h1").inner_text().startswith(name.split()[0])
        assert problems(page, page.url) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_several_rows_are_chosen_without_script(visit):
    page = visit("tam", javascript=False)
    page.goto("/release-production/applications/?state=active")
    page.locator("input[name=chosen]").nth(0).check()
    go(page.get_by_role("button", name="Close to new registrations…"))
    assert page.url.count("chosen=") == 1
    assert page.get_by_label("Reason").is_visible()


def test_the_summary_comes_below_the_boxes_and_moves_none_of_them(visit):
    page = visit("editor")
    page.goto("/release-production/programmers/aurora/applications/new/")
    assert not page.get_by_role("button", name="Preview in plain words").is_visible()
    box = page.locator("input[name=platforms]").first
    before = box.bounding_box()
    page.locator("input[name=name]").fill("Aurora Encore")
    page.locator(".summary").wait_for()
    assert box.bounding_box() == before
    assert page.locator(".summary").bounding_box()["y"] > page.locator("input[name=scopes]").last.bounding_box()["y"]


def test_without_script_a_button_says_it_in_plain_words(visit):
    page = visit("editor", javascript=False)
    page.goto("/release-production/programmers/aurora/applications/new/")
    page.locator("input[name=name]").fill("Aurora Encore")
    go(page.get_by_role("button", name="Preview in plain words"))
    assert "Aurora Encore 1.0.0 may register on" in page.locator(".summary").inner_text()


def test_programmers_of_an_invitation_are_found_by_typing(visit):
    page = visit("admin")
    page.goto("/people/invite/")
    boxes = page.locator("input[name=programmer]")
    assert boxes.count() >= 7
    page.get_by_label("Find").fill("borealis")
    shown = page.locator("input[name=programmer]:visible")
    shown.first.wait_for()
    assert shown.count() == 1
    shown.check()
    assert page.locator("[data-picker] [role=status]").inner_text() == f"1 of {boxes.count()} chosen, 1 shown"
    assert problems(page, "invite") == []
