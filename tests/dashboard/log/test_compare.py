"""What differs between two versions: the net of all steps, whichever of the two is the later one."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from dashboard import changes
from dashboard.changes import Edit
from dashboard.changes.folds import Step, applied
from dashboard.models import ChangeSet
from registration import applications
from tests import factories
from tests.cast import actor
from tests.dashboard.changes.conftest import aurora  # noqa: F401  (a fixture)
from tests.dashboard.changes.test_histories import WISHES, by_hand, quiet, snapshot, stage  # noqa: F401
from tests.dashboard.log.conftest import LOG, body
from tests.factories import ENVIRONMENT, OPERATOR

AT = f"{LOG}aurora/compare/"


def compared(start, end):
    found = changes.compare(environment=ENVIRONMENT, programmer="aurora", start=start, end=end)
    return [(change.kind, change.key, change.before, change.after) for change in found]


def test_steps_between_are_folded_into_one_either_way(live, pushed, alice):
    pushed(alice, Edit("channel", {"display_name": "A"}, "aurora-one"))
    pushed(alice, Edit("channel", {"display_name": "B"}, "aurora-one"))
    there = {"display_name": "Aurora One"}
    assert compared(3, 5) == [("channel", "aurora-one", there, {"display_name": "B"})]
    assert compared(5, 3) == [("channel", "aurora-one", {"display_name": "B"}, there)]
    assert compared(4, 4) == []


def test_what_came_and_went_between_does_not_differ(live, pushed, alice):
    pushed(alice, Edit("channel", {"public_id": "short", "display_name": "Short"}))
    pushed(alice, Edit("channel", None, "short"))
    assert compared(3, 5) == []
    assert [(kind, after) for kind, key, before, after in compared(4, 5)] == [("channel", None)]


def test_version_0_is_before_anything(live):
    assert {before is None for kind, key, before, after in compared(0, 3)} == {True}
    assert {after is None for kind, key, before, after in compared(3, 0)} == {True}


def test_the_page_tells_of_both_and_that_states_are_no_part(as_, alice, tom, live, pushed):
    pushed(alice, Edit("channel", {"display_name": "Aurora Un"}, "aurora-one"))
    applications.suspend(live, reason="Leaked", by=actor(tom))
    page = body(as_(alice).get(AT, {"from": "3", "to": "4"}))
    assert "<ins>Aurora <mark>U</mark>n</ins>" in page
    assert "1 difference<" in page
    assert "not part of versions" in page
    assert "Leaked" not in page
    assert "Nothing differs" in body(as_(alice).get(AT, {"from": "4", "to": "4"}))


@pytest.mark.parametrize(
    ("asked", "between"),
    [
        ({}, (2, 3)),
        ({"to": "1"}, (0, 1)),
        ({"from": "x", "to": "99"}, (2, 3)),
        ({"from": "9" * 20, "to": "-1"}, (2, 3)),
    ],
)
def test_versions_that_there_are_not_are_the_nearest(as_, alice, live, asked, between):
    context = as_(alice).get(AT, asked).context
    assert (context["start"], context["end"]) == between


def test_a_programmer_that_is_gone_is_still_compared_and_no_stranger_sees_it(as_, tess, charlie, db):
    factories.programmer("cirrus")
    factories.pushed(Edit("programmer", None, "cirrus"), of="cirrus")
    assert as_(tess).get(f"{LOG}cirrus/compare/").status_code == 200
    assert as_(charlie).get(f"{LOG}cirrus/compare/").status_code == 404
    assert as_(tess).get(f"{LOG}nobody/compare/").status_code == 404


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=WISHES, second=WISHES)
def test_the_difference_leads_from_the_one_snapshot_to_the_other(quiet, first, second):  # noqa: F811
    with transaction.atomic():
        start = ChangeSet.objects.filter(programmer="aurora").count()
        snapshots = [snapshot()]
        for wishes in (first, second):
            now = dict(snapshots[-1])
            before = dict(now)
            for wish in wishes:
                if (edit := by_hand(now, wish, before)) is not None:
                    stage(edit)
            draft = ChangeSet.objects.filter(state="draft").first()
            if draft and draft.changes.exists():
                changes.push(draft, description="Some", by=OPERATOR)
                snapshots.append(snapshot())
        last = len(snapshots) - 1
        for there, back in ((0, last), (last, 0)):
            reached = dict(snapshots[there])
            for kind, key, was, becomes in compared(start + there, start + back):
                reached[kind, key] = applied(reached.get((kind, key)), Step(was, becomes))
            assert {place: value for place, value in reached.items() if value is not None} == snapshots[back]
        transaction.set_rollback(True)
