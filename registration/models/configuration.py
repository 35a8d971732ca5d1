from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from oauth.environments import Environment
from registration import certificates
from registration.text import fold

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

    @property
    def owner(self) -> Programmer | Channel:
        """Whose it is, or would be if its channel had not been removed: where its pages lead."""
        return self.programmer if self.channel is None or self.is_orphaned else self.channel

    @property
    def is_orphaned(self) -> bool:
        """Whether its channel was removed. It is retired then, for as long as that is gone."""
        return self.channel is not None and self.channel.removed_in is not None


class Certificate(Entity):
    """An X.509 certificate of a programmer or of one channel, to whose key user metadata may be encrypted."""

    programmer = models.ForeignKey(Programmer, on_delete=models.PROTECT, related_name="certificates")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="certificates", null=True)
    sha256 = models.CharField(max_length=64, help_text="Of the DER form")
    pem = models.TextField(help_text="All else was read from this")
    name = models.CharField(max_length=255, help_text="The subject's common name, or what comes nearest")
    serial = models.CharField(max_length=64, help_text="Hexadecimal")
    subject = models.TextField()
    subject_organization = models.CharField(max_length=255, blank=True)
    issuer = models.TextField()
    issuer_organization = models.CharField(max_length=255, blank=True)
    key_type = models.CharField(max_length=64)
    key_size = models.PositiveIntegerField(null=True)
    signature = models.CharField(max_length=64, help_text="How the issuer signed it")
    is_authority = models.BooleanField(default=False)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    used_for_user_metadata = models.BooleanField(default=False)

    objects = LiveQuerySet["Certificate"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "sha256"], name="certificate_once_in_channel"),
            models.UniqueConstraint(
                fields=["programmer", "sha256"], condition=Q(channel=None), name="certificate_once_in_programmer"
            ),
        ]
        indexes = [models.Index(fields=["environment", "not_after"], name="certificate_by_expiry")]

    def __str__(self) -> str:
        return self.name

    @property
    def weaknesses(self) -> list[str]:
        """Why nobody should rely on it, in words."""
        return certificates.weaknesses(key_type=self.key_type, key_size=self.key_size, signature=self.signature)


class AnalyticsConfiguration(Entity):
    """Where the events of one channel are reported to. Its number is its own for good."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="analytics")
    number = models.PositiveIntegerField()
    event_forwarding = models.BooleanField(default=False)
    tracking_server = models.CharField(max_length=253, blank=True)
    report_suite_id = models.CharField(max_length=255, blank=True)
    tracking_server_schema = models.CharField(max_length=8, blank=True)
    report_suite_mapping_template = models.CharField(max_length=2000, blank=True)
    report_suite_confirmation_marker = models.CharField(max_length=255, blank=True)

    objects = LiveQuerySet["AnalyticsConfiguration"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "number"], name="analytics_number_once")]

    def __str__(self) -> str:
        return f"{self.number} of {self.channel.public_id}"
