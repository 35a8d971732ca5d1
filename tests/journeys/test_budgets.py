"""What a visit costs, in bytes as they travel and in requests; how much a page jumps; and that refusals are heard."""

import pytest

KIB = 1024
FIRST, REPEATED = 90 * KIB, 25 * KIB
OF_A_KIND = {"script": 30 * KIB, "stylesheet": 12 * KIB, "font": 0}
REQUESTS = 6
JUMPS = 0.02
PAGES = (
    "/accounts/login/",
    "/release-production/",
    "/release-production/applications/",
    "/release-production/programmers/aurora/applications/new/",
    "/release-production/draft/",
    "/help/api/",
)
COUNT_JUMPS = """
    window.jumps = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.jumps += entry.value;
    }).observe({type: "layout-shift", buffered: true});
"""


def travelled(page, path):
    """Of each answer that came over the network for this page: its kind, its URL, and its bytes, headers included."""
    session, asked, sizes = page.context.new_cdp_session(page), {}, {}
    session.on("Network.requestWillBeSent", lambda event: asked.update({event["requestId"]: event}))
    session.on("Network.requestServedFromCache", lambda event: asked.pop(event["requestId"], None))
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    session.send("Network.enable")
    page.goto(path, wait_until="networkidle")
    session.detach()
    return [
        (event["type"].lower(), event["request"]["url"], sizes[request])
        for request, event in asked.items()
        if sizes.get(request)
    ]


@pytest.mark.parametrize("path", PAGES)
def test_a_first_and_a_repeated_visit_stay_small(visit, path):
    page = visit(None if path.startswith("/accounts/") else "admin")
    first = travelled(page, path)
    assert len(first) <= REQUESTS, first
    assert {kind for kind, _, _ in first} >= {"document", "stylesheet"}
    assert sum(size for _, _, size in first) <= FIRST, first
    for kind, budget in OF_A_KIND.items():
        assert sum(size for its, _, size in first if its == kind) <= budget, (kind, first)
    again = travelled(page, path)
    assert [kind for kind, _, _ in again] == ["document"], f"what may be kept is asked for again: {again}"
    assert sum(size for _, _, size in again) <= REPEATED, again


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_jumps_while_a_page_is_drawn(visit, width):
    page = visit("admin", viewport={"width": width, "height": 800})
    page.add_init_script(COUNT_JUMPS)
    for path in PAGES[1:]:
        page.goto(path, wait_until="networkidle")
        assert page.evaluate("window.jumps") <= JUMPS, path


@pytest.mark.parametrize("javascript", [True, False])
def test_what_the_policy_refuses_is_heard_with_and_without_script(visit, chromium, javascript):
    page = visit(javascript=javascript)

    def inject(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("<h1", '<p style="color: red">Red</p><h1'))

    page.route("**/accounts/login/", inject)
    page.goto("/accounts/login/")
    page.context.close()
    assert ["inline style" in complaint for complaint in chromium.complaints] == [True]
    chromium.complaints.clear()
