"""What a person decides for themselves: the name that others read, and the time zone in which the dashboard speaks."""

from datetime import UTC, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction

from dashboard import people
from dashboard.models import Profile
from oauth import audit
from oauth.audit import Actor, Event
from oauth.problems import Invalid

_AREAS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@cache
def zones() -> tuple[str, ...]:
    """UTC, then every place of the time zone database in the order of the alphabet."""
    return ("UTC", *sorted(name for name in available_timezones() if name.partition("/")[0] in _AREAS))


def zone_name(user: AbstractBaseUser | AnonymousUser) -> str:
    try:
        return user.profile.time_zone if isinstance(user, User) else "UTC"
    except Profile.DoesNotExist:
        return "UTC"


def zone_of(user: AbstractBaseUser | AnonymousUser) -> tzinfo:
    """In which the person reads instants: UTC where they chose none, or one that this machine does not know."""
    name = zone_name(user)
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


@transaction.atomic
def change(user: User, *, name: str, time_zone: str, by: Actor) -> bool:
    """Whether anything is different now. Raises Invalid for a name or a time zone that is none."""
    name = people.clean_name(name)
    if time_zone not in zones():
        raise Invalid({"time_zone": ["Choose a time zone of the list."]})
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    profile, _new = Profile.objects.get_or_create(user=user)
    before = {"name": user.get_full_name(), "time_zone": profile.time_zone}
    after = {"name": name, "time_zone": time_zone}
    if before == after:
        return False
    user.first_name, user.last_name, profile.time_zone = name, "", time_zone
    user.save(update_fields=["first_name", "last_name"])
    profile.save(update_fields=["time_zone"])
    changed = {key: [before[key], after[key]] for key in after if before[key] != after[key]}
    event = Event("person:change", kind="person", key=str(user.pk), label=user.email, data=changed)
    audit.record(event, environment="", by=by)
    return True
