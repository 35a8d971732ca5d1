from typing import Self

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from oauth.environments import Environment
from registration.models import RegisteredApplication


class Role(models.TextChoices):
    """What a membership lets one do; each role may all that those before it may."""

    VIEWER = "viewer", "Viewer"
    EDITOR = "editor", "Editor"
    TAM = "tam", "TAM"
    ADMIN = "admin", "Admin"


class Membership(models.Model):
    """A person's role with a programmer (empty: every programmer) in an environment (empty: all)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    programmer = models.CharField(max_length=64, blank=True, help_text="Case-folded public id; empty: every programmer")
    role = models.CharField(max_length=16, choices=Role.choices)
    environment = models.CharField(max_length=32, choices=Environment.choices, blank=True, help_text="Empty: all")
    granted_by_name = models.CharField(max_length=255, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "programmer", "role", "environment"], name="membership_once"),
            models.CheckConstraint(
                condition=~Q(programmer="") | Q(role__in=["tam", "admin"]), name="every_programmer_is_for_tams"
            ),
            models.CheckConstraint(condition=~Q(role="admin") | Q(programmer=""), name="admins_have_every_programmer"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.programmer or 'every programmer'}"


class Invitation(models.Model):
    """A link that makes somebody a member, for seven days, once. Only its hash is kept."""

    email = models.EmailField()
    token_hash = models.CharField(max_length=64, unique=True)
    memberships = models.JSONField(help_text="[{programmer, role, environment}]")
    invited_by_key = models.CharField(max_length=200, help_text="Asked again when it is accepted: may they still?")
    invited_by_name = models.CharField(max_length=255)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.email


class RevocationRequestQuerySet(models.QuerySet["RevocationRequest"]):
    def waiting(self) -> Self:
        """Those that nobody decided, about what is still there: a removed application has nothing left to revoke."""
        return self.filter(outcome=None, application__removed_in=None)


class RevocationRequest(models.Model):
    """An editor asks a TAM to revoke an application. At most one is open for each."""

    class Outcome(models.TextChoices):
        REVOKED = "revoked", "Revoked"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    environment = models.CharField(max_length=32, choices=Environment.choices)
    application = models.ForeignKey(RegisteredApplication, on_delete=models.CASCADE, related_name="revocation_requests")
    reason = models.TextField()
    requested_by_key = models.CharField(max_length=200)
    requested_by_name = models.CharField(max_length=255)
    at = models.DateTimeField(db_default=Now())
    outcome = models.CharField(max_length=16, choices=Outcome.choices, null=True)  # noqa: DJ001  (null: open)
    outcome_reason = models.TextField(blank=True)
    decided_by_name = models.CharField(max_length=255, blank=True)
    decided_at = models.DateTimeField(null=True)

    objects = RevocationRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application"], condition=Q(outcome=None), name="one_open_request")
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.outcome or 'open'}"


class Head(models.Model):
    """The latest version of one programmer's configuration in one environment: its number, and its lock."""

    environment = models.CharField(max_length=32, choices=Environment.choices)
    programmer = models.CharField(max_length=64, help_text="Case-folded public id")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["environment", "programmer"], name="one_head")]

    def __str__(self) -> str:
        return f"{self.programmer} {self.version}"


class ChangeSetQuerySet(models.QuerySet["ChangeSet"]):
    def drafts(self) -> Self:
        """Those that are open: what their authors collect."""
        return self.filter(state=ChangeSet.State.DRAFT)

    def pushed(self) -> Self:
        """Those that are versions."""
        return self.filter(state=ChangeSet.State.PUSHED)


class ChangeSet(models.Model):
    """Changes that one author collects for one programmer in one environment; once pushed, a version of it."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUSHED = "pushed", "Pushed"

    uuid = models.UUIDField(unique=True)
    environment = models.CharField(max_length=32, choices=Environment.choices)
    programmer = models.CharField(max_length=64, help_text="Case-folded public id")
    author_key = models.CharField(max_length=200)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=255)
    on_behalf_of = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.DRAFT)
    description = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="Of what was pushed or, in a draft, submitted")
    submitted_at = models.DateTimeField(null=True, help_text="When its author asked for approval of this digest")
    version = models.PositiveIntegerField(null=True)
    pushed_by_name = models.CharField(max_length=255, blank=True)
    pushed_at = models.DateTimeField(null=True)
    undoes = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="undone_by")

    objects = ChangeSetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["environment", "programmer", "author_key"], condition=Q(state="draft"), name="one_draft"
            ),
            models.UniqueConstraint(fields=["environment", "programmer", "version"], name="version_once"),
            models.CheckConstraint(
                condition=Q(state="draft", version=None) | Q(state="pushed", version__isnull=False),
                name="pushed_has_a_version",
            ),
        ]
        indexes = [models.Index(F("environment"), F("pushed_at").desc(), name="change_set_by_date")]

    def __str__(self) -> str:
        return f"{self.programmer} {self.version or 'draft'}"


Place = tuple[str, str]  # of an entity: its kind and its key


class Change(models.Model):
    """What a change set does to one entity. `None` is "does not exist", `{}` "exists without editable properties"."""

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=32)
    key = models.CharField(max_length=400)
    programmer = models.CharField(max_length=64)
    label = models.CharField(max_length=400)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change_set", "kind", "key"], name="one_change_an_entity"),
            models.CheckConstraint(
                condition=Q(before__isnull=False) | Q(after__isnull=False), name="a_change_changes_something"
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "key"], name="change_by_entity"),
            models.Index(fields=["programmer"], name="change_by_programmer"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.label}"

    @property
    def place(self) -> Place:
        """Of which entity it is a change: there is one of each in a change set."""
        return self.kind, self.key

    @property
    def called(self) -> str:
        """What people call the thing before this change, where it is there; `label` is what they will."""
        was = self.before if isinstance(self.before, dict) else {}
        return str(was.get("display_name") or (was.get("label") or self.key if "label" in was else self.label))


class Approval(models.Model):
    """Somebody else's yes to a draft as it was: it holds for the digest of its changes and of the head's version."""

    change_set = models.ForeignKey(ChangeSet, on_delete=models.CASCADE, related_name="approvals")
    digest = models.CharField(max_length=64)
    by_key = models.CharField(max_length=200)
    by_name = models.CharField(max_length=255)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change_set", "by_key", "digest"], name="one_approval_of_a_digest")
        ]

    def __str__(self) -> str:
        return f"{self.change_set} approved by {self.by_name}"


class EnvironmentSettings(models.Model):
    """What an admin decides for one environment. An environment without a row has the defaults."""

    environment = models.CharField(max_length=32, choices=Environment.choices, primary_key=True)
    four_eyes = models.BooleanField(default=False, help_text="A push needs the approval of somebody else")

    def __str__(self) -> str:
        return str(self.environment)


class Profile(models.Model):
    """How one person likes to see the dashboard."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True)
    time_zone = models.CharField(max_length=64, default="UTC")

    def __str__(self) -> str:
        return str(self.user)


class Session(AbstractBaseSession):
    """A visitor's session, with the person where somebody is signed in."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, db_constraint=False, related_name="+"
    )

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        from dashboard.sessions import SessionStore  # noqa: PLC0415  (which stands on this model)

        return SessionStore
