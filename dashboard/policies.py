"""The settings of one environment, and the only way to change them."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from dashboard import permissions
from dashboard.models import EnvironmentSettings, Role
from oauth import audit
from oauth.audit import Actor, Event


def of(environment: str) -> EnvironmentSettings:
    """As they are; the defaults where nobody changed them."""
    return EnvironmentSettings.objects.filter(environment=environment).first() or EnvironmentSettings(
        environment=environment
    )


@transaction.atomic
def change(environment: str, *, four_eyes: bool, by: Actor) -> None:
    """Raises PermissionDenied to whoever is no admin there. What is as it was is not recorded."""
    if not permissions.of_actor(by).everywhere(Role.ADMIN, environment):
        raise PermissionDenied("An admin changes the settings of an environment.")
    EnvironmentSettings.objects.get_or_create(environment=environment)
    row = EnvironmentSettings.objects.select_for_update(no_key=True).get(environment=environment)
    if row.four_eyes == four_eyes:
        return
    row.four_eyes = four_eyes
    row.save(update_fields=["four_eyes"])
    event = Event(
        "settings:change", kind="environment", key=environment, label=environment, data={"four_eyes": four_eyes}
    )
    audit.record(event, environment=environment, by=by)
