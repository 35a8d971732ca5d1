import uuid
from typing import Any

from django.db import models
from django.db.models.functions import Now
from oauth2_provider.models import AbstractApplication

from oauth.environments import Environment
from oauth.models import SigningKey
from oauth.standing import Cause, Standing
from registration import standing
from registration.models.applications import RegisteredApplication
from registration.platforms import Platform


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
    metadata = models.JSONField(default=dict, help_text="RFC 7591 section 2: what else it registered")
    registration_token_hash = models.CharField(max_length=64, blank=True)
    # The secret before this one, good until then: a client is given a new one without an outage.
    previous_secret = models.CharField(max_length=255, blank=True, default="", db_default="")
    previous_secret_until = models.DateTimeField(null=True)
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
