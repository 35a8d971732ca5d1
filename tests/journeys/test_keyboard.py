"""Everything by the keyboard alone, and every stop of it in sight."""

import pytest

from config.demo import PASSWORD
from tests.journeys.acts import enter

MANY = 400
OUTSIDE = ("/accounts/login/", "/accounts/password/reset/", "/help/", "/help/errors/invalid_client/", "/nothing/here/")
# What has the focus: whether one sees it, and that it is there. The bars that stick may not lie over all of it.
STOP = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const box = (at.closest("label") ?? at).getBoundingClientRect();
    const [left, top] = [Math.max(box.left, 0), Math.max(box.top, 0)];
    const [width, height] = [Math.min(box.right, innerWidth) - left, Math.min(box.bottom, innerHeight) - top];
    const hits = [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]].map(([x, y]) =>
      width > 0 && height > 0 && document.elementFromPoint(left + width * x, top + height * y));
    const seen = hits.some((hit) => hit && (at.contains(hit) || hit.contains(at)));
    const around = [at, at.closest("label"), at.parentElement].filter(Boolean).map((each) => getComputedStyle(each));
    const marked = around.some((each) => each.outlineStyle !== "none" && parseFloat(each.outlineWidth) >= 2);
    return {seen, marked, name: at.outerHTML.replace(/\\s+/g, " ").slice(0, 120)};
}"""


def tab_to(page, selector):
    """Press Tab until the element has the focus."""
    for _ in range(MANY):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{page.url}: Tab never comes to {selector}")


def tab_and_type(page, selector, words):
    tab_to(page, selector)
    page.keyboard.type(words)


@pytest.mark.parametrize("person", [None, "admin"])
def test_each_page_begins_with_a_link_to_its_content_and_has_one_to_the_help(visit, full, person):
    page = visit(person, viewport={"width": 320, "height": 640})
    for path in full if person else OUTSIDE:
        page.goto(path)
        if page.locator("[autofocus]").count():
            tab_to(page, ".skip")
        else:
            page.keyboard.press("Tab")
        skip = page.locator(":focus")
        assert skip.inner_text() == "Skip to content", path
        assert skip.bounding_box()["y"] >= 0, f"{path}: the skip link stays out of sight"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main", path
        assert page.locator("a[href='/help/']:visible").count() >= 1, f"{path}: no link to the help"


def stops(page):
    """What STOP says of each, from the skip link on: where a field has the focus at first, Tab begins behind it."""
    tab_to(page, ".skip")
    for _ in range(MANY):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            return
        yield stop
    raise AssertionError(f"{page.url}: Tab goes round without an end")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (320, 640), (320, 256)])
def test_no_stop_of_the_tab_key_is_out_of_sight_or_unmarked(visit, kinds, width, height):
    page, found = visit("admin", viewport={"width": width, "height": height}), []
    for path in kinds:
        page.goto(path)
        stopped = list(stops(page))
        found += [f"{path}: hidden: {stop['name']}" for stop in stopped if not stop["seen"]]
        found += [f"{path}: no focus is seen on {stop['name']}" for stop in stopped if not stop["marked"]]
        assert len(stopped) > 5, f"{path}: only {stopped}"
    assert not found, "\n".join(found)


def test_menus_open_and_close_and_give_the_focus_back(visit):
    for width, opener, inside in (
        (1280, ".avatar", "#me"),
        (1280, ".env-btn", "#env-menu"),
        (320, ".topbar [popovertarget=rail]", "#rail"),
    ):
        page = visit("editor", viewport={"width": width, "height": 640})
        page.goto("/release-production/channels/")
        tab_to(page, opener)
        page.keyboard.press("Enter")
        page.locator(f"{inside}:popover-open").wait_for()
        page.keyboard.press("Tab")
        assert page.evaluate("id => document.activeElement.closest(id) !== null", inside), inside
        page.keyboard.press("Escape")
        assert page.locator(f"{inside}:popover-open").count() == 0, inside
        assert page.locator(opener).evaluate("element => element === document.activeElement"), opener


def test_one_signs_in_creates_pushes_and_downloads_by_the_keyboard_alone(visit):
    page = visit()
    page.goto("/accounts/login/")
    tab_and_type(page, "[name=login]", "editor@demo.example")
    tab_and_type(page, "[name=password]", PASSWORD)
    enter(page)
    tab_to(page, "a[href$='/release-production/programmers/']")
    enter(page)
    tab_to(page, "main a[href$='/programmers/aurora/']")
    enter(page)
    tab_to(page, ".tabs a[href$='/applications/']")
    enter(page)
    tab_to(page, "a[href$='/applications/new/']")
    enter(page)
    tab_and_type(page, "[name=name]", "Aurora by keys")
    for name, value in (
        ("channels", "aurora-one"),
        ("platforms", "ROKU"),
        ("domains", "live.aurora.example"),
    ):
        tab_to(page, f"[name={name}][value='{value}']")
        page.keyboard.press("Space")
    tab_to(page, "main [type=submit]:not([name])")
    enter(page)
    tab_to(page, ".pending .primary")
    enter(page)
    tab_and_type(page, "[name$=description]", "Add an application without a mouse")
    tab_to(page, "main button.primary")
    enter(page)
    page.get_by_text("Add an application without a mouse").first.wait_for()
    tab_to(page, "a[href$='/release-production/applications/']")
    enter(page)
    page.keyboard.press("/")
    page.keyboard.type("Aurora by keys")
    enter(page)
    tab_to(page, "a[href$='/download/']")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert "aurora-by-keys" in download.value.suggested_filename


def test_what_a_form_points_out_has_the_focus_and_the_next_stops_lead_on(visit):
    page = visit("editor")
    page.goto("/release-production/channels/aurora-one/domains/new/")
    tab_and_type(page, "input[name=host]", "www.one.aurora.example")
    enter(page)
    assert "covers www.one.aurora.example" in page.locator(":focus").inner_text()
    page.keyboard.press("Tab")
    assert page.locator(":focus").get_attribute("name") == "host"
