"""What was ticked in the log comes from a URL, and so from anybody."""

import pytest

from tests.factories import ENVIRONMENT


@pytest.mark.parametrize("name", ["a" * 300, "a\0", "..", "?", "a\nb", ""])
def test_ticked_versions_of_what_has_no_page_are_answered(live, alice, as_, name):
    page = as_(alice).get(f"/{ENVIRONMENT}/changes/compare/", {"version": [f"{name}/1", f"{name}/2"]})
    assert page.status_code in {302, 404}
    assert page.headers.get("Location", f"/{ENVIRONMENT}/").startswith(f"/{ENVIRONMENT}/")
