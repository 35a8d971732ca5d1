"""Pushers at once, on PostgreSQL: no gap, no deadlock, no database error; registrations pass beside a push."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import OperationalError, connection, transaction

from dashboard import changes
from dashboard.changes import Edit
from dashboard.models import ChangeSet, Head
from oauth.audit import Actor, Door
from oauth.problems import Invalid
from registration.models import Channel, Client, Domain, RegisteredApplication
from tests import factories
from tests.factories import ENVIRONMENT

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def somebody(n):
    return Actor(key=f"command:{n}", name=f"Pusher {n}", door=Door.COMMAND)


def at_once(*calls):
    """Run the calls in threads that start together; answer their results, or what they raised."""
    barrier = Barrier(len(calls))

    def run(call):
        try:
            barrier.wait()
            return call()
        except Exception as error:  # noqa: BLE001  (the test looks at it)
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def versions(programmer):
    found = ChangeSet.objects.filter(programmer=programmer, state="pushed").order_by("version")
    return list(found.values_list("version", flat=True))


def test_twenty_pushers_at_once_make_twenty_versions(signing_keys):
    factories.programmer("aurora")
    first = Head.objects.get(programmer="aurora").version

    def pusher(n):
        properties = {"public_id": f"channel-{n}", "display_name": f"Channel {n}"}
        return lambda: factories.pushed(Edit("channel", properties), of="aurora", by=somebody(n))

    results = at_once(*(pusher(n) for n in range(20)))
    assert [result for result in results if isinstance(result, Exception)] == []
    assert sorted(result.version for result in results) == list(range(first + 1, first + 21))
    in_order = ChangeSet.objects.filter(programmer="aurora").order_by("version").values_list("pushed_at", flat=True)
    assert list(in_order) == sorted(in_order)


def test_a_draft_submitted_twice_at_once_is_pushed_once(aurora):
    draft = changes.stage(
        environment=ENVIRONMENT,
        kind="channel",
        key="aurora-one",
        properties={"display_name": "One"},
        programmer="aurora",
        by=somebody(1),
    )
    results = at_once(*[lambda: changes.push(draft, description="Once", by=somebody(1))] * 4)
    assert [type(result) for result in results].count(ChangeSet) == 1
    assert [str(result) for result in results].count("aurora 4") == 1
    assert all("pushed already" in str(result) for result in results if isinstance(result, Exception))


def test_one_of_two_programmers_gets_the_id_that_both_want(signing_keys):
    factories.programmer("aurora")
    factories.programmer("borealis")

    def pusher(programmer, ids):
        edits = [Edit("channel", {"public_id": public_id, "display_name": public_id}) for public_id in ids]
        return lambda: factories.pushed(*edits, of=programmer)

    for turn in range(5):
        ids = [f"a{turn}", f"b{turn}"]
        results = at_once(pusher("aurora", ids), pusher("borealis", ids[::-1]))
        assert sorted(type(result).__name__ for result in results) == ["ChangeSet", "Invalid"]
        assert Channel.objects.filter(id_key__in=ids).count() == 2


def test_an_application_on_a_domain_that_another_push_removes(aurora):
    """Whoever is first decides: the application was made while its domain lived, or it was refused."""
    for turn in range(6):
        host = f"h{turn}.example"
        factories.domain(host, channel="aurora-one")
        new = {**factories.application_properties(f"App {turn}"), "domains": [host]}
        add, remove = at_once(
            lambda new=new: factories.pushed(Edit("application", new), of="aurora", by=somebody(1)),
            lambda host=host: factories.pushed(Edit("domain", None, f"aurora-one/{host}"), of="aurora", by=somebody(2)),
        )
        assert Domain.objects.get(host=host).removed_in == remove.version
        made = RegisteredApplication.objects.filter(name=f"App {turn}").exists()
        if made:
            assert add.version < remove.version
        else:
            assert isinstance(add, Invalid)
            assert list(add.messages) == ["domains"]
    assert versions("aurora") == list(range(1, len(versions("aurora")) + 1))


def register(application):
    """What registering a client does to the application's row: a foreign key's FOR KEY SHARE. Fails after a second."""

    def insert():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")
            return Client.objects.create(
                application=application, environment=application.environment, client_type="confidential"
            )

    (result,) = at_once(insert)
    return result


def test_a_registration_passes_beside_an_open_push_that_narrows_its_application(aurora):
    with transaction.atomic():
        factories.pushed(Edit("application", {"platforms": ["IOS"]}, str(aurora.software_id)), of="aurora")
        assert isinstance(register(aurora), Client)


def test_a_registration_waits_for_an_open_push_that_removes_its_application(aurora):
    with transaction.atomic():
        factories.pushed(Edit("application", None, str(aurora.software_id)), of="aurora")
        assert isinstance(register(aurora), OperationalError)
    assert isinstance(register(aurora), Client)
