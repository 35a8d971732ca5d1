"""The log: every push that one may see, narrowed by its URL, on request with the changes of state between them."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from dashboard.changes import Edit
from dashboard.models import ChangeSet
from oauth.models import AuditEntry
from registration import applications
from tests.cast import actor
from tests.dashboard.log.conftest import LOG, body
from tests.factories import ENVIRONMENT


@pytest.fixture
def named(live, pushed, alice, tom):
    """Two versions more: alice renames the channel, tom gives it a label of its own."""
    pushed(alice, Edit("channel", {"display_name": "Aurora Un"}, "aurora-one"), said="French name")
    pushed(tom, Edit("domain", {"channel": "aurora-one", "host": "b.aurora.example"}), said="#50112 more hosts")


def descriptions(response):
    return [push.description for push in response.context["page"]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "50112"}, ["#50112 more hosts"]),
        ({"q": "french alice"}, ["French name"]),
        ({"q": "b.aurora"}, ["#50112 more hosts"]),
        ({"q": "_%"}, []),
        ({"person": "Tom"}, ["#50112 more hosts"]),
        ({"programmer": "AURORA", "person": "Alice"}, ["French name"]),
        ({"programmer": "borealis"}, []),
        ({"kind": "domain", "entity": "b.aurora.example"}, ["#50112 more hosts"]),
        ({"kind": "domain", "entity": "aurora un"}, []),
        ({"entity": "Aurora Un"}, ["French name"]),
        ({"entity": "aurora-one/b.aurora.example"}, ["#50112 more hosts"]),
        ({"from": "2031-01-01"}, []),
        ({"to": "2001-01-01"}, []),
    ],
)
def test_each_filter_finds_what_it_says(as_, alice, named, asked, found):
    assert descriptions(as_(alice).get(LOG, asked)) == found


def test_programmers_are_called_by_their_names(as_, alice, named):
    page = body(as_(alice).get(LOG))
    assert '<bdi>Aurora</bdi><span class="sub">version 5' in page
    assert "<h1>Aurora, version 5</h1>" in as_(alice).get(f"{LOG}aurora/5/").content.decode()
    assert "Undo Aurora, version 5" in as_(alice).get(f"{LOG}aurora/5/undo/").content.decode()


@pytest.mark.parametrize("asked", [{"kind": "nonsense"}, {"from": "yesterday"}, {"to": "0001-01-01"}, {"page": "x"}])
def test_what_means_nothing_is_as_if_it_were_not_there(as_, alice, named, asked):
    response = as_(alice).get(LOG, asked)
    assert len(response.context["page"]) == 5
    assert not response.context["query"].narrows


def test_days_are_whole_days_in_utc(as_, alice, named):
    last = ChangeSet.objects.get(description="French name")
    day = last.pushed_at.date().isoformat()
    assert "French name" in descriptions(as_(alice).get(LOG, {"from": day, "to": day}))
    ChangeSet.objects.filter(pk=last.pk).update(pushed_at=F("pushed_at") - timedelta(days=1))
    assert "French name" not in descriptions(as_(alice).get(LOG, {"from": day, "to": day}))


def test_every_filter_that_holds_is_a_chip_that_takes_it_away(as_, alice, named):
    asked = {"q": "a", "person": "Alice", "kind": "channel", "page": "1"}
    page = body(as_(alice).get(LOG, asked))
    assert "Person: Alice" in page
    assert 'href="?q=a&amp;kind=channel"' in page
    assert "Clear filters" not in body(as_(alice).get(LOG))


@pytest.mark.parametrize("asked", [{"q": "ÉTÉ"}, {"q": "été"}, {"q": "chaîne"}, {"entity": "CHAÎNE"}])
def test_letters_are_found_in_either_case(as_, alice, live, pushed, asked):
    pushed(alice, Edit("channel", {"display_name": "Chaîne Une"}, "aurora-one"), said="Nom de l'été")
    assert descriptions(as_(alice).get(LOG, asked)) == ["Nom de l'été"]


def test_letters_of_reasons_are_found_in_either_case_too(as_, alice, tom, live):
    applications.suspend(live, reason="Fuite à l'école", by=actor(tom))
    for word, found in (("ÉCOLE", True), ("école", True), ("écale", False)):
        told = as_(alice).get(LOG, {"states": "1", "q": word}).context["page"]
        assert bool([each for each in told if each.entry]) is found


def test_nothing_of_another_programmer_is_told_not_even_in_the_filters(as_, alice, charlie, named, borealis, pushed):
    pushed(charlie, Edit("channel", {"display_name": "North"}, "borealis-one"), of="borealis", said="To North")
    page = body(as_(alice).get(LOG, {"states": "1"}))
    assert "orealis" not in page
    assert "Charlie" not in page
    assert "North" not in page
    theirs = body(as_(charlie).get(LOG, {"states": "1"}))
    assert "North" in theirs
    assert "aurora" not in theirs


def test_changes_of_state_stand_between_the_pushes_when_asked_for(as_, alice, tom, live, pushed, tess, borealis):
    applications.suspend(live, reason="Leaked", by=actor(tom))
    applications.suspend(borealis, reason="Theirs", by=actor(tess))
    pushed(alice, Edit("channel", {"display_name": "Aurora Un"}, "aurora-one"), said="French name")
    told = as_(alice).get(LOG, {"states": "1"}).context["page"]
    assert [each.push.description if each.push else each.entry.event for each in told][:2] == [
        "French name",
        "application:suspend",
    ]
    page = body(as_(alice).get(LOG, {"states": "1"}))
    assert "Leaked" in page
    assert "Theirs" not in page
    assert "Leaked" not in body(as_(alice).get(LOG))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"kind": "application"}, True),
        ({"kind": "channel"}, False),
        ({"person": "Tom"}, True),
        ({"person": "Alice"}, False),
        ({"q": "Leaked"}, True),
        ({"q": "lost"}, False),
        ({"entity": "Aurora Live 6.1.0"}, True),
        ({"to": "2001-01-01"}, False),
    ],
)
def test_filters_narrow_changes_of_state_too(as_, alice, tom, live, asked, found):
    applications.suspend(live, reason="Leaked", by=actor(tom))
    told = as_(alice).get(LOG, {"states": "1", **asked}).context["page"]
    assert any(each.entry and each.entry.event == "application:suspend" for each in told) is found


def test_keys_are_told_to_whoever_sees_every_programmer(as_, alice, tess, live):
    assert "Signing key made" in body(as_(tess).get(LOG, {"states": "1"}))
    assert "Signing key made" not in body(as_(alice).get(LOG, {"states": "1"}))


def test_two_ticked_versions_of_one_programmer_are_compared(as_, tess, live, borealis):
    browser = as_(tess)
    response = browser.get(f"{LOG}compare/", {"version": ["aurora/3", "aurora/1"]})
    assert (response.status_code, response["Location"]) == (302, f"{LOG}aurora/compare/?from=1&to=3")
    for ticked in (["aurora/1"], ["aurora/1", "borealis/2"], ["1", "2"], ["a/b/1", "a/b/2"], ["aurora/x", "aurora/1"]):
        response = browser.get(f"{LOG}compare/", {"version": ticked}, follow=True)
        assert response.redirect_chain == [(LOG, 302)]
        assert "Tick two versions of the same programmer" in response.content.decode()


def many(count):
    """As many pushes by a hundred people, and as many changes of state, written by no push."""
    sample = ChangeSet.objects.first()
    template = {"environment": ENVIRONMENT, "state": "pushed", "author_key": "user:1"}
    pushes = ChangeSet.objects.bulk_create(
        ChangeSet(
            uuid=UUID(int=number + 1),
            programmer="aurora",
            version=100 + number,
            author_name=f"Person {number % 100}",
            pushed_by_name=f"Person {number % 100}",
            pushed_at=sample.pushed_at + timedelta(seconds=number),
            description=f"Push É {number}",
            undoes=sample if number % 7 == 0 else None,
            **template,
        )
        for number in range(count)
    )
    sample.changes.model.objects.bulk_create(
        sample.changes.model(
            change_set=push, kind="channel", key="aurora-one", programmer="aurora", label="Aurora One", before={"a": 1}
        )
        for push in pushes
    )
    AuditEntry.objects.bulk_create(
        AuditEntry(
            environment=ENVIRONMENT,
            n=10_000 + number,
            at=sample.pushed_at + timedelta(seconds=number, milliseconds=500),
            actor_key="user:1",
            actor_name="Tom",
            door="page",
            event="application:close",
            programmer="aurora",
            kind="application",
            key="x",
            label="Aurora Live 6.1.0",
        )
        for number in range(count)
    )


@pytest.mark.parametrize("asked", [{}, {"states": "1"}, {"q": "push", "kind": "channel", "states": "1", "page": "2"}])
def test_a_page_costs_as_many_queries_whatever_there_is(as_, alice, live, asked):
    browser = as_(alice)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            browser.get(LOG, asked)
        return [each["sql"] for each in captured]

    queries()
    many(120)
    assert len(queries()) <= 12


def test_pages_of_fifty_follow_one_another_without_gap_or_repetition(as_, alice, live):
    many(120)
    browser, seen = as_(alice), []
    for number in range(1, 5):
        page = browser.get(LOG, {"states": "1", "page": number}).context["page"]
        seen += [each.push.pk if each.push else -each.entry.pk for each in page]
        assert len(page) == 50
    assert len(set(seen)) == 200
    assert browser.get(LOG, {"states": "1"}).context["page"].paginator.count == 240 + 3
    second = descriptions(browser.get(LOG, {"page": "2", "q": "push É"}))
    assert second == [f"Push É {number}" for number in range(69, 19, -1)]
