"""Any sequence of stages is what doing it by hand is, is what the push writes, and is undone by its inverse."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import changes
from dashboard.changes import Edit
from dashboard.entities import RULES, Kind
from dashboard.models import ChangeSet
from registration.models import Channel, Domain
from tests import factories
from tests.factories import ENVIRONMENT, OPERATOR

CHANNELS, HOSTS, NAMES = ["aurora-one", "two"], ["live.aurora.example", "b.example"], ["Aurora One", "A", "B"]
WISHES = st.lists(
    st.one_of(
        st.tuples(st.just("channel"), st.sampled_from(CHANNELS), st.sampled_from([*NAMES, None])),
        st.tuples(st.just("domain"), st.sampled_from(CHANNELS), st.sampled_from(HOSTS), st.booleans()),
    ),
    max_size=7,
)


def snapshot():
    """What lives of aurora's channels and domains."""
    rows = [(Kind.CHANNEL, Channel.objects.live()), (Kind.DOMAIN, Domain.objects.live())]
    return {
        (kind.value, key): RULES[kind].read(row)
        for kind, found in rows
        for key, row in RULES[kind].rows(ENVIRONMENT, [_key(row) for row in found]).items()
    }


def _key(row):
    return row.id_key if isinstance(row, Channel) else f"{row.channel.id_key}/{row.host}"


def by_hand(now, wish):  # noqa: PLR0911
    """The edit that a wish is where it makes sense, done to the snapshot `now`; None where it makes none."""
    kind, channel = wish[0], wish[1]
    if kind == "channel":
        name = wish[2]
        if name is None and ("channel", channel) in now:
            for place in [("channel", channel), *(("domain", f"{channel}/{host}") for host in HOSTS)]:
                now.pop(place, None)
            return Edit("channel", None, channel)
        if name is None:
            return None
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
    key, wanted = f"{channel}/{wish[2]}", wish[3]
    if wanted == (("domain", key) in now) or ("channel", channel) not in now:
        return None
    if not wanted:
        del now["domain", key]
        return Edit("domain", None, key)
    now["domain", key] = {"channel": channel, "host": wish[2]}
    return Edit("domain", now["domain", key])


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
    """No other test's draft, and hypothesis may run its examples one after the other on one world."""


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=WISHES)
def test_staging_is_doing_it_by_hand_and_pushing_and_undoing_it(quiet, wishes):
    with transaction.atomic():
        start = snapshot()
        now = dict(start)
        staged = [stage(edit) for wish in wishes if (edit := by_hand(now, wish)) is not None]
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
            if (edit := by_hand(now, wish)) is not None:
                stage(edit)
        for kind, key in sorted({*now} - {*start}, reverse=True):
            if (kind, key) in now:
                stage(Edit(kind, None, key))
                now = {place: value for place, value in now.items() if not place[1].startswith(f"{key}/")}
        for (kind, key), value in sorted(start.items()):
            stage(Edit(kind, value, key if (kind, key) in now else None))
        for draft in ChangeSet.objects.filter(state="draft"):
            assert list(draft.changes.all()) == []
        transaction.set_rollback(True)
