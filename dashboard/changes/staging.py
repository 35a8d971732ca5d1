"""Staging and dismissing: they touch the author's draft and nothing else."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from dashboard import permissions
from dashboard.changes.drafts import Draft, Edit, keep, lock_mine, my_draft, whose
from dashboard.changes.permits import demand_role, objections
from dashboard.entities import Problems
from dashboard.models import Change, ChangeSet
from oauth.audit import Actor


def stage(
    *,
    environment: str,
    kind: str,
    properties: Mapping[str, Any] | None,
    programmer: str,
    by: Actor,
    key: str | None = None,
    original: Mapping[str, Any] | None = None,
) -> ChangeSet:
    """Put one edit into the author's draft for this programmer, and answer the draft.

    `key` None adds an entity, `properties` None removes one; otherwise the members given are changed. What comes out
    as it was is un-staged. Raises Invalid, and PermissionDenied to whoever may not write here at all.
    """
    edit = Edit(kind, properties, key, original)
    return stage_all([edit], environment=environment, programmer=programmer, by=by)


@transaction.atomic
def stage_all(edits: Iterable[Edit], *, environment: str, programmer: str, by: Actor) -> ChangeSet:
    """Put several edits into the author's draft, in their order: all of them or none.

    What the author may not do, or what keeps a thing from being removed, is said here already; a push asks it again.
    """
    edits = list(edits)
    programmer = whose(edits, programmer)
    demand_role(edits, environment=environment, programmer=programmer, by=by)
    change_set = my_draft(environment, programmer, by)
    draft = Draft.of(change_set)
    for edit in edits:
        draft.lay(edit)
    problems, rights = Problems(), permissions.of_actor(by)
    for change in draft.altered():
        problems.extend(objections(draft, change, rights))
    problems.stop()
    keep(draft, change_set)
    return change_set


@transaction.atomic
def dismiss(what: ChangeSet | Change, *, by: Actor) -> None:
    """Throw away a draft of one's own, or one change of it together with what was staged inside it."""
    change_set = lock_mine(what if isinstance(what, ChangeSet) else what.change_set, by)
    if isinstance(what, ChangeSet):
        change_set.delete()
        return
    draft = Draft.of(change_set)
    draft.dismiss(draft.find(what))
    keep(draft, change_set)
