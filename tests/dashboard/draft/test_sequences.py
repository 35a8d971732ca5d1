"""Whatever two people stage, push, dismiss and resolve: every conflict can be resolved, and the rest goes live."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import changes
from dashboard.changes.folds import Step, applied
from dashboard.models import Change, ChangeSet
from oauth.audit import Actor, Door
from oauth.problems import Invalid
from tests import factories
from tests.dashboard.changes.test_histories import PEMS, SUITES, WISHES, by_hand, snapshot
from tests.factories import ENVIRONMENT

ME = Actor(key="command:me", name="Me", door=Door.COMMAND)
_WISH = WISHES.filter(bool).map(lambda wishes: wishes[0])
DOINGS = st.lists(
    st.one_of(
        st.tuples(st.just("stage"), _WISH),
        st.tuples(st.just("other"), _WISH),
        st.tuples(st.just("dismiss"), st.integers(0, 5)),
    ),
    max_size=10,
)


@pytest.fixture
def quiet(aurora):
    """One of each kind: hypothesis runs its examples one after the other on one world."""
    factories.certificate(PEMS[0])
    factories.certificate(PEMS[0], channel="aurora-one", used_for_user_metadata=True)
    factories.analytics(channel="aurora-one", report_suite_id=SUITES[0])


def mine():
    return list(Change.objects.filter(change_set__author_key=ME.key, change_set__state="draft").order_by("pk"))


def laid(now):
    """The snapshot with my draft over it."""
    now = dict(now)
    for change in mine():
        place = (change.kind, change.key)
        becomes = applied(now.get(place), Step(change.before, change.after))
        if becomes is None:
            now.pop(place, None)
        else:
            now[place] = becomes
    return now


def do(doing, what):
    """One step. What conflicts already may refuse it, and then nothing has happened."""
    if doing == "dismiss":
        found = mine()
        if found:
            changes.dismiss(found[what % len(found)], by=ME)
        return
    live = snapshot()
    edit = by_hand(laid(live) if doing == "stage" else dict(live), what, live)
    if edit is None:
        return
    try:
        if doing == "other":
            factories.pushed(edit, of="aurora")
        else:
            changes.stage_all([edit], environment=ENVIRONMENT, programmer="aurora", by=ME)
    except Invalid as refused:
        assert doing == "stage" or "Nothing would change." in str(refused)  # noqa: PT017


def settle(draft, choices):
    """Resolve until nothing is in the way; what cannot be kept is given up."""
    for _ in range(60):
        found = changes.foresee(draft)
        if not found:
            return
        first = found[0]
        change = Change.objects.get(change_set=draft, kind=first.kind, key=first.key)
        try:
            changes.resolve(change, first.property, keep=next(choices), by=ME)
        except Invalid:
            changes.resolve(change, first.property, keep="theirs", by=ME)
    raise AssertionError("Resolving does not end.")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(doings=DOINGS, sides=st.lists(st.sampled_from(["mine", "theirs"]), min_size=1, max_size=6))
def test_every_draft_can_be_resolved_and_then_is_what_goes_live(quiet, doings, sides):
    with transaction.atomic():
        for doing, what in doings:
            do(doing, what)
        draft = ChangeSet.objects.filter(author_key=ME.key, state="draft").first()
        if draft is not None:
            choices = iter([*sides * 60])
            settle(draft, choices)
            expected = laid(snapshot())
            if expected != snapshot():
                changes.push(draft, description="All of it", by=ME)
            assert snapshot() == expected
        transaction.set_rollback(True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(doings=DOINGS)
def test_dismissing_one_by_one_leaves_nothing_and_changes_nothing(quiet, doings):
    with transaction.atomic():
        for doing, what in doings:
            do(doing, what)
        start = snapshot()
        while found := mine():
            changes.dismiss(found[-1], by=ME)
        assert (mine(), snapshot()) == ([], start)
        transaction.set_rollback(True)
