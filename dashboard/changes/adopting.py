"""What becomes of the draft of somebody who lost access: a TAM takes it over, or throws it away."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from dashboard import permissions
from dashboard.changes.drafts import lock, new_change_set
from dashboard.changes.folds import Step, fold
from dashboard.entities import Operation, operation
from dashboard.models import Change, ChangeSet, Role
from oauth import audit
from oauth.audit import Actor, Door, Event
from oauth.problems import Invalid

_STILL = "{} may still change things here. Ask them, or take the role away first."


def is_abandoned(change_set: ChangeSet) -> bool:
    """Whether its author may no longer edit this programmer here."""
    kind = change_set.author_key.partition(":")[0]
    author = Actor(change_set.author_key, change_set.author_name, Door.COMMAND if kind == "command" else Door.PAGE)
    rights = permissions.of_actor(author)
    return not rights.may(Role.EDITOR, change_set.environment, change_set.programmer)


@transaction.atomic
def adopt(change_set: ChangeSet, *, by: Actor) -> ChangeSet:
    """Make an abandoned draft one's own. A draft that one has already takes it in; what is in both stays one's own."""
    drafts = ChangeSet.objects.drafts().filter(environment=change_set.environment, programmer=change_set.programmer)
    own = drafts.filter(author_key=by.key).first()
    rows = sorted(filter(None, [change_set, own]), key=lambda row: row.pk)
    locked = {row.pk: lock(row) for row in rows}
    theirs = _abandoned(locked[change_set.pk], by)
    event = _event("draft:adopt", theirs)
    if own is None:
        author = new_change_set(theirs.environment, theirs.programmer, by)
        for name in ("author_key", "author", "author_name", "on_behalf_of"):
            setattr(theirs, name, getattr(author, name))
        theirs.digest, theirs.submitted_at = "", None
        theirs.save()
        theirs.approvals.all().delete()
        kept = theirs
    else:
        kept = locked[own.pk]
        _merge(theirs, kept)
        theirs.delete()
    audit.record(event, environment=kept.environment, by=by)
    return kept


@transaction.atomic
def discard(change_set: ChangeSet, *, by: Actor) -> None:
    """Throw away an abandoned draft."""
    theirs = _abandoned(lock(change_set), by)
    event = _event("draft:discard", theirs)
    theirs.delete()
    audit.record(event, environment=change_set.environment, by=by)


def _abandoned(locked: ChangeSet, by: Actor) -> ChangeSet:
    if not permissions.of_actor(by).may(Role.TAM, locked.environment, locked.programmer):
        raise PermissionDenied("A TAM takes over the draft of somebody else.")
    if not is_abandoned(locked):
        raise Invalid({"": [_STILL.format(locked.author_name)]})
    return locked


def _merge(theirs: ChangeSet, own: ChangeSet) -> None:
    """What only they changed moves over; of two updates of one thing, one's own values are laid over theirs."""
    held = {change.place: change for change in own.changes.all()}
    moved = []
    for change in theirs.changes.order_by("pk"):
        mine = held.get(change.place)
        if mine is None:
            moved.append(change.pk)
        elif operation(change) is operation(mine) is Operation.UPDATE:
            folded = fold(Step(change.before, change.after), Step(mine.before, mine.after))
            if folded is None:
                mine.delete()
            else:
                mine.before, mine.after = folded
                mine.save(update_fields=["before", "after"])
    Change.objects.filter(pk__in=moved).update(change_set=own)


def _event(name: str, theirs: ChangeSet) -> Event:
    return Event(
        name,
        programmer=theirs.programmer,
        kind="change_set",
        key=str(theirs.uuid),
        label=f"draft of {theirs.author_name}",
        data={"changes": theirs.changes.count(), "author": theirs.author_key},
    )
