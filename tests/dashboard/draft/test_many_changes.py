"""A draft of very many changes costs a page no more questions than one of a few, and is read a page at a time."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard import changes
from dashboard.changes import Edit
from dashboard.models import Change, ChangeSet
from registration.models import Channel, Domain, RegisteredApplication
from tests import factories
from tests.cast import actor
from tests.factories import ENVIRONMENT

FEW, MANY = 35, 60  # of each: more than a page reads at once
PAGES = ["", "programmers/aurora/", "channels/", "applications/", "draft/", "draft/aurora/push/", "changes/"]


def many(start, end):
    """Of each number a channel, its domain, and an application of both."""
    for n in range(start, end):
        one, host = f"c-{n}", f"h{n}.aurora.example"
        yield Edit("channel", {"public_id": one, "display_name": f"Channel {n}"})
        yield Edit("domain", {"channel": one, "host": host})
        access = {"level": "channel", "channels": [one], "domains": [host], "all_channels": False}
        yield Edit("application", {**factories.application_properties(f"App {n}"), **access})


@pytest.fixture
def grow(aurora, alice):
    """Makes Alice's draft hold so many of each."""
    held = 0

    def grow(number):
        nonlocal held
        edits = many(held, number)
        changes.stage_all(edits, environment=ENVIRONMENT, programmer="aurora", by=actor(alice))
        held = number

    return grow


def asked(verb):
    """How many questions the database is asked, and the answer."""
    with CaptureQueriesContext(connection) as captured:
        answer = verb()
    return len(captured), answer


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_as_much_beside_a_draft_of_many_as_beside_one_of_a_few(grow, as_, alice, path):
    browser, where = as_(alice), f"/{ENVIRONMENT}/{path}"
    grow(FEW)
    browser.get(where)
    few, _page = asked(lambda: browser.get(where))
    grow(MANY)
    number, page = asked(lambda: browser.get(where))
    assert (number, page.status_code) == (few, 200)
    assert f"{3 * MANY} " in page.content.decode()


def test_staging_and_dismissing_one_more_ask_as_much_as_ever(grow, as_, alice):
    browser, numbers = as_(alice), []
    for size in (FEW, MANY):
        grow(size)
        sent = {"public_id": f"more-{size}", "display_name": "More"}
        stage, answer = asked(lambda: browser.post(f"/{ENVIRONMENT}/programmers/aurora/channels/new/", sent))  # noqa: B023
        assert answer.status_code == 302
        change = Change.objects.get(key=f"more-{size}")
        dismiss, answer = asked(lambda: browser.post(f"/{ENVIRONMENT}/draft/changes/{change.pk}/dismiss/"))  # noqa: B023
        assert answer.status_code == 302
        numbers.append((stage, dismiss))
    assert numbers[0] == numbers[1]


def test_a_change_that_nobody_touched_is_not_written_again(grow, alice):
    grow(FEW)
    edit = Edit("channel", {"display_name": "Renamed"}, "c-0")
    with CaptureQueriesContext(connection) as captured:
        changes.stage_all([edit], environment=ENVIRONMENT, programmer="aurora", by=actor(alice))
    written = [each["sql"] for each in captured if each["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]
    assert len(written) == 1
    assert Change.objects.get(key="c-0").after["display_name"] == "Renamed"


def test_its_review_shows_a_page_and_pushes_all(grow, as_, alice, aurora):
    grow(MANY)
    changes.stage(
        environment=ENVIRONMENT,
        kind="application",
        key=str(aurora.software_id),
        properties={"platforms": ["IOS"]},
        programmer="aurora",
        by=actor(alice),
    )
    browser = as_(alice)
    review = browser.get(f"/{ENVIRONMENT}/draft/").content.decode()
    assert review.count('<details class="chg"') == 50
    assert "See all 181 changes of Aurora" in review
    assert "1 change takes something away" in review
    assert review.index("Narrowed") < review.index("Added")
    pages = [browser.get(f"/{ENVIRONMENT}/draft/aurora/push/?page={n}").content.decode() for n in (1, 2, 3, 4)]
    assert [page.count('<details class="chg"') for page in pages] == [50, 50, 50, 31]
    assert all("Push 181 changes" in page for page in pages)
    assert browser.post(f"/{ENVIRONMENT}/draft/aurora/push/", {"description": "All of it"}).status_code == 302
    assert RegisteredApplication.objects.live().count() == MANY + 1
    assert Channel.objects.live().count() == Domain.objects.live().count() == MANY + 1
    assert RegisteredApplication.objects.get(pk=aurora.pk).platforms == ["IOS"]


def test_what_many_added_stands_above_a_list_in_short(grow, as_, alice):
    grow(MANY)
    page = as_(alice).get(f"/{ENVIRONMENT}/channels/").content.decode()
    assert page.count("Edit draft of Channel") == 20
    assert f"and {MANY - 20} more" in page


def test_undoing_many_asks_as_much_as_undoing_a_few(grow, alice):
    questions = []
    for size in (FEW, FEW + MANY):
        grow(size)
        pushed = changes.push(ChangeSet.objects.get(state="draft"), description="All of it", by=actor(alice))
        with CaptureQueriesContext(connection) as captured:
            undone = changes.undo(pushed, by=actor(alice))
        assert undone.refused == []
        changes.dismiss(undone.draft, by=actor(alice))
        questions.append([each["sql"] for each in captured if each["sql"].startswith("SELECT")])
    few, many = questions
    assert len(many) == len(few)


def test_a_version_of_many_is_undone_and_shown_a_page_of_it(grow, as_, alice):
    grow(MANY)
    pushed = changes.push(ChangeSet.objects.get(state="draft"), description="All of it", by=actor(alice))
    page = as_(alice).get(f"/{ENVIRONMENT}/changes/aurora/{pushed.version}/undo/").content.decode()
    assert page.count('<details class="chg"') == 50
    assert f"and {3 * MANY - 50} more changes" in page
    assert f"Add {3 * MANY} changes to my draft" in page
    undone = changes.undo(pushed, by=actor(alice))
    assert (undone.refused, undone.draft.changes.count()) == ([], 3 * MANY)
    changes.push(undone.draft, description="None of it", by=actor(alice))
    assert list(Channel.objects.live().values_list("id_key", flat=True)) == ["aurora-one"]
