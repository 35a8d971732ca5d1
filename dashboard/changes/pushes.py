"""The push: one programmer's changes become a version of its configuration, all of them or none.

The order of its steps and of its locks is one for every writer: head, names, change set, live rows by kind and pk,
creations by kind and key, statements, the audit trail's tail.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from dashboard import permissions
from dashboard.changes import approvals, conflicts, evidence, permits
from dashboard.changes.conflicts import Conflict
from dashboard.changes.descriptions import describe_all
from dashboard.changes.drafts import Draft, Edit, keep, lock, new_change_set, whose
from dashboard.entities import ORDER, RULES, Kind, Operation, Version, operation
from dashboard.models import Change, ChangeSet, Head, Place
from dashboard.permissions import Rights
from oauth import audit
from oauth.audit import Actor, Event
from oauth.environments import Environment
from oauth.problems import Invalid
from registration import statements, text
from registration.models import (
    AnalyticsConfiguration,
    ApplicationMember,
    Certificate,
    Channel,
    CustomScheme,
    Domain,
    RegisteredApplication,
)

DESCRIPTION_MOST = 2000
NAMES = (Kind.PROGRAMMER, Kind.CHANNEL, Kind.DOMAIN, Kind.SCHEME)
Expiry = datetime | None | Literal["default"]
_NAMES_LOCK = 0x54564544
_log = logging.getLogger(__name__)


def push(
    change_set: ChangeSet, *, description: str, by: Actor, seen: str = "", statement_expires: Expiry = "default"
) -> ChangeSet:
    """Make a draft the next version of its programmer's configuration, in one transaction.

    `seen` is the digest of the changes as a page showed them; another window may have added to them. The pusher's
    rights count, for every change. The applications that it creates get their first statement, which expires at
    `statement_expires` (None: never; by default after 24 hours where privileged, else never). Raises PermissionDenied,
    Invalid, and Conflict where somebody else was first; then nothing is written or lost.
    """
    said = _described(description)
    environment, programmer = change_set.environment, change_set.programmer
    with _all_or_nothing():
        head = _lock_head(environment, programmer)
        names = change_set.changes.filter(before__isnull=True, kind__in=NAMES).exists()
        if names:
            _lock_names(environment)
        locked = lock(change_set)
        draft = Draft.of(locked)
        if not names and _makes_names(draft):
            raise Invalid({"": ["The draft was changed while it was being pushed. Look at it again."]})
        if seen and seen != approvals.seen(draft.rows):
            raise Invalid({"": ["Your draft changed while you were looking at it. Look at it again, and push."]})
        approvals.demand(locked, draft.rows, version=head.version, by=by)
        return _push(draft, locked, head=head, description=said, by=by, expires=statement_expires)


def save_all(
    edits: Iterable[Edit],
    *,
    environment: str,
    programmer: str,
    description: str,
    by: Actor,
    statement_expires: Expiry = "default",
) -> ChangeSet:
    """Stage edits of one programmer and push them at once, as one version; a draft stays as it is.

    For seeds, commands and programs, which collect nothing. Without a description it is given the one that `describe`
    proposes. Raises as `stage` and `push` do.
    """
    edits = list(edits)
    programmer = whose(edits, programmer)
    said = _described(description) if description.strip() else ""
    approvals.demand_none(environment, by=by)
    with _all_or_nothing():
        permits.demand_role(edits, environment=environment, programmer=programmer, by=by)
        head = _lock_head(environment, programmer)
        names = any(edit.key is None and edit.kind in NAMES for edit in edits)
        if names:
            _lock_names(environment)
        draft = _laid(edits, environment, programmer)
        if not names and _makes_names(draft):
            _lock_names(environment)
            draft = _laid(edits, environment, programmer)  # what was read before the lock may be old
        change_set = new_change_set(environment, programmer, by)
        return _push(draft, change_set, head=head, description=said, by=by, expires=statement_expires)


def _laid(edits: list[Edit], environment: str, programmer: str) -> Draft:
    draft = Draft(environment, programmer)
    for edit in edits:
        draft.lay(edit)
    return draft


def _push(
    draft: Draft, change_set: ChangeSet, *, head: Head, description: str, by: Actor, expires: Expiry
) -> ChangeSet:
    draft.preload()
    _demand(draft, permissions.of_actor(by))
    changes = sorted(draft.changes.values(), key=lambda change: (ORDER[Kind(change.kind)], change.key))
    rows = _lock_rows(changes, draft)
    if found := conflicts.removals((change for change in reversed(changes) if change.after is None), draft.view):
        raise Conflict(found)
    version = Version(change_set.environment, change_set.programmer, head.version + 1, by.name)
    made = _write(changes, rows, version)
    _record_what_was(changes, draft)
    _validate(change_set)
    for application in made:
        expires_at = statements.default_expiry(application.scopes) if expires == "default" else expires
        statements.issue_first(application, expires_at=expires_at, by=by)
    return _finish(draft, changes, change_set, head=head, description=description, by=by)


def _demand(draft: Draft, rights: Rights) -> None:
    """What can be asked before a row is locked: rights, and whether it still fits what lives now."""
    permits.demand_roles(draft, rights)
    if found := [*conflicts.strange(draft.strange), *conflicts.settle(draft.changes, draft.view)]:
        raise Conflict(found)
    permits.demand_permits(draft, rights)
    if not draft.changes:
        raise Invalid({"": ["Nothing would change. Everything is like this already."]})


def _lock_rows(changes: list[Change], draft: Draft) -> dict[Place, Any]:
    """The live rows that are touched, by the place of their change, locked by kind and then by pk.

    Only the removal of an application keeps registrations out meanwhile; else their foreign keys must pass.
    """
    locked: dict[Place, Any] = {}
    for kind, group in groupby(changes, key=lambda change: Kind(change.kind)):
        found = [(draft.view.row(kind, change.key), change) for change in group]
        touched = {row.pk: change for row, change in found if row is not None}
        alone = {pk for pk, change in touched.items() if kind is Kind.APPLICATION and change.after is None}
        for is_alone, pks in groupby(sorted(touched), key=alone.__contains__):
            rows = RULES[kind].model.objects.filter(pk__in=list(pks)).order_by("pk")
            for row in rows.select_for_update(no_key=not is_alone):
                locked[touched[row.pk].place] = row
    return locked


def _write(changes: list[Change], rows: dict[Place, Any], version: Version) -> list[RegisteredApplication]:
    """Removals, children first; then the rest, parents first. Answers the applications that are new."""
    for change in reversed(changes):
        if change.after is None:
            RULES[Kind(change.kind)].remove(rows[change.place], version=version)
    made = []
    for change in changes:
        rules, row = RULES[Kind(change.kind)], rows.get(change.place)
        if operation(change) is Operation.UPDATE:
            rules.update(row, change.after or {})
        elif change.after is not None:
            new = rules.create(change.after, key=change.key, row=row, version=version)
            if row is None and rules.kind is Kind.APPLICATION:
                made.append(new)
    return made


def _record_what_was(changes: list[Change], draft: Draft) -> None:
    """Rewrite `before` to what was really replaced."""
    for change in changes:
        live = draft.view.live(Kind(change.kind), change.key)
        if change.before is not None and live is not None:
            names = live if change.after is None else change.after
            change.before = {name: live[name] for name in names}


def _validate(change_set: ChangeSet) -> None:
    """The programmer's configuration as it now is: nothing may be left without what it belongs to."""
    here = {"environment": change_set.environment, "programmer__id_key": change_set.programmer}
    gone = Channel.objects.filter(**here, removed_in__isnull=False)
    applications = RegisteredApplication.objects.live().filter(**here)
    named = ApplicationMember.objects.filter(kind=ApplicationMember.Kind.CHANNEL, value__in=gone.values("id_key"))
    left: list[QuerySet[Any]] = [
        Channel.objects.live().filter(**here, programmer__removed_in__isnull=False),
        Domain.objects.live().filter(channel__in=gone),
        CustomScheme.objects.live().filter(retired=False, channel__in=gone),
        Certificate.objects.live().filter(channel__in=gone),
        Certificate.objects.live().filter(**here, programmer__removed_in__isnull=False),
        AnalyticsConfiguration.objects.live().filter(channel__in=gone).select_related("channel"),
        applications.filter(programmer__removed_in__isnull=False),
        applications.filter(pk__in=named.values("application")),
    ]
    for rows in left:
        for row in rows[:1]:
            raise Invalid({"": [f"{row} would be left without what it belongs to. Remove or narrow it too."]})


def _finish(
    draft: Draft, changes: list[Change], change_set: ChangeSet, *, head: Head, description: str, by: Actor
) -> ChangeSet:
    """Number the version, and record it."""
    digest = approvals.digest(changes, version=head.version)
    head.version += 1
    head.save(update_fields=["version"])
    change_set.state = ChangeSet.State.PUSHED
    change_set.description = description or describe_all(changes)
    change_set.digest, change_set.version, change_set.pushed_by_name = digest, head.version, by.name
    change_set.pushed_at = Now()
    change_set.save()
    change_set.refresh_from_db(fields=["pushed_at"])
    keep(draft, change_set)
    event = Event(
        evidence.EVENT,
        programmer=change_set.programmer,
        kind="change_set",
        key=str(change_set.uuid),
        label=f"version {head.version}",
        reason=change_set.description,
        data=evidence.of(change_set, changes),
    )
    audit.record(event, environment=change_set.environment, by=by)
    return change_set


def _described(description: str) -> str:
    said = text.tidy(description)
    if not said:
        raise Invalid({"description": ["Say in a few words what this changes."]})
    if len(said) > DESCRIPTION_MOST:
        raise Invalid({"description": [f"Use at most {DESCRIPTION_MOST} characters; this has {len(said)}."]})
    if not text.is_plain(" ".join(said.split())):
        raise Invalid({"description": ["Leave out control, text-direction and invisible characters."]})
    return said


def _lock_head(environment: str, programmer: str) -> Head:
    Head.objects.get_or_create(environment=environment, programmer=programmer)
    return Head.objects.select_for_update(no_key=True).get(environment=environment, programmer=programmer)


def _lock_names(environment: str) -> None:
    """One at a time for what is unique across programmers. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        place = list(Environment.values).index(environment)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_NAMES_LOCK, place])


def _makes_names(draft: Draft) -> bool:
    return any(kind in NAMES and change.before is None for (kind, _), change in draft.changes.items())


@contextmanager
def _all_or_nothing() -> Iterator[None]:
    """One transaction. What a unique index still finds (a software id given in two places at once) is a conflict."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        _log.exception("A push met a constraint.")
        raise Conflict([], "Somebody took an id of this a moment ago. Look at it again.") from None
