"""What happened, and to whom it may be told: pushes, state changes, the audit log."""

from functools import reduce
from operator import or_

from django.db.models import CharField, Count, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from dashboard.entities import Kind
from dashboard.models import Change, ChangeSet, Role
from dashboard.permissions import Rights
from oauth.models import AuditEntry
from registration.models import Programmer
from registration.text import fold


def name_of(environment: str, programmer: str) -> str:
    """What a programmer is called, or was when it was removed; its key where it never was here."""
    names = Programmer.objects.filter(environment=environment, id_key=programmer)
    return names.values_list("display_name", flat=True).first() or programmer


def called() -> Coalesce:
    """The same in a query: of rows that have an environment and a programmer's key."""
    named = Programmer.objects.filter(environment=OuterRef("environment"), id_key=OuterRef("programmer"))
    return Coalesce(Subquery(named.values("display_name")), F("programmer"), output_field=CharField())


def pushes(rights: Rights, environment: str) -> "QuerySet[ChangeSet]":
    """The versions of the programmers that one may see here, newest first."""
    found = ChangeSet.objects.pushed().filter(rights.seen(environment, "programmer"))
    return told(found).order_by("-pushed_at", "-pk")


def told(found: "QuerySet[ChangeSet]") -> "QuerySet[ChangeSet]":
    """With what a line of the log says of each: `size`, `whose` it is, what it undoes, and `undone`, what undoes it."""
    changes = Change.objects.filter(change_set=OuterRef("pk")).order_by().values("change_set")
    size = Coalesce(Subquery(changes.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)
    undoing = ChangeSet.objects.pushed().order_by("version")
    undone = Prefetch("undone_by", queryset=undoing, to_attr="undone")
    return found.annotate(size=size, whose=called()).select_related("undoes").prefetch_related(undone)


def mentions(term: str) -> Q:
    """Change sets whose description, pusher, programmer, or one of whose things holds the term."""
    said = Q(description__holds=term) | Q(pushed_by_name__holds=term) | Q(programmer__contains=fold(term))
    return said | Q(pk__in=Change.objects.filter(label__holds=term).values("change_set"))


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


# The events that change a state and are never part of a version.
STATES = ("application", "statement", "client", "key")


def state_entries(rights: Rights, environment: str) -> "QuerySet[AuditEntry]":
    """What happened outside of versions to the applications, statements, clients and keys that one may see here."""
    changed = reduce(or_, (Q(event__startswith=f"{word}:") for word in STATES))
    return audit_entries(rights).filter(changed, environment=environment).annotate(whose=called())


def of_entity(rights: Rights, environment: str, kind: str, key: str) -> "tuple[QuerySet[Change], QuerySet[AuditEntry]]":
    """The pushed changes and the other events of one thing, as far as one may see its programmer.

    An application's statements and clients belong to it.
    """
    changes = Change.objects.filter(
        kind=kind, key=key, change_set__state=ChangeSet.State.PUSHED, change_set__environment=environment
    ).select_related("change_set")
    visible = rights.programmers(environment)
    if visible is not None:
        changes = changes.filter(programmer__in=visible)
    about = Q(kind=kind, key=key)
    if kind == Kind.APPLICATION:
        about |= Q(kind__in=["statement", "client"], data__application=key)
    return changes, audit_entries(rights).filter(about, environment=environment)


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
    said = Q(label__holds=term) | Q(actor_name__holds=term) | Q(reason__holds=term)
    return said | Q(programmer__contains=fold(term)) | Q(key=term)
