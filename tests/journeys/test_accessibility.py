"""Every page that a person can reach, by an accessibility engine with no rule disabled, in light and in dark."""

import pytest

from tests.journeys.axe import problems_in_both_schemes
from tests.journeys.crawl import pages, shape


@pytest.mark.parametrize("person", ["viewer", "admin"])
def test_every_page_is_accessible_in_light_and_dark_and_fits_a_phone(visit, person):
    page, found, titles = visit(person), [], {}
    for path, response in list(pages(page)):
        assert response.status == 200, path
        page.goto(path)
        found += problems_in_both_schemes(page, path)
        page.set_viewport_size({"width": 320, "height": 640})
        wide = page.evaluate("document.documentElement.scrollWidth")
        found += [f"{path}: {wide} px wide at 320"] if wide > 320 else []
        page.set_viewport_size({"width": 1280, "height": 800})
        if path != "/" and not shape(path).endswith("/programmers/{pid}/"):  # the same page as its channels' tab
            titles.setdefault(page.title(), []).append(path)
    assert not found, "\n".join(found)
    assert {title: paths for title, paths in titles.items() if len(paths) > 1} == {}
    assert len(titles) > 15


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/", "/nothing/here/"])
def test_pages_without_a_session_are_accessible_too(visit, path):
    page = visit()
    page.goto(path)
    assert problems_in_both_schemes(page, path) == []
