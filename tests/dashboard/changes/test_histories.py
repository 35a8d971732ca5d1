"""Any sequence of stages is what doing it by hand is, is what the push writes, and is undone by its inverse."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import changes
from dashboard.changes import Edit
from dashboard.entities import RULES, Kind
from dashboard.models import ChangeSet
from registration.models import AnalyticsConfiguration, Certificate, Channel, Domain
from tests import certificates, factories
from tests.factories import ENVIRONMENT, OPERATOR

CHANNELS, HOSTS, NAMES = ["aurora-one", "two"], ["live.aurora.example", "b.example"], ["Aurora One", "A", "B"]
OWNERS, PEMS = ["p:aurora", "c:aurora-one", "c:two"], [certificates.pem("a"), certificates.pem("b")]
USES, SUITES = st.sampled_from([True, False, None]), ["suite-a", "suite-b"]
WISHES = st.lists(
    st.one_of(
        st.tuples(st.just("channel"), st.sampled_from(CHANNELS), st.sampled_from([*NAMES, None])),
        st.tuples(st.just("domain"), st.sampled_from(CHANNELS), st.sampled_from(HOSTS), st.booleans()),
        st.tuples(st.just("certificate"), st.sampled_from(OWNERS), st.sampled_from(PEMS), USES),
        st.tuples(st.just("analytics"), st.sampled_from(CHANNELS), st.integers(0, 2), st.sampled_from([*SUITES, None])),
    ),
    max_size=7,
)


def snapshot():
    """What lives of aurora's channels and of what they hold."""
    models = (Channel, Domain, Certificate, AnalyticsConfiguration)
    rules = [RULES[kind] for kind in Kind if RULES[kind].model in models]
    found = [(each, row, RULES[each.kind].read(row)) for each in rules for row in each.model.objects.live()]
    return {(each.kind.value, each.key(properties)): properties for each, _, properties in found}


def in_order(places):
    """Parents first."""
    return sorted(places, key=lambda place: (list(Kind).index(Kind(place[0])), place[1]))


def by_hand(now, wish, start):
    """The edit that a wish is where it makes sense, done to the snapshot `now`; None where it makes none.

    `start` is what lives: a number that something has there is not given again.
    """
    kind, owner = wish[0], wish[1]
    if kind == "channel":
        return _channel_by_hand(now, owner, wish[2])
    if not owner.startswith("p:") and ("channel", owner.removeprefix("c:")) not in now:
        return None
    if kind == "domain":
        key = f"{owner}/{wish[2]}"
        wanted = {"channel": owner, "host": wish[2]} if wish[3] else None
    elif kind == "certificate":
        wanted = {"owner": owner, "pem": wish[2], "used_for_user_metadata": wish[3]}
        key = RULES[Kind.CERTIFICATE].key(wanted)
        wanted = wanted if wish[3] is not None else None
    else:
        key = f"{owner}/{wish[2]}"
        if (kind, key) not in now and wish[3] is not None:
            taken = [
                int(of.rpartition("/")[2]) for each, of in {*now, *start} if each == kind and of.startswith(f"{owner}/")
            ]
            number = max(taken, default=0) + 1
            now[kind, f"{owner}/{number}"] = {
                **ANALYTICS,
                "channel": owner,
                "number": number,
                "report_suite_id": wish[3],
            }
            return Edit(kind, {"channel": owner, "report_suite_id": wish[3]})
        wanted = {**now.get((kind, key), {}), "report_suite_id": wish[3]} if wish[3] is not None else None
    exists = (kind, key) in now
    if wanted == now.get((kind, key)):
        return None
    if wanted is None:
        del now[kind, key]
        return Edit(kind, None, key)
    now[kind, key] = wanted
    return Edit(kind, wanted, key if exists else None)


ANALYTICS = {
    "event_forwarding": False,
    "tracking_server": "",
    "tracking_server_schema": "https",
    "report_suite_mapping_template": "",
    "report_suite_confirmation_marker": "",
}


def _channel_by_hand(now, channel, name):
    if name is None:
        if ("channel", channel) not in now:
            return None
        for kind, key in list(now):
            if (kind, key) == ("channel", channel) or key.startswith((f"{channel}/", f"c:{channel}/")):
                del now[kind, key]
        return Edit("channel", None, channel)
    if ("channel", channel) in now:
        now["channel", channel] = {**now["channel", channel], "display_name": name}
        return Edit("channel", {"display_name": name}, channel)
    now["channel", channel] = {
        "programmer": "aurora",
        "public_id": channel,
        "display_name": name,
        "default_redirect_url": "",
        "error_reporting": False,
    }
    return Edit("channel", {"public_id": channel, "display_name": name})


def stage(edit):
    return changes.stage(
        environment=ENVIRONMENT,
        kind=edit.kind,
        key=edit.key,
        properties=edit.properties,
        programmer="aurora",
        by=OPERATOR,
    )


def inverse(change_set):
    """The edits that take a version back: children go before their parents, and parents come before their children."""
    rows = sorted(change_set.changes.all(), key=lambda change: list(Kind).index(change.kind))
    gone = [Edit(change.kind, None, change.key) for change in reversed(rows) if change.before is None]
    back = [Edit(change.kind, change.before, change.key) for change in rows if change.before is not None]
    return [*gone, *back]


@pytest.fixture
def quiet(aurora):
    """One of each kind, and no other test's draft: hypothesis runs its examples one after the other on one world."""
    factories.certificate(PEMS[0])
    factories.certificate(PEMS[0], channel="aurora-one", used_for_user_metadata=True)
    factories.analytics(channel="aurora-one", report_suite_id=SUITES[0])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=WISHES)
def test_staging_is_doing_it_by_hand_and_pushing_and_undoing_it(quiet, wishes):
    with transaction.atomic():
        start = snapshot()
        now = dict(start)
        staged = [stage(edit) for wish in wishes if (edit := by_hand(now, wish, start)) is not None]
        assert snapshot() == start
        draft = ChangeSet.objects.filter(state="draft").first()
        count = draft.changes.count() if draft else 0
        assert (count == 0) == (now == start)
        if staged and count:
            pushed = changes.push(draft, description="All of it", by=OPERATOR)
            assert snapshot() == now
            difference = {place for place in {*start, *now} if start.get(place) != now.get(place)}
            assert {(change.kind, change.key) for change in pushed.changes.all()} == difference
            factories.pushed(*inverse(pushed), of="aurora")
            assert snapshot() == start
        transaction.set_rollback(True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=WISHES)
def test_staging_everything_as_it_was_leaves_an_empty_draft(quiet, wishes):
    with transaction.atomic():
        start = snapshot()
        now = dict(start)
        for wish in wishes:
            if (edit := by_hand(now, wish, start)) is not None:
                stage(edit)
        for kind, key in reversed(in_order({*now} - {*start})):
            stage(Edit(kind, None, key))
        for kind, key in in_order(start):
            stage(Edit(kind, start[kind, key], key if (kind, key) in now else None))
        for draft in ChangeSet.objects.filter(state="draft"):
            assert list(draft.changes.all()) == []
        transaction.set_rollback(True)
