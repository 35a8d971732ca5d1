"""Whoever edits the log in the database is found out, and the place is named."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib import import_module

import pytest
from django.apps import apps
from django.core import serializers
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dashboard import changes
from dashboard.models import Change, ChangeSet
from oauth import chain
from oauth.audit import Event
from oauth.environments import Environment
from oauth.models import AuditEntry, Tail
from tests import factories
from tests.cast import actor
from tests.dashboard.log.conftest import ENVIRONMENT, say, verify

pytestmark = pytest.mark.django_db
property_test = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
HERE = AuditEntry.objects.filter(environment=ENVIRONMENT)


class Undone:
    """Whatever is done to the database within it is undone at its end."""

    def __enter__(self):
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, *error):
        transaction.set_rollback(True)
        self.atomic.__exit__(*error)


def rows():
    return list(AuditEntry.objects.order_by("environment", "n"))


def chain_anew():
    """Chain what is there, as the migration did that brought the chain."""
    import_module("oauth.migrations.0003_chained_audit").chain_what_is_there(apps, None)


def rehashed(entry):
    entry.hash = chain.hash_of(entry)
    entry.save()


def test_a_log_as_it_was_written_is_counted_and_its_head_told(log):
    named, out = verify()
    assert named == {}
    for tail in Tail.objects.all():
        line = f"{tail.environment or 'everywhere'}: {tail.audit_n} entries, head {tail.audit_n} {tail.audit_hash}"
        assert line in out.splitlines()
    assert Tail.objects.get(environment=ENVIRONMENT).audit_hash == HERE.latest("n").hash


def test_one_environment_can_be_looked_at_alone(log):
    AuditEntry.objects.filter(environment="", n=1).update(actor_name="Somebody")
    assert verify(environment=ENVIRONMENT)[0] == {}
    assert set(verify()[0]) == {("", 1)}


def test_every_column_is_hashed():
    assert {field.name for field in AuditEntry._meta.fields} - {"id", "hash"} == set(chain.COLUMNS)


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
VALUES = {
    "environment": st.sampled_from(["", *Environment.values, "elsewhere"]),
    "n": st.integers(-5, 40),
    "at": st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    "door": TEXT.map(lambda text: text[:16]),
    "request_id": TEXT,
    "data": st.dictionaries(TEXT, JSON, max_size=3),
    "previous_hash": st.sampled_from(["", "0" * 64, "f" * 64]),
    "hash": st.sampled_from(["", "0" * 64, "f" * 64]),
}


@property_test
@given(data=st.data())
def test_any_column_of_any_entry_that_is_changed_is_found_and_the_entry_named(log, data):
    entry = data.draw(st.sampled_from(rows()))
    column = data.draw(st.sampled_from([*chain.COLUMNS, "hash"]))
    value = data.draw(VALUES.get(column, TEXT))
    assume(value != getattr(entry, column))
    with Undone():
        try:
            with transaction.atomic():
                AuditEntry.objects.filter(pk=entry.pk).update(**{column: value})
        except IntegrityError:
            assume(False)  # the number is another entry's: the database itself refuses that
        named, _ = verify()
    places = {(entry.environment, entry.n)}
    if column == "n":
        places |= {(entry.environment, value)}
    if column == "environment":
        places |= {(value, entry.n)}
    if column == "n" and value > entry.n:
        # What is missing is told with the entry after which it is missing.
        assert any(place == entry.environment and n <= entry.n for place, n in named)
    assert places & set(named)
    if column not in {"n", "environment"}:
        # No other entry is blamed, not even the one after it. (0 is no entry: a version that lost its own.)
        assert {place for place in named if place not in places and place[1]} == set()


@property_test
@given(data=st.data())
def test_entries_that_are_removed_are_named(log, data):
    every = rows()
    chosen = data.draw(st.sets(st.sampled_from(range(len(every))), min_size=1, max_size=4))
    gone = {(every[index].environment, every[index].n) for index in chosen}
    with Undone():
        AuditEntry.objects.filter(pk__in=[every[index].pk for index in chosen]).delete()
        named, _ = verify()
    told = {(place, n) for place, n in named if any(what.startswith("removed") for what in named[place, n])}
    # A run of missing entries is told once, with its first.
    assert told == {(place, n) for place, n in gone if (place, n - 1) not in gone}


@property_test
@given(data=st.data())
def test_entries_that_changed_places_are_named(log, data):
    every = [entry for entry in rows() if entry.environment == ENVIRONMENT]
    one, two = data.draw(st.lists(st.sampled_from(every), min_size=2, max_size=2, unique_by=lambda entry: entry.n))
    with Undone():
        AuditEntry.objects.filter(pk=one.pk).update(n=10_000)
        AuditEntry.objects.filter(pk=two.pk).update(n=one.n)
        AuditEntry.objects.filter(pk=one.pk).update(n=two.n)
        named, _ = verify()
    assert set(named) >= {(ENVIRONMENT, one.n), (ENVIRONMENT, two.n)}


@pytest.mark.parametrize("n", [-1, 0])
def test_an_entry_that_is_inserted_before_the_first_is_named(log, n):
    rehashed(AuditEntry(environment=ENVIRONMENT, n=n, at=datetime.now(UTC), event="x:y", data={}))
    assert set(verify()[0]) == {(ENVIRONMENT, n)}


def test_an_entry_that_is_inserted_at_the_end_is_named_though_it_is_in_order(log):
    last = HERE.latest("n")
    rehashed(AuditEntry(environment=ENVIRONMENT, n=last.n + 1, at=last.at, event="x:y", previous_hash=last.hash))
    assert set(verify()[0]) == {(ENVIRONMENT, last.n + 1)}


def test_an_entry_that_is_inserted_between_two_is_named(log):
    for entry in HERE.filter(n__gt=3).order_by("-n"):
        AuditEntry.objects.filter(pk=entry.pk).update(n=entry.n + 1)
    before = HERE.get(n=3)
    rehashed(AuditEntry(environment=ENVIRONMENT, n=4, at=before.at, event="x:y", previous_hash=before.hash))
    named, _ = verify()
    assert (ENVIRONMENT, 5) in named


def test_an_entry_that_is_rewritten_with_its_hash_is_named_by_the_one_that_followed_it(log):
    entry = HERE.get(n=3)
    entry.actor_name = "Somebody else"
    rehashed(entry)
    named, _ = verify()
    assert named == {(ENVIRONMENT, 4): ["does not follow entry 3: one of the two was replaced"]}


def test_the_last_entry_rewritten_with_its_hash_is_found_by_the_logs_own_count(log):
    entry = HERE.latest("n")
    entry.actor_name = "Somebody else"
    rehashed(entry)
    assert set(verify()[0]) == {(ENVIRONMENT, entry.n)}


def test_entries_in_an_environment_that_is_none_are_found(log):
    rehashed(AuditEntry(environment="nowhere", n=1, at=datetime.now(UTC), event="x:y"))
    assert set(verify()[0]) == {("nowhere", 1)}


def test_a_log_of_which_many_entries_changed_names_the_first_and_counts_the_rest(log):
    say(*[Event("x:y")] * 150)
    HERE.update(actor_name="Somebody else")
    named, out = verify()
    assert len(named) == 100
    assert f"{HERE.count():,} findings; the first 100 are named" in out


def test_a_log_longer_than_is_read_at_once_is_one_chain(log):
    say(*[Event("x:y")] * 1100)
    assert verify()[0] == {}
    AuditEntry.objects.filter(n=1000).update(reason="x")
    AuditEntry.objects.filter(n=501).delete()
    assert set(verify()[0]) == {(ENVIRONMENT, 501), (ENVIRONMENT, 1000)}


# --- Versions and their changes ---


def push_entry(version=3):
    return HERE.get(event="configuration:push", data__version=version)


def test_a_version_is_told_of_by_its_entry(log):
    entry = push_entry()
    pushed = ChangeSet.objects.get(version=3)
    assert (entry.key, entry.data["changes"]) == (str(pushed.uuid), pushed.changes.count())
    assert {len(entry.data[name]) for name in ("version_sha256", "changes_sha256")} == {64}


@pytest.mark.parametrize(
    "values",
    [
        {"label": "Another"},
        {"programmer": "borealis"},
        {"key": "another"},
        {"kind": "scheme"},
        {"after": {"name": "Another"}},
        {"before": {"name": "Another"}},
    ],
    ids=lambda values: next(iter(values)),
)
def test_a_change_that_is_edited_is_found_and_its_version_named(log, values):
    change = Change.objects.get(change_set__version=3)
    Change.objects.filter(pk=change.pk).update(**values)
    named, _ = verify()
    assert named == {
        (ENVIRONMENT, push_entry().n): ["changed: what version 3 of aurora changed is not what was pushed"]
    }


@pytest.mark.parametrize(
    "values",
    [
        {"description": "Nothing of note"},
        {"author_name": "Somebody"},
        {"author_key": "user:1"},
        {"on_behalf_of": "Somebody"},
        {"pushed_by_name": "Somebody"},
        {"pushed_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"pushed_at": None},
        {"digest": "0" * 64},
        {"submitted_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"version": 9},
        {"programmer": "borealis"},
    ],
    ids=str,
)
def test_a_version_that_is_edited_is_found_and_named(log, values):
    ChangeSet.objects.filter(version=3).update(**values)
    named, _ = verify()
    assert set(named) == {(ENVIRONMENT, push_entry().n)}


def test_when_approval_was_asked_for_is_found_where_it_is_edited_or_taken_away(log, alice):
    now = datetime(2026, 11, 26, 10, 44, 35, 123456, tzinfo=UTC)
    asked = changes.stage(
        environment=ENVIRONMENT,
        kind="channel",
        key="aurora-one",
        properties={"display_name": "Another"},
        programmer="aurora",
        by=actor(alice),
    )
    ChangeSet.objects.filter(pk=asked.pk).update(submitted_at=now)
    pushed = changes.push(asked, description="With four eyes", by=actor(alice))
    entry = push_entry(pushed.version)
    assert entry.data["submitted_at"] == "2026-11-26T10:44:35.123Z"
    assert verify()[0] == {}
    said = [f"changed: when approval of version {pushed.version} of aurora was asked for is not what was pushed"]
    for edited in (now + timedelta(hours=1), None):
        ChangeSet.objects.filter(pk=pushed.pk).update(submitted_at=edited)
        assert verify()[0] == {(ENVIRONMENT, entry.n): said}


def test_a_log_whose_entries_do_not_tell_when_approval_was_asked_for_is_as_it_was_written(log):
    for row in HERE.filter(event="configuration:push"):
        del row.data["submitted_at"]
        row.save(update_fields=["data"])
    Tail.objects.update(audit_hash="")
    chain_anew()
    ChangeSet.objects.filter(version=3).update(submitted_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert verify()[0] == {}


def test_a_change_that_is_removed_or_added_is_found(log):
    change = Change.objects.filter(change_set__version=2).first()
    Change.objects.create(
        change_set=ChangeSet.objects.get(version=3), kind="scheme", key="x", programmer="aurora", label="x", after={}
    )
    change.delete()
    assert set(verify()[0]) == {(ENVIRONMENT, push_entry(2).n), (ENVIRONMENT, push_entry(3).n)}


def test_a_version_that_is_removed_and_one_that_is_inserted_are_found(log):
    pushed = ChangeSet.objects.get(version=3)
    pushed.delete()
    assert verify()[0] == {(ENVIRONMENT, push_entry().n): ["removed: version 3 of aurora is not there"]}
    ChangeSet.objects.create(
        uuid="00000000-0000-4000-8000-000000000000",
        environment=ENVIRONMENT,
        programmer="aurora",
        state="pushed",
        version=7,
    )
    assert verify()[0][ENVIRONMENT, 0] == ["inserted: no entry tells of version 7 of aurora"]


def test_a_draft_is_nobodys_business(log, alice):
    properties = {"display_name": "Another"}
    changes.stage(
        environment=ENVIRONMENT,
        kind="channel",
        key="aurora-one",
        properties=properties,
        programmer="aurora",
        by=actor(alice),
    )
    assert verify()[0] == {}


# --- The sum ---


def test_the_same_content_has_the_same_hash_on_every_database(db):
    entry = AuditEntry(
        environment=ENVIRONMENT,
        n=7,
        at=datetime(2026, 11, 26, 10, 44, 35, 123, tzinfo=UTC),
        actor_key="user:12",
        actor_name="Renée \U0001f600",
        door="page",
        event="application:revoke",
        programmer="aurora",
        kind="application",
        key="k",
        label="Aurora Live 6.1.0",
        reason='Leaked\n\ttwice \\ "so" \u2028 e\u0301',
        data={"z": [1, 2.0, 0.5, -0.0, True, None, "é"], "a": {"10": 2**53, "9": "\t"}, "": {}},
        previous_hash="ab" * 32,
    )
    text = (
        r'{"actor_key":"user:12","actor_name":"Ren\u00e9e \ud83d\ude00","at":"2026-11-26T10:44:35.000123Z",'
        r'"data":{"":{},"a":{"10":9007199254740992,"9":"\t"},"z":[1,2,"0.5",0,true,null,"\u00e9"]},"door":"page",'
        r'"environment":"release-production","event":"application:revoke","key":"k","kind":"application",'
        r'"label":"Aurora Live 6.1.0","n":7,"on_behalf_of":"","previous_hash":"HASH","programmer":"aurora",'
        r'"reason":"Leaked\n\ttwice \\ \"so\" \u2028 e\u0301","request_id":""}'
    ).replace("HASH", "ab" * 32)
    expected = sha256(text.encode()).hexdigest()
    assert chain.hash_of(entry) == expected
    entry.hash = expected
    entry.save()
    assert chain.hash_of(AuditEntry.objects.get(pk=entry.pk)) == expected
    elsewhere = AuditEntry.objects.get(pk=entry.pk)
    elsewhere.at = elsewhere.at.astimezone(tz=datetime.now().astimezone().tzinfo) + timedelta(0)
    assert chain.hash_of(elsewhere) == expected


def test_a_log_that_was_dumped_and_restored_is_still_as_it_was_written(log):
    kept = [Tail, AuditEntry, ChangeSet, Change]
    dumped = serializers.serialize("json", [row for model in kept for row in model.objects.all()])
    for model in reversed(kept):
        model.objects.all().delete()
    for each in serializers.deserialize("json", dumped):
        each.save()
    assert verify()[0] == {}


def test_a_log_from_before_the_chain_is_chained_as_it_is(log):
    for row in HERE.filter(event="configuration:push"):
        AuditEntry.objects.filter(pk=row.pk).update(
            data={"version": row.data["version"], "changes": row.data["changes"]}
        )
    AuditEntry.objects.update(hash="", previous_hash="")
    Tail.objects.update(audit_hash="")
    assert verify()[0] != {}
    import_module("dashboard.migrations.0004_evidence_of_pushes").tell_of_pushes(apps, None)
    chain_anew()
    assert verify()[0] == {}
    factories.channel("later")
    assert verify()[0] == {}
