"""Pages as people have them drawn: narrow, zoomed, in large letters, from right to left, in few colours, on paper."""

from tests.journeys import layout
from tests.journeys.axe import ENHANCED, problems, problems_in_both_schemes

# A language whose words are 40 % longer, and in which no letter is English. What people typed stays as it is.
PSEUDO_LOCALE = """() => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const text = walk.currentNode;
      if (text.parentElement.closest("code, textarea, .mono")) continue;
      text.data = text.data.replace(/\\p{L}+/gu, (word) => "é".repeat(Math.ceil(word.length * 1.4)));
    }
}"""
# Ids are random: as wide as any of them could be, so that no run depends on which it drew.
WIDE_IDS = """() => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode())
      walk.currentNode.data = walk.currentNode.data.replace(/[A-Za-z0-9_-]{20,}/g, (id) => id.replace(/[^-]/g, "W"));
}"""
# What says by its background alone what it is, in few colours: an edge has to say it.
WITHOUT_EDGE = """() => {
    const ground = getComputedStyle(document.body).backgroundColor;
    const edged = (element) => {
      const style = getComputedStyle(element);
      const side = (name) => style[`border-${name}-style`] !== "none" && parseFloat(style[`border-${name}-width`])
        && style[`border-${name}-color`] !== ground;
      return ["top", "bottom", "left", "right"].some(side)
        || (style.outlineStyle !== "none" && style.outlineColor !== ground);
    };
    return [...document.querySelectorAll(`.btn.primary, .btn.secondary, .btn.danger, .badge, .tag, .chipbtn, .callout,
      .pending, .card, .input, .select, .avatar, .summary, .count, .n.hot, .menu, dialog, label:has(:checked),
      nav [aria-current], [role=option][aria-selected=true]`)]
      .filter((element) => element.checkVisibility({visibilityProperty: true}) && !edged(element))
      .map((element) => element.outerHTML.replace(/\\s+/g, " ").slice(0, 140));
}"""
MOVING = """() => [...document.querySelectorAll("*")].filter((element) => {
    const style = getComputedStyle(element);
    return style.animationName !== "none" || style.scrollBehavior === "smooth"
      || style.transitionDuration.split(",").some((each) => parseFloat(each) > 0);
}).map((element) => element.outerHTML.slice(0, 140))"""


def size(page, width, height=800):
    page.set_viewport_size({"width": width, "height": height})


def ill_fitting(page, where):
    return [f"{where}: {words}" for words in (*layout.too_wide(page), *layout.cut_off(page))]


def test_every_page_fits_a_narrow_screen_in_either_direction_and_its_targets_can_be_hit(visit, full):
    """320 px are also what is left of 1280 at a zoom of 400 %."""
    page, found = visit("admin"), []
    for path in (*full, "/accounts/login/"):
        page.goto(path)
        found += [f"{path}: {words}" for words in layout.too_small(page, 24)]
        page.evaluate(WIDE_IDS)
        for direction in ("ltr", "rtl"):
            page.evaluate("direction => { document.documentElement.dir = direction }", direction)
            size(page, 320)
            found += ill_fitting(page, f"{path} at 320 px, {direction}")
        size(page, 1280)
    assert not found, "\n".join(found)


def test_targets_suit_a_finger(visit, full):
    page, found = visit("admin", has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800}), []
    page.goto("/")
    assert page.evaluate("matchMedia('(pointer: coarse)').matches")
    for path in (*full, "/accounts/login/"):
        page.goto(path)
        found += [f"{path}: {words}" for words in layout.too_small(page, 44)]
    assert not found, "\n".join(found)


def test_tabs_stand_side_by_side_on_a_phone_with_the_current_one_in_view(visit):
    page = visit("admin", has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800})
    for tab in ("channels", "applications", "schemes", "certificates", "activity"):
        page.goto(f"/release-production/programmers/aurora/{tab}/")
        for each in page.locator(".tabs a").all():
            assert each.evaluate("tab => tab.scrollWidth - tab.clientWidth") <= 0, "its words reach into the next"
        current = page.locator(".tabs [aria-current]").bounding_box()
        assert current["x"] >= 0, tab
        assert current["x"] + current["width"] <= 390, tab


def test_on_a_phone_nothing_of_a_row_is_out_of_sight(visit):
    page, found = visit("admin", has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800}), []
    here, sideways = "/release-production", "each => each.scrollWidth - each.clientWidth"
    programmer, channel = f"{here}/programmers/aurora", f"{here}/channels/aurora-one"
    for path in (
        f"{programmer}/schemes/",
        f"{programmer}/certificates/",
        f"{channel}/domains/",
        f"{here}/keys/",
        f"{here}/revocation-requests/",
        "/people/",
        "/audit/",
    ):
        page.goto(path)
        regions = page.locator(".scroll:has(.cards)").all()
        assert regions, path
        found += [f"{path}: {wider} px" for each in regions if (wider := each.evaluate(sideways)) > 0]
    page.goto(f"{programmer}/schemes/")
    scheme = page.locator("tbody th bdi").first
    assert scheme.bounding_box()["height"] < 30, "in one line"
    assert not found, "\n".join(found)


def test_letters_of_twice_the_size_and_longer_words_fit(visit, kinds):
    page, found = visit("admin"), []
    for path in (*kinds, "/accounts/login/"):
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        found += ill_fitting(page, f"{path} in letters of twice the size")
        page.evaluate("document.documentElement.style.fontSize = ''")
        page.evaluate(PSEUDO_LOCALE)
        for direction in ("ltr", "rtl"):
            page.evaluate("direction => { document.documentElement.dir = direction }", direction)
            for width in (320, 1280):
                size(page, width)
                found += ill_fitting(page, f"{path} in longer words at {width} px, {direction}")
    assert not found, "\n".join(found)


def test_from_right_to_left_a_page_is_mirrored(visit):
    page = visit("admin")
    page.goto("/release-production/applications/")
    for direction, mirrored in (("ltr", False), ("rtl", True)):
        page.evaluate("direction => { document.documentElement.dir = direction }", direction)
        for first, second in ((".rail", "main"), ("tbody th", "tbody .col-act"), (".brand", ".avatar")):
            left = [page.locator(each).first.bounding_box()["x"] for each in (first, second)]
            assert (left[0] > left[1]) == mirrored, (direction, first, second)


def test_in_few_colours_everything_keeps_its_edge(visit, kinds):
    page, found = visit("admin", forced_colors="active"), []
    for path in (*kinds, "/accounts/login/"):
        page.goto(path)
        found += [f"{path}: {element}" for element in page.evaluate(WITHOUT_EDGE)]
    page.goto("/release-production/channels/")
    page.keyboard.press("Control+k")
    page.keyboard.type("aurora")
    page.locator("[role=option] mark").first.wait_for()
    found += [f"the palette: {element}" for element in page.evaluate(WITHOUT_EDGE)]
    colours = "element => getComputedStyle(element).backgroundColor"
    assert page.locator("mark").first.evaluate(colours) != page.locator("dialog").evaluate(colours)
    assert not found, "\n".join(found)


def test_whoever_asks_for_more_contrast_gets_seven_to_one(visit, kinds):
    page, found = visit("admin", contrast="more"), []
    for path in (*kinds, "/accounts/login/"):
        page.goto(path)
        found += problems_in_both_schemes(page, path, light=ENHANCED, dark=ENHANCED)
    assert not found, "\n".join(found)
    page.emulate_media(contrast="no-preference")
    page.goto("/release-production/")
    assert problems(page, "without asking", ENHANCED)


def test_nothing_moves_for_whoever_wants_no_motion(visit, kinds):
    page, found = visit("admin", reduced_motion="reduce"), []
    for path in (*kinds, "/accounts/login/"):
        page.goto(path)
        found += [f"{path}: {element}" for element in page.evaluate(MOVING)]
    assert not found, "\n".join(found)
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(MOVING)


def test_paper_has_the_content_alone_dark_on_white_and_whole(visit, kinds):
    page, found = visit("admin", color_scheme="dark"), []
    for path in kinds:
        page.goto(path)
        page.emulate_media(media="print")
        size(page, 700)  # A4 between its margins
        assert page.locator("h1").is_visible(), path
        for gone in (".topbar", ".rail", ".pending", "main .toolbar", "main .btn"):
            found += [f"{path}: {gone} is printed" for each in page.locator(gone).all() if each.is_visible()]
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        found += [f"{path}: printed on {ground}"] if ground != "rgb(255, 255, 255)" else []
        found += [f"{path} on paper: {words}" for words in layout.too_wide(page)]
        page.emulate_media(media="screen")
        size(page, 1280)
    assert not found, "\n".join(found)
