import uuid
from datetime import timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from registration.models.configuration import Channel, Entity, LiveQuerySet, Programmer
from registration.text import fold

REVIVAL_WINDOW = timedelta(days=30)


class State(models.TextChoices):
    ACTIVE = "active", "Active"
    CLOSED = "closed", "Closed to new"
    SUSPENDED = "suspended", "Suspended"
    REVOKED = "revoked", "Revoked"

    @property
    def in_words(self) -> str:
        """The state inside a sentence."""
        return "closed to new registrations" if self is State.CLOSED else self.label.lower()


def state_is(state: str) -> Q:
    """Of those whose state is `state` now, by the database's clock: the highest instant that has passed."""
    revoked, suspended, closed = Q(revoked_at__lte=Now()), Q(suspended_at__lte=Now()), Q(closed_at__lte=Now())
    missed = {
        "revoked": Q(revoked_at=None) | Q(revoked_at__gt=Now()),
        "suspended": Q(suspended_at=None) | Q(suspended_at__gt=Now()),
        "closed": Q(closed_at=None) | Q(closed_at__gt=Now()),
    }
    conditions = {
        State.REVOKED: revoked,
        State.SUSPENDED: suspended & missed["revoked"],
        State.CLOSED: closed & missed["suspended"] & missed["revoked"],
        State.ACTIVE: missed["closed"] & missed["suspended"] & missed["revoked"],
    }
    return conditions[State(state)]


class ApplicationQuerySet(LiveQuerySet["RegisteredApplication"]):
    def in_state(self, state: str) -> Self:
        return self.filter(state_is(state))

    def with_state(self) -> Self:
        """Annotate `state_now`, so that a page shows what the database's clock says."""
        return self.annotate(
            state_now=models.Case(
                models.When(revoked_at__lte=Now(), then=models.Value(State.REVOKED.value)),
                models.When(suspended_at__lte=Now(), then=models.Value(State.SUSPENDED.value)),
                models.When(closed_at__lte=Now(), then=models.Value(State.CLOSED.value)),
                default=models.Value(State.ACTIVE.value),
                output_field=models.CharField(),
            )
        )

    def covering(self, channel: Channel) -> Self:
        """Those that cover `channel`: its programmer's all-channels applications, and those that name it."""
        named = ApplicationMember.objects.filter(kind=ApplicationMember.Kind.CHANNEL, value=channel.id_key)
        return self.filter(
            Q(programmer_id=channel.programmer_id) & (Q(all_channels=True) | Q(pk__in=named.values("application")))
        )


class RegisteredApplication(Entity):
    """A registered application: what a software statement asserts, and where its authority is kept."""

    class Level(models.TextChoices):
        PROGRAMMER = "programmer", "Programmer"
        CHANNEL = "channel", "Channel"

    class Type(models.TextChoices):
        DIRECT = "DIRECT", "DIRECT"

    software_id = models.UUIDField(default=uuid.uuid4, unique=True)
    programmer = models.ForeignKey(Programmer, on_delete=models.PROTECT, related_name="applications")
    programmer_public_id = models.CharField(max_length=64, help_text="A copy: the token path joins no programmer")
    name = models.CharField(max_length=255)
    name_key = models.CharField(max_length=400)
    version = models.CharField(max_length=50)
    level = models.CharField(max_length=16, choices=Level.choices)
    type = models.CharField(max_length=16, choices=Type.choices, default=Type.DIRECT)
    all_channels = models.BooleanField(default=False)
    channels = models.JSONField(default=list, help_text="Public ids, case-folded, sorted")
    platforms = models.JSONField(default=list)
    domains = models.JSONField(default=list)
    scopes = models.JSONField(default=list)
    granted = models.JSONField(default=dict, help_text="What the first push gave: narrowing can regain it, never more")
    replaces = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="replaced_by")
    copied_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="copies")
    on_behalf_of = models.CharField(max_length=255, blank=True)

    closed_at = models.DateTimeField(null=True)
    closed_by_tam = models.BooleanField(default=False)
    closed_by_name = models.CharField(max_length=255, blank=True)
    closed_reason = models.TextField(blank=True)
    suspended_at = models.DateTimeField(null=True)
    suspended_by_name = models.CharField(max_length=255, blank=True)
    suspended_reason = models.TextField(blank=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by_name = models.CharField(max_length=255, blank=True)
    revoked_reason = models.TextField(blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["programmer", "name_key", "version"],
                condition=Q(removed_in=None),
                name="application_name_and_version_once",
            ),
            models.CheckConstraint(
                condition=Q(level="programmer") | Q(all_channels=False), name="channel_level_is_not_all_channels"
            ),
            models.CheckConstraint(condition=Q(all_channels=False) | Q(channels=[]), name="all_channels_lists_none"),
        ]
        indexes = [
            models.Index(fields=["environment", "name_key", "version"], name="application_by_name"),
            models.Index(fields=["programmer", "name_key"], name="application_by_programmer"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = fold(self.name)
        super().save(*args, **kwargs)

    @property
    def path(self) -> str:
        """How people name it at a command line: `aurora/Aurora Live/6.1.0`."""
        return f"{self.programmer_public_id}/{self.name}/{self.version}"


class ApplicationMember(models.Model):
    """The members of an application's sets, one a row, so that they can be searched. Written by a push only."""

    class Kind(models.TextChoices):
        CHANNEL = "channel"
        DOMAIN = "domain"
        PLATFORM = "platform"
        SCOPE = "scope"

    application = models.ForeignKey(RegisteredApplication, on_delete=models.CASCADE, related_name="members")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    value = models.CharField(max_length=255)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "kind", "value"], name="member_once")]
        indexes = [models.Index(fields=["kind", "value"], name="member_by_value")]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"
