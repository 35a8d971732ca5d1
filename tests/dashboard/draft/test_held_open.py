"""While a push is under way, nobody who has nothing to do with it waits (PostgreSQL)."""

import pytest
from django.db import OperationalError, connection, transaction

from dashboard import changes
from dashboard.changes import Edit, pushes
from dashboard.models import ChangeSet
from registration import applications
from registration.models import Client, RegisteredApplication
from tests import factories
from tests.cast import actor
from tests.dashboard.changes.test_concurrency import at_once, register

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def meanwhile(monkeypatch):
    """Runs a call in another connection when the push has written everything and is about to record it."""
    said = []

    def meanwhile(call):
        record = pushes.audit.record

        def held(*events, **more):
            monkeypatch.setattr(pushes.audit, "record", record)
            said.extend(at_once(call))
            record(*events, **more)

        monkeypatch.setattr(pushes.audit, "record", held)
        return said

    return meanwhile


def impatient(call):
    """The call with a second of patience for locks."""

    def run():
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '1s'")
            return call()

    return run


def narrow(application):
    return factories.pushed(Edit("application", {"platforms": ["IOS"]}, str(application.software_id)), of="aurora")


def test_an_application_that_it_does_not_touch_is_revoked_meanwhile(aurora, meanwhile, tom):
    other = factories.application("Other")
    said = meanwhile(impatient(lambda: applications.revoke(other, reason="Stolen", by=actor(tom))))
    narrow(aurora)
    assert [type(each) for each in said] == [RegisteredApplication]
    other.refresh_from_db()
    assert other.revoked_at


def test_the_revocation_of_one_that_it_touches_waits_its_turn(aurora, meanwhile, tom):
    said = meanwhile(impatient(lambda: applications.revoke(aurora, reason="Stolen", by=actor(tom))))
    narrow(aurora)
    assert [type(each) for each in said] == [OperationalError]
    applications.revoke(aurora, reason="Stolen", by=actor(tom))
    aurora.refresh_from_db()
    assert (aurora.platforms, aurora.revoked_at is None) == (["IOS"], False)


def test_clients_register_meanwhile_with_the_application_that_it_narrows(aurora, meanwhile):
    said = meanwhile(lambda: register(aurora))
    narrow(aurora)
    assert [type(each) for each in said] == [Client]


def test_others_stage_and_dismiss_meanwhile(aurora, alice, meanwhile):
    def work():
        draft = changes.stage(
            environment=factories.ENVIRONMENT,
            kind="channel",
            key="aurora-one",
            properties={"display_name": "Two"},
            programmer="aurora",
            by=actor(alice),
        )
        changes.dismiss(draft, by=actor(alice))

    said = meanwhile(impatient(work))
    narrow(aurora)
    assert said == [None]
    assert not ChangeSet.objects.filter(state="draft").exists()
