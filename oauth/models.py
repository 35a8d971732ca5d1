from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from oauth.environments import Environment


class Issuer(models.Model):
    """An issuer URL that an environment has, or once had. Statements verify under any of them."""

    environment = models.CharField(max_length=32, choices=Environment.choices)
    url = models.CharField(max_length=500, unique=True)
    current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["environment"], condition=Q(current=True), name="one_current_issuer")
        ]

    def __str__(self) -> str:
        return self.url


class SigningKey(models.Model):
    """A key of one environment and one purpose. The private part is encrypted at rest; an imported key may lack it."""

    class Purpose(models.TextChoices):
        STATEMENT = "statement", "Statements"
        TOKEN = "token", "Access tokens"
        FEED = "feed", "Revocation feed"

    class Origin(models.TextChoices):
        MADE = "made", "Made here"
        IMPORTED = "imported", "Imported"

    class Status(models.TextChoices):
        NEXT = "next", "Next"
        CURRENT = "current", "Current"
        RETIRED = "retired", "Retired"

    environment = models.CharField(max_length=32, choices=Environment.choices)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    kid = models.CharField(max_length=200, unique=True)
    alg = models.CharField(max_length=16)
    thumbprint = models.CharField(max_length=64, unique=True, help_text="RFC 7638, SHA-256")
    public_jwk = models.JSONField()
    private_encrypted = models.TextField(null=True)  # noqa: DJ001  (null: a public key was imported)
    origin = models.CharField(max_length=16, choices=Origin.choices, default=Origin.MADE)
    status = models.CharField(max_length=16, choices=Status.choices)
    published_at = models.DateTimeField(db_default=Now())
    activated_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "purpose"], condition=Q(status="current"), name="one_current_key"
            ),
            models.UniqueConstraint(fields=["environment", "purpose"], condition=Q(status="next"), name="one_next_key"),
        ]

    def __str__(self) -> str:
        return self.kid


class KeyIssuer(models.Model):
    """An `iss` value that a key may have signed."""

    key = models.ForeignKey(SigningKey, on_delete=models.CASCADE, related_name="issuers")
    iss = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "iss"], name="key_issuer_once")]

    def __str__(self) -> str:
        return f"{self.key_id} {self.iss}"


class RevokedToken(models.Model):
    """An access token that was revoked before its time. Kept until the token would have expired."""

    jti = models.CharField(max_length=64, primary_key=True)
    environment = models.CharField(max_length=32, choices=Environment.choices)
    client_id = models.CharField(max_length=255)
    revoked_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.jti


class Tail(models.Model):
    """The last numbers of an environment's audit trail and feed: one row, locked by each writer, always last."""

    environment = models.CharField(max_length=32, primary_key=True)
    audit_n = models.BigIntegerField(default=0)
    audit_hash = models.CharField(max_length=64, default="", db_default="", blank=True)
    feed_n = models.BigIntegerField(default=0, db_default=0)

    def __str__(self) -> str:
        return f"{self.environment or 'everywhere'} {self.audit_n}"


class RevocationEvent(models.Model):
    """What the feed tells: that something entered a state. Kept as long as a token lives that it concerns."""

    class Kind(models.TextChoices):
        APPLICATION = "application"
        STATEMENT = "statement"
        CLIENT = "client"
        TOKEN = "token"  # noqa: S105  (a word)

    class State(models.TextChoices):
        ACTIVE = "active"
        SUSPENDED = "suspended"
        REVOKED = "revoked"
        DELETED = "deleted"

    environment = models.CharField(max_length=32, choices=Environment.choices)
    n = models.BigIntegerField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    object_id = models.CharField(max_length=255, help_text="As tokens name it: software_id, statement, client_id, jti")
    state = models.CharField(max_length=16, choices=State.choices)
    at = models.DateTimeField()
    until = models.DateTimeField(help_text="After this no token lives that it concerns")
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["environment", "n"], name="feed_number_once")]
        indexes = [models.Index(fields=["environment", "expires_at"], name="feed_by_expiry")]

    def __str__(self) -> str:
        return f"{self.environment} {self.n} {self.kind} {self.state}"


class AuditEntry(models.Model):
    """What was changed, by whom, through which door, and why. Names are copies, so that history outlives things."""

    environment = models.CharField(max_length=32, blank=True, help_text="Empty: not of one environment")
    n = models.BigIntegerField()
    at = models.DateTimeField()
    actor_key = models.CharField(max_length=200)
    actor_name = models.CharField(max_length=255)
    on_behalf_of = models.CharField(max_length=255, blank=True)
    door = models.CharField(max_length=16)
    request_id = models.CharField(max_length=64, blank=True)
    event = models.CharField(max_length=64)
    programmer = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=32, blank=True)
    key = models.CharField(max_length=400, blank=True)
    label = models.CharField(max_length=400, blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True, help_text="Of entry n - 1; empty for the first")
    hash = models.CharField(max_length=64, help_text="SHA-256 of all of the above (oauth/chain.py)")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["environment", "n"], name="audit_number_once")]
        indexes = [
            models.Index(fields=["environment", "programmer", "at"], name="audit_by_programmer"),
            models.Index(fields=["kind", "key"], name="audit_by_entity"),
        ]

    def __str__(self) -> str:
        return f"{self.environment} {self.n} {self.event}"
