import uuid
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from oauth2_provider.models import AbstractApplication

from oauth.environments import Environment
from oauth.models import SigningKey
from oauth.standing import Cause, Standing
from registration import standing
from registration.platforms import Platform
from registration.text import fold

REVIVAL_WINDOW = timedelta(days=30)


Row = TypeVar("Row", bound=models.Model)


class LiveQuerySet(models.QuerySet[Row]):
    def live(self) -> Self:
        """What exists now. Rows are never deleted: `removed_in` is the version that took one away."""
        return self.filter(removed_in=None)


class Entity(models.Model):
    """A row of the live configuration. It is written by a push and by nothing else."""

    environment = models.CharField(max_length=32, choices=Environment.choices)
    removed_in = models.PositiveIntegerField(null=True, help_text="The version that removed it")
    created_at = models.DateTimeField(db_default=Now())
    created_by_name = models.CharField(max_length=255, blank=True)

    class Meta:
        abstract = True


class Programmer(Entity):
    """A media company. The same public id in another environment is the same company."""

    public_id = models.CharField(max_length=64)
    id_key = models.CharField(max_length=64, help_text="The public id, case-folded")
    display_name = models.CharField(max_length=255)
    name_key = models.CharField(max_length=400)

    objects = LiveQuerySet["Programmer"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["environment", "id_key"], name="programmer_id_once")]
        indexes = [models.Index(fields=["environment", "name_key"], name="programmer_by_name")]

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.id_key, self.name_key = fold(self.public_id), fold(self.display_name)
        super().save(*args, **kwargs)


class Channel(Entity):
    """A brand, which the wire calls service provider or requestor. It belongs to one programmer, for good."""

    programmer = models.ForeignKey(Programmer, on_delete=models.PROTECT, related_name="channels")
    public_id = models.CharField(max_length=64)
    id_key = models.CharField(max_length=64)
    display_name = models.CharField(max_length=255)
    name_key = models.CharField(max_length=400)
    default_redirect_url = models.CharField(max_length=2000, blank=True)
    error_reporting = models.BooleanField(default=False)

    objects = LiveQuerySet["Channel"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["environment", "id_key"], name="channel_id_once")]
        indexes = [models.Index(fields=["environment", "name_key"], name="channel_by_name")]

    def __str__(self) -> str:
        return self.display_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.id_key, self.name_key = fold(self.public_id), fold(self.display_name)
        super().save(*args, **kwargs)


class Domain(Entity):
    """A host name of a channel, as IDNA A-labels."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="domains")
    host = models.CharField(max_length=253)

    objects = LiveQuerySet["Domain"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "host"], name="domain_once")]
        indexes = [models.Index(fields=["environment", "host"], name="domain_by_host")]

    def __str__(self) -> str:
        return self.host


class CustomScheme(Entity):
    """A URL scheme for redirects, of a programmer or of one channel. It can be retired, never removed."""

    programmer = models.ForeignKey(Programmer, on_delete=models.PROTECT, related_name="schemes")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="schemes", null=True)
    scheme = models.CharField(max_length=255)
    scheme_key = models.CharField(max_length=255)
    label = models.CharField(max_length=255, blank=True)
    retired = models.BooleanField(default=False)
    imported = models.BooleanField(default=False)

    objects = LiveQuerySet["CustomScheme"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["environment", "scheme_key"], name="scheme_once")]

    def __str__(self) -> str:
        return self.scheme

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.scheme_key = fold(self.scheme)
        super().save(*args, **kwargs)


class State(models.TextChoices):
    ACTIVE = "active", "Active"
    CLOSED = "closed", "Closed to new"
    SUSPENDED = "suspended", "Suspended"
    REVOKED = "revoked", "Revoked"


class ApplicationQuerySet(LiveQuerySet["RegisteredApplication"]):
    def in_state(self, state: str) -> Self:
        """Those whose state is `state` now, by the database's clock: the highest instant that has passed."""
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
        return self.filter(conditions[State(state)])

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

    def state_at(self, now: datetime) -> State:
        """The highest of the three instants, in the order revoked, suspended, closed, that has passed at `now`."""
        for state, instant in (
            (State.REVOKED, self.revoked_at),
            (State.SUSPENDED, self.suspended_at),
            (State.CLOSED, self.closed_at),
        ):
            if instant is not None and instant <= now:
                return state
        return State.ACTIVE


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


class SoftwareStatement(models.Model):
    """A signed statement about an application (RFC 7591 section 2.3). Its id is its `jti` where we signed it."""

    class Origin(models.TextChoices):
        PUSH = "push", "Issued by a push"
        ISSUED = "issued", "Issued"
        BROUGHT_OVER = "brought_over", "Brought over"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    environment = models.CharField(max_length=32, choices=Environment.choices)
    application = models.ForeignKey(RegisteredApplication, on_delete=models.CASCADE, related_name="statements")
    jti = models.CharField(max_length=255, null=True, unique=True)  # noqa: DJ001  (null: brought over without one)
    digest = models.CharField(max_length=64, help_text="SHA-256 of header.payload")
    text = models.TextField()
    origin = models.CharField(max_length=16, choices=Origin.choices)
    signing_key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    issued_by_name = models.CharField(max_length=255, blank=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by_name = models.CharField(max_length=255, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["environment", "digest"], name="statement_once")]
        indexes = [models.Index(fields=["application", "issued_at"], name="statement_by_application")]

    def __str__(self) -> str:
        return str(self.id)


class ClientManager(models.Manager["Client"]):
    def standing(self, *, client_id: str, environment: str, jti: str = "", kid: str = "") -> Standing:
        """The seam that `oauth` asks through: one client's standing, by one indexed query on the primary."""
        return standing.of_client(client_id=client_id, environment=environment, jti=jti, kid=kid)

    def get_by_natural_key(self, client_id: str) -> "Client":
        return self.get(client_id=client_id)


class Client(AbstractApplication):
    """What a device gets by registering, and keeps for years. It is django-oauth-toolkit's application model."""

    class Dialect(models.TextChoices):
        TVE = "tve"
        STANDARD = "standard"
        IMPORTED = "imported"

    # 256 random bits need one keyed hash, not a slow one: `pepper id:mac`, never hashed again (oauth.secrets).
    client_secret = models.CharField(max_length=255, blank=True)
    user = models.ForeignKey("auth.User", on_delete=models.CASCADE, null=True, blank=True, db_index=False)
    environment = models.CharField(max_length=32, choices=Environment.choices)
    application = models.ForeignKey(
        RegisteredApplication, on_delete=models.PROTECT, related_name="clients", db_index=False
    )
    statement = models.ForeignKey(
        SoftwareStatement, on_delete=models.PROTECT, related_name="clients", null=True, db_index=False
    )
    platform = models.CharField(max_length=16, choices=Platform.choices, default=Platform.UNIDENTIFIED)
    redirect_matches = models.JSONField(default=list, help_text="Which domain or scheme allowed each redirect URI")
    dialect = models.CharField(max_length=16, choices=Dialect.choices, default=Dialect.TVE)
    issued_at = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True)
    revoked_by_name = models.CharField(max_length=255, blank=True)
    revoked_reason = models.TextField(blank=True)
    deleted_at = models.DateTimeField(null=True)

    objects = ClientManager()

    class Meta:
        indexes = [models.Index(fields=["application", "created"], name="client_by_application")]

    def is_usable(self, request: Any) -> bool:  # noqa: ARG002  (their signature)
        """What django-oauth-toolkit asks of a client that it found: our one decision, and no other."""
        found = standing.of_client(client_id=self.client_id, environment=self.environment)
        return found.cause is Cause.GOOD
