"""What is put in again is what the verbs made, and only where a test begins as the first one did."""

from django.db import transaction

from oauth.models import AuditEntry
from registration.models import SoftwareStatement
from tests import factories
from tests.once import contents


def after(make, *arguments):
    """The answer and what there is then; all of it is undone."""
    with transaction.atomic():
        answer, found = make(*arguments), contents()
        transaction.set_rollback(True)
    return answer, found


def sizes(found):
    return {table: len(rows) for (table, *_), rows in found.items()}


def test_a_world_is_the_same_each_time_and_has_every_row_that_the_verbs_write(signing_keys):
    world, found = after(factories.world)
    assert after(factories.world) == (world, found)
    made_now, made = after(factories._world, "aurora", factories.ENVIRONMENT)
    assert made_now.software_id != world.software_id
    assert sizes(made) == sizes(found)
    assert sizes(found)["registration_softwarestatement"] == 1


def test_after_another_history_it_is_made_anew(signing_keys):
    world, _ = after(factories.world)
    factories.programmer("borealis")
    other = factories.world()
    assert other.software_id != world.software_id
    assert SoftwareStatement.objects.get().application == other
    numbers = AuditEntry.objects.filter(environment=factories.ENVIRONMENT).order_by("n").values_list("n", flat=True)
    assert list(numbers) == list(range(1, len(numbers) + 1))
