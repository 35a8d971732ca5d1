"""The home page: what waits for this person, and nothing of what they may not see."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard import changes, revocations
from dashboard.models import EnvironmentSettings
from registration import applications
from registration.models import RegisteredApplication
from tests import factories
from tests.cast import actor, person
from tests.dashboard.screens.conftest import PLACE, register

HOME = f"{PLACE}/"


def rename(user, name, of="aurora", original=None):
    return changes.stage(
        environment=factories.ENVIRONMENT,
        kind="channel",
        key=f"{of}-one",
        properties={"display_name": name},
        original=original,
        programmer=of,
        by=actor(user),
    )


@pytest.fixture
def home(as_):
    return lambda user: as_(user).get(HOME).content.decode()


def test_where_nothing_waits_the_page_says_so(home, alice, live):
    page = home(alice)
    assert "Nothing waits for you here" in page
    assert page.index("To do") < page.index("Latest changes") < page.index("<dt>Programmers</dt>")


def test_my_draft_stands_there_and_the_draft_of_others_does_not(home, alice, tom, live):
    rename(alice, "Aurora First")
    assert "1 change of yours is not live yet" in home(alice)
    assert "not live yet" not in home(tom)


def test_a_push_that_overtook_my_draft_is_told_and_one_of_something_else_is_not(home, alice, tom, live):
    rename(alice, "Aurora First")
    factories.domain("new.aurora.example", channel="aurora-one")
    assert "Somebody pushed" not in home(alice)
    rename(tom, "Aurora Prime")
    factories.push_drafts(tom)
    assert "Somebody pushed another value of 1 thing that you change" in home(alice)


def test_a_push_of_the_very_value_that_i_staged_is_no_conflict(home, alice, tom, live):
    rename(alice, "Aurora Prime")
    rename(tom, "Aurora Prime")
    factories.push_drafts(tom)
    page = home(alice)
    assert "1 change of yours is not live yet" in page
    assert "Somebody pushed" not in page


def test_what_was_removed_or_added_meanwhile_is_told(home, alice, tom, live):
    stage = {"environment": factories.ENVIRONMENT, "programmer": "aurora"}
    factories.domain("more.aurora.example", channel="aurora-one")
    add = {"kind": "domain", "properties": {"channel": "aurora-one", "host": "x.aurora.example"}}
    changes.stage(**stage, **add, by=actor(alice))
    changes.stage(**stage, **add, by=actor(tom))
    factories.push_drafts(tom)
    assert "Somebody pushed another value of 1 thing that you change" in home(alice)


def test_a_draft_that_waits_for_approval_is_told_to_whoever_may_give_it(home, alice, tom, victor, charlie, live):
    EnvironmentSettings.objects.create(environment=factories.ENVIRONMENT, four_eyes=True)
    draft = rename(alice, "Aurora First")
    assert "asks you to approve" not in home(tom)
    changes.submit(draft, by=actor(alice))
    assert "Alice asks you to approve changes of Aurora" in home(tom)
    for other in (alice, victor):
        assert "asks you to approve" not in home(other)
    draft.refresh_from_db()
    changes.approve(draft, seen=draft.digest, by=actor(tom))
    assert "asks you to approve" not in home(tom)


def test_requests_to_revoke_are_told_to_tams(home, alice, tom, live):
    revocations.request(live, reason="It leaks", by=actor(alice))
    assert "Alice asks to revoke Aurora Live 6.1.0" in home(tom)
    assert "asks to revoke" not in home(alice)


def test_an_application_that_nobody_registered_with_is_told_after_a_week(home, alice, live):
    assert "Nobody ever registered" not in home(alice)
    RegisteredApplication.objects.update(created_at=datetime.now(UTC) - timedelta(days=8))
    page = home(alice)
    assert "Nobody ever registered with 1 application" in page
    assert "/applications/?state=active&amp;unused=7" in page
    register(live, "a-client")
    assert "Nobody ever registered" not in home(alice)


def test_a_revocation_is_told_for_thirty_days_with_until_when_it_can_be_undone(home, alice, tom, live):
    applications.revoke(live, reason="Over", by=actor(tom))
    assert "Aurora Live 6.1.0 was revoked by Tom" in home(alice)
    assert "A TAM can reinstate it until" in home(alice)
    RegisteredApplication.objects.update(revoked_at=datetime.now(UTC) - timedelta(days=31))
    assert "was revoked by" not in home(alice)


def test_nothing_is_told_of_what_one_may_not_see(home, charlie, tom, alice, live, borealis):
    applications.revoke(live, reason="Over", by=actor(tom))
    EnvironmentSettings.objects.create(environment=factories.ENVIRONMENT, four_eyes=True)
    changes.submit(rename(alice, "Aurora First"), by=actor(alice))
    assert "Aurora Live 6.1.0 was revoked by" in home(alice)
    theo = person("theo", ("tam", "borealis", ""))
    for other in (charlie, theo):
        page = home(other)
        assert "Aurora" not in page
        assert "aurora" not in page


def test_the_page_takes_at_most_twelve_queries(as_, tess, alice, live, borealis, django_assert_max_num_queries):
    EnvironmentSettings.objects.create(environment=factories.ENVIRONMENT, four_eyes=True)
    changes.submit(rename(alice, "Aurora First"), by=actor(alice))
    revocations.request(live, reason="It leaks", by=actor(alice))
    applications.revoke(borealis, reason="Over", by=actor(tess))
    rename(tess, "Aurora Mine")
    browser = as_(tess)
    browser.get(HOME)
    with django_assert_max_num_queries(12):
        browser.get(HOME)
