"""What happened, and to whom it may be told: pushes, state changes, the audit log."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from dashboard.models import Change, ChangeSet, Role
from dashboard.permissions import Rights
from oauth.models import AuditEntry
from registration.models import RegisteredApplication
from registration.text import fold


def pushes(rights: Rights, environment: str) -> "QuerySet[ChangeSet]":
    """The versions of the programmers that one may see here, newest first."""
    visible = rights.programmers(environment)
    found = ChangeSet.objects.filter(environment=environment, state=ChangeSet.State.PUSHED)
    if visible is not None:
        found = found.filter(programmer__in=visible)
    return found.annotate(size=Count("changes")).order_by("-pushed_at", "-pk")


def mentions(term: str) -> Q:
    """Change sets whose description, pusher, programmer, or one of whose things holds the term."""
    said = Q(description__icontains=term) | Q(pushed_by_name__icontains=term) | Q(programmer__contains=fold(term))
    return said | Q(pk__in=Change.objects.filter(label__icontains=term).values("change_set"))


def audit_entries(rights: Rights) -> "QuerySet[AuditEntry]":
    """The trail of the programmers that one may see. People, and what is of no environment, are for TAMs and admins."""
    seen = Q(pk__in=[])
    for grant in rights.grants:
        where = Q(environment=grant.environment) if grant.environment else ~Q(environment="")
        if grant.role not in {Role.TAM, Role.ADMIN}:
            where &= ~Q(kind__in=["person", "invitation"])
        elif not grant.environment:
            where |= Q(environment="")
        seen |= where & Q(programmer=grant.programmer) if grant.programmer else where
    return AuditEntry.objects.filter(seen).order_by("-at", "-pk")


# What the audit log can be narrowed to: the first word of an event.
EVENTS = {
    "configuration": _("Configuration"),
    "draft": _("Drafts"),
    "settings": _("Settings"),
    "application": _("Applications"),
    "statement": _("Statements"),
    "client": _("Clients"),
    "revocation_request": _("Revocation requests"),
    "membership": _("Memberships"),
    "invitation": _("Invitations"),
    "person": _("People"),
    "key": _("Signing keys"),
}


def entry_mentions(term: str) -> Q:
    """Audit entries whose thing, actor, reason or programmer holds the term."""
    said = Q(label__icontains=term) | Q(actor_name__icontains=term) | Q(reason__icontains=term)
    return said | Q(programmer__contains=fold(term)) | Q(key=term)


@dataclass(frozen=True)
class Happening:
    """One line of a thing's history: a push, or a change of state."""

    at: datetime
    who: str
    what: str
    why: str = ""
    change_set: ChangeSet | None = None
    change: Change | None = None
    data: dict[str, Any] = field(default_factory=dict)


def of_application(application: RegisteredApplication, *, most: int = 100) -> list[Happening]:
    """Its pushes and state changes, and its statements' and clients', merged by time, newest first."""
    key = str(application.software_id)
    changes = (
        Change.objects.filter(kind="application", key=key, change_set__state=ChangeSet.State.PUSHED)
        .filter(change_set__environment=application.environment)
        .select_related("change_set")
        .order_by("-change_set__pushed_at")[:most]
    )
    entries = AuditEntry.objects.filter(
        Q(kind="application", key=key) | Q(kind__in=["statement", "client"], data__application=key),
        environment=application.environment,
    ).order_by("-n")[:most]
    happenings = [_pushed(change) for change in changes] + [_recorded(entry) for entry in entries]
    return sorted(happenings, key=lambda one: one.at, reverse=True)[:most]


def _pushed(change: Change) -> Happening:
    pushed = change.change_set
    assert pushed.pushed_at is not None  # noqa: S101  (the query asked for pushed ones)
    what = "push:create" if change.before is None else "push:remove" if change.after is None else "push:change"
    return Happening(pushed.pushed_at, pushed.pushed_by_name, what, pushed.description, pushed, change)


def _recorded(entry: AuditEntry) -> Happening:
    return Happening(entry.at, entry.actor_name, entry.event, entry.reason, data=entry.data)
