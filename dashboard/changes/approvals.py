"""Four eyes: in an environment that asks for it, somebody else says yes to a draft before its author pushes it.

An approval holds for exactly what was approved: the digest of the changes and of the version that they would follow.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied

from dashboard import permissions
from dashboard.models import Approval, Change, ChangeSet, EnvironmentSettings, Role
from oauth.audit import Actor, Door
from oauth.problems import Invalid

NEEDED = "Somebody else has to approve this before you push it. Ask for approval."
NOT_YET = "You asked for approval of this. Push it when somebody has approved it."
VOID = "It was approved, but something changed since: the draft, or what is live. Ask for approval again."
_DIRECT = "In this environment every push needs the approval of somebody else. Stage this, and ask for approval."


@dataclass(frozen=True)
class Standing:
    """How far a draft has come. `void`: what was submitted or approved is not what it is now."""

    needed: bool
    submitted: bool
    void: bool
    approvals: tuple[Approval, ...]

    @property
    def approved(self) -> bool:
        return bool(self.approvals)

    @property
    def in_the_way(self) -> str:
        """Why it cannot be pushed yet; empty where it can."""
        if not self.needed or self.approved:
            return ""
        return VOID if self.void else NOT_YET if self.submitted else NEEDED


def is_needed(environment: str) -> bool:
    """Whether the environment asks for four eyes."""
    return EnvironmentSettings.objects.filter(environment=environment, four_eyes=True).exists()


def digest(changes: Iterable[Change], *, version: int) -> str:
    """Of what changes do to the configuration that has this version."""
    shapes = sorted(
        ([change.kind, change.key, change.before, change.after] for change in changes), key=lambda shape: shape[:2]
    )
    return hashlib.sha256(json.dumps([version, shapes], sort_keys=True).encode()).hexdigest()


def seen(changes: Iterable[Change]) -> str:
    """The digest of changes alone, whatever version they follow: what a person had before their eyes."""
    return digest(changes, version=0)


def standing(change_set: ChangeSet, changes: Iterable[Change], *, version: int, needed: bool) -> Standing:
    """`version` is the head's. Where four eyes are not asked for, nothing is read."""
    if not needed:
        return Standing(needed=False, submitted=False, void=False, approvals=())
    now = digest(changes, version=version)
    given = [each for each in change_set.approvals.order_by("at", "pk") if each.by_key != change_set.author_key]
    submitted = change_set.submitted_at is not None and change_set.digest == now
    return Standing(
        needed=True,
        submitted=submitted,
        void=not submitted and (change_set.submitted_at is not None or bool(given)),
        approvals=tuple(each for each in given if submitted and each.digest == now and _still_may(each, change_set)),
    )


def _still_may(approval: Approval, change_set: ChangeSet) -> bool:
    """Whoever lost the role since does not count any more."""
    rights = permissions.of_actor(Actor(approval.by_key, approval.by_name, Door.PAGE))
    return rights.may(Role.EDITOR, change_set.environment, change_set.programmer)


def demand(change_set: ChangeSet, changes: Iterable[Change], *, version: int, by: Actor) -> None:
    """Asked in every push, when head and draft are locked. The operator at the command line is not held up."""
    if by.door == Door.COMMAND or not is_needed(change_set.environment):
        return
    if by.key != change_set.author_key:
        raise PermissionDenied("The author pushes what somebody else approved.")
    found = standing(change_set, changes, version=version, needed=True)
    if found.in_the_way:
        raise Invalid({"": [found.in_the_way]})


def demand_none(environment: str, *, by: Actor) -> None:
    """What is staged and pushed at once has nobody's approval."""
    if by.door != Door.COMMAND and is_needed(environment):
        raise Invalid({"": [_DIRECT]})
