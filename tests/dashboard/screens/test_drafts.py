"""What everybody sees of drafts: my own changes laid over what lives, and that others have some."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard import changes
from oauth.problems import Invalid
from tests import factories
from tests.cast import actor
from tests.dashboard.screens.conftest import PLACE

DOMAINS = f"{PLACE}/channels/aurora-one/domains/"


@pytest.fixture
def staged(live):
    def stage(kind, properties, key=None, *, by):
        where = {"environment": factories.ENVIRONMENT, "programmer": "aurora"}
        return changes.stage(kind=kind, properties=properties, key=key, by=actor(by), **where)

    return stage


def text(answer):
    return answer.content.decode()


def test_my_changes_are_marked_in_lists_with_the_new_value_beside_the_old_and_nobody_elses_are(
    as_, alice, tom, staged, live
):
    staged("channel", {"display_name": "Aurora First"}, "aurora-one", by=alice)
    staged("application", {"platforms": ["ROKU"]}, str(live.software_id), by=alice)
    for page, shown in ((f"{PLACE}/channels/", "<ins>Aurora First</ins>"), (f"{PLACE}/applications/", "In your draft")):
        assert shown in text(as_(alice).get(page)), page
        assert shown not in text(as_(alice).get(f"{page}?view=live")), page
        assert shown not in text(as_(tom).get(page)), page


def test_what_i_add_stands_above_the_first_page_of_the_lists_that_will_hold_it(as_, alice, staged, live):
    staged("channel", {"public_id": "aurora-two", "display_name": "Aurora Two"}, by=alice)
    staged("domain", {"channel": "aurora-one", "host": "www.aurora.example"}, by=alice)
    staged("scheme", {"label": "Phones"}, by=alice)
    of_two = factories.application_properties("Two Only", all_channels=False, channels=["aurora-two"])
    with pytest.raises(Invalid, match=r"live\.aurora\.example"):
        staged("application", of_two, by=alice)
    every = factories.application_properties("Everywhere")
    staged("application", every, by=alice)
    pages = {
        f"{PLACE}/channels/": "Aurora Two",
        f"{PLACE}/programmers/aurora/": "Aurora Two",
        DOMAINS: "www.aurora.example",
        f"{PLACE}/programmers/aurora/schemes/": "Phones",
        f"{PLACE}/applications/": "Everywhere 6.1.0",
        f"{PLACE}/programmers/aurora/applications/": "Everywhere 6.1.0",
        f"{PLACE}/channels/aurora-one/applications/": "Everywhere 6.1.0",
    }
    for page, shown in pages.items():
        above = text(as_(alice).get(page)).partition("In your draft, not live yet")[2]
        assert shown in above, page
        assert "In your draft, not live yet" not in text(as_(alice).get(f"{page}?view=live")), page


def test_a_form_shows_what_my_draft_says_and_sent_unchanged_changes_nothing_more(as_, alice, staged):
    draft = staged("channel", {"display_name": "Aurora First"}, "aurora-one", by=alice)
    page = as_(alice).get(f"{PLACE}/channels/aurora-one/")
    assert 'value="Aurora First"' in text(page)
    seen = page.context["form"]["seen"].value()
    sent = {"display_name": "Aurora First", "default_redirect_url": "", "seen": seen}
    assert as_(alice).post(f"{PLACE}/channels/aurora-one/", sent).status_code == 302
    change = draft.changes.get()
    assert (change.before, change.after) == ({"display_name": "Aurora One"}, {"display_name": "Aurora First"})


def test_others_are_told_that_somebody_has_changes_here_and_to_what(as_, alice, tom, victor, charlie, staged):
    staged("channel", {"display_name": "Aurora First"}, "aurora-one", by=alice)
    for person in (tom, victor):
        assert "Alice has 1 change here in a draft." in text(as_(person).get(f"{PLACE}/programmers/aurora/"))
        page = text(as_(person).get(f"{PLACE}/channels/aurora-one/"))
        assert "Alice has changes to this in a draft." in page
        assert "Aurora First" not in page
    assert "Alice has" not in text(as_(alice).get(f"{PLACE}/programmers/aurora/"))


def test_a_draft_survives_signing_out(as_, alice, staged):
    staged("channel", {"display_name": "Aurora First"}, "aurora-one", by=alice)
    browser = as_(alice)
    browser.post("/accounts/logout/")
    assert "not live yet" not in text(browser.get(f"{PLACE}/", follow=True))
    assert "1 change in Release Production is not live yet." in text(as_(alice).get(f"{PLACE}/"))


def test_the_bar_counts_per_environment(as_, alice, staged):
    staged("channel", {"display_name": "Aurora First"}, "aurora-one", by=alice)
    assert "not live yet" in text(as_(alice).get(f"{PLACE}/"))
    assert "not live yet" not in text(as_(alice).get("/release-staging/"))


def test_the_bar_leads_to_the_pages_without_the_draft_and_back(as_, alice, staged):
    staged("channel", {"display_name": "Aurora First"}, "aurora-one", by=alice)
    marked = text(as_(alice).get(f"{PLACE}/channels/?q=aurora"))
    assert '<a href="?q=aurora&amp;view=live">Show only what is live</a>' in marked
    hidden = text(as_(alice).get(f"{PLACE}/channels/?q=aurora&view=live"))
    assert '<a href="?q=aurora">Mark them in the page</a>' in hidden
    assert "Aurora First" not in hidden
    assert "Show only what is live" not in text(as_(alice).get("/profile/"))


def test_a_draft_costs_a_list_no_query_for_each_row(as_, alice, staged):
    browser = as_(alice)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(DOMAINS).status_code == 200
        return len(asked)

    for number in range(3):
        staged("domain", {"channel": "aurora-one", "host": f"a{number}.aurora.example"}, by=alice)
    queries()  # the first visit remembers the environment
    few = queries()
    for number in range(20):
        staged("domain", {"channel": "aurora-one", "host": f"b{number}.aurora.example"}, by=alice)
        factories.domain(f"c{number}.aurora.example", channel="aurora-one")
    assert queries() == few <= 12
