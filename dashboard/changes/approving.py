"""Asking for the approval of a draft, and giving it. Both touch the change set and nothing else."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now

from dashboard import permissions
from dashboard.changes import approvals
from dashboard.changes.drafts import Draft, lock, lock_mine
from dashboard.changes.permits import demand_all
from dashboard.models import Approval, ChangeSet, Head
from oauth import audit
from oauth.audit import Actor, Event
from oauth.problems import Invalid


def version_of(change_set: ChangeSet) -> int:
    """The version that the draft would follow."""
    heads = Head.objects.filter(environment=change_set.environment, programmer=change_set.programmer)
    return heads.values_list("version", flat=True).first() or 0


@transaction.atomic
def submit(change_set: ChangeSet, *, by: Actor) -> ChangeSet:
    """Ask for approval of one's draft as it is now. Any later stage or push makes it void."""
    locked = lock_mine(change_set, by)
    changes = list(locked.changes.all())
    if not changes:
        raise Invalid({"": ["There is nothing in this draft."]})
    locked.digest, locked.submitted_at = approvals.digest(changes, version=version_of(locked)), Now()
    locked.save(update_fields=["digest", "submitted_at"])
    return locked


@transaction.atomic
def approve(change_set: ChangeSet, *, seen: str, by: Actor) -> Approval:
    """Say yes to somebody else's draft, as it was `seen` (its digest). Whoever approves may push all of it himself."""
    locked = lock(change_set)
    if locked.author_key == by.key:
        raise PermissionDenied("Nobody approves his own draft.")
    draft = Draft.of(locked)
    now = approvals.digest(draft.rows, version=version_of(locked))
    if locked.submitted_at is None or locked.digest != now:
        raise Invalid({"": ["Its author has not asked for approval of this as it is now."]})
    if seen != now:
        raise Invalid({"": ["It changed while you were looking at it. Look at it again."]})
    demand_all(draft, permissions.of_actor(by))
    approval, made = Approval.objects.get_or_create(
        change_set=locked, by_key=by.key, digest=now, defaults={"by_name": by.name}
    )
    if made:
        event = Event(
            "draft:approve",
            programmer=locked.programmer,
            kind="change_set",
            key=str(locked.uuid),
            label=f"draft of {locked.author_name}",
            data={"digest": now, "changes": len(draft.changes)},
        )
        audit.record(event, environment=locked.environment, by=by)
    return approval
