"""Resolving a draft, change by change: what a push would find, which value stays, and dropping a part of a change."""

from collections.abc import Iterable
from typing import Literal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from dashboard import permissions
from dashboard.changes import conflicts, drafts, permits
from dashboard.changes.conflicts import Difference
from dashboard.changes.drafts import Draft, Edit, lock_mine
from dashboard.entities import REACH, RULES, Kind, Operation, operation
from dashboard.models import Change, ChangeSet, Role
from dashboard.permissions import Rights
from oauth.audit import Actor
from oauth.problems import Invalid

Choice = Literal["mine", "theirs"]
_CANNOT_STAY = "This cannot be kept as it is. Edit it, or drop it."


def foresee(change_set: ChangeSet, rights: Rights = permissions.NOBODY) -> list[Difference]:
    """All that a push would find in the way now, and what its author's `rights` do not reach, each thing once.

    Nothing is locked or written.
    """
    draft = Draft.of(change_set)
    draft.preload()
    found = [*conflicts.strange(draft.strange), *conflicts.settle(draft.changes, draft.view)]
    found += conflicts.removals((each for each in draft.changes.values() if each.after is None), draft.view)
    told = {(each.kind, each.key, each.property) for each in found}
    refused = permits.refusals(draft, rights)
    return [*found, *(each for each in refused if (each.kind, each.key, each.property) not in told)]


@transaction.atomic
def resolve(change: Change, property: str, *, keep: Choice, by: Actor) -> None:  # noqa: A002  (the contract's word)
    """Decide one conflict: `mine` is laid over what is live now, `theirs` drops that part of my change.

    `property` "" is all of the change. Raises Invalid where mine cannot be kept, and tells what to do.
    """
    change_set = lock_mine(change.change_set, by)
    if not permissions.of_actor(by).may(Role.EDITOR, change_set.environment, change_set.programmer):
        raise PermissionDenied("You may not change anything of this programmer any more.")
    draft = Draft.of(change_set)
    found = draft.find(change)
    if keep == "theirs":
        _drop(draft, found, property)
    elif found in draft.strange:
        raise Invalid({"": [conflicts.STRANGE]})
    else:
        _keep_mine(draft, found, property)
    drafts.keep(draft, change_set)


@transaction.atomic
def dismiss_part(change: Change, property: str, *, by: Actor) -> None:  # noqa: A002
    """Drop one property of a change of several, and keep the others."""
    change_set = lock_mine(change.change_set, by)
    draft = Draft.of(change_set)
    found = draft.find(change)
    if property not in [names[0] for names in parts(found)]:
        raise Invalid({"": [drafts.DISMISSED]})
    _drop(draft, found, property)
    drafts.keep(draft, change_set)


def inside(change: Change) -> list[Change]:
    """What dismissing a change takes along: what its author added inside the thing that it adds."""
    draft = Draft.of(change.change_set)
    if change.kind not in Kind.values or (Kind(change.kind), change.key) not in draft.changes:
        return []
    all_of_it = dict(draft.changes)
    draft.drop(Kind(change.kind), change.key)
    return [each for place, each in all_of_it.items() if place not in draft.changes and each.pk != change.pk]


def parts(change: Change) -> list[tuple[str, ...]]:
    """The properties that can be dismissed one by one, those together that are one choice; none where it is all one."""
    if operation(change) is not Operation.UPDATE or not isinstance(change.after, dict):
        return []
    together = tuple(sorted(REACH & change.after.keys()))
    found: list[tuple[str, ...]] = [(name,) for name in change.after if name not in together]
    found += [together] if together else []
    return sorted(found) if len(found) > 1 else []


def _names(change: Change, property: str) -> Iterable[str]:  # noqa: A002
    after = change.after or {}
    return REACH & after.keys() if property in REACH else {property} & after.keys()


def _drop(draft: Draft, change: Change, property: str) -> None:  # noqa: A002
    """A creation and a removal are all one; of an update that property goes."""
    if not property or operation(change) is not Operation.UPDATE:
        draft.dismiss(change)
        return
    for name in _names(change, property):
        (change.after or {}).pop(name)
        (change.before or {}).pop(name, None)
    if not change.after:
        draft.dismiss(change)


def _keep_mine(draft: Draft, change: Change, property: str) -> None:  # noqa: A002
    kind, key = Kind(change.kind), change.key
    live, doing = draft.view.live(kind, key), operation(change)
    if doing is Operation.REMOVE:
        if live is None:
            draft.dismiss(change)
        elif live == change.before:
            raise Invalid({"": RULES[kind].check_removal(key=key, view=draft.view) or [_CANNOT_STAY]})
        else:
            change.before = live
    elif doing is Operation.CREATE or live is None:
        _add_again(draft, change, kind, key)
    else:
        _lay_over(draft, change, live, property)


def _add_again(draft: Draft, change: Change, kind: Kind, key: str) -> None:
    """What somebody else added becomes a change of it; what somebody else removed is added again."""
    rules, wanted = RULES[kind], dict(change.after or {})
    exists = draft.view.live(kind, key) is not None
    if not exists and operation(change) is Operation.CREATE:
        raise Invalid({"": [_CANNOT_STAY]})
    del draft.changes[kind, key]
    if exists:
        wanted = {name: value for name, value in wanted.items() if name in rules.editable}
    draft.lay(Edit(kind, wanted, key))


def _lay_over(draft: Draft, change: Change, live: dict[str, object], property: str) -> None:  # noqa: A002
    names = _names(change, property)
    before, after = change.before or {}, change.after or {}
    unknown = [name for name in names if name not in live]
    if not names or unknown or all(before.get(name) == live[name] for name in names):
        raise Invalid({"": [_CANNOT_STAY]})
    for name in names:
        before[name] = live[name]
        if after[name] == live[name]:
            del after[name], before[name]
    if not after:
        draft.dismiss(change)
