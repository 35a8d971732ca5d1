"""Drafts: what a person has staged and not yet pushed, as a whole and in memory."""

import uuid
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any, Self

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from dashboard.changes.folds import Step, fold
from dashboard.entities import RULES, Changes, Kind, Properties, View
from dashboard.models import Change, ChangeSet
from oauth.audit import Actor
from oauth.problems import Invalid
from registration import text

FIXED = "This cannot be changed."
GONE = "It is not here any more. Go back and look again."
DISMISSED = "This change was dismissed already."
_NOBODYS = "This draft is gone: it was pushed or dismissed. Look at the log."


@dataclass(frozen=True)
class Edit:
    """What somebody wants of one entity. `key` None adds one, `properties` None removes it.

    `original` is what a form showed: where that has changed since, the push finds a conflict.
    """

    kind: str
    properties: Mapping[str, Any] | None
    key: str | None = None
    original: Mapping[str, Any] | None = None


class Draft:
    """The changes of one change set in memory, with the live configuration below them: `view` shows both as one."""

    def __init__(self, environment: str, programmer: str, changes: Iterable[Change] = ()) -> None:
        listed = list(changes)
        self.changes = Changes(each for each in listed if each.kind in Kind.values)
        self.strange = [each for each in listed if each.kind not in Kind.values]  # of a release that knew more kinds
        self.view = View(environment, programmer, self.changes)
        self._read = {each.pk: _shape(each) for each in listed}

    @classmethod
    def of(cls, change_set: ChangeSet) -> Self:
        return cls(change_set.environment, change_set.programmer, change_set.changes.order_by("pk"))

    @property
    def rows(self) -> list[Change]:
        """All of its changes, those too that nobody here knows."""
        return [*self.changes.values(), *self.strange]

    def preload(self) -> None:
        """Read the live rows of everything that is touched, with one query for each kind."""
        for kind in Kind:
            self.view.preload(kind, [key for of, key in self.changes if of == kind])

    def lay(self, edit: Edit) -> None:
        """Lay an edit over what is here. Raises Invalid where it does not fit the rest, and lays nothing of it then."""
        kind = Kind(edit.kind)
        if edit.properties is None:
            self._remove(kind, edit.key or "")
        elif edit.key is None:
            self._create(kind, dict(edit.properties))
        elif (was := self._was(kind, edit.key)) is not None:
            self._create(kind, {**was, **edit.properties}, key=edit.key)
        else:
            self._update(kind, edit.key, dict(edit.properties), original=dict(edit.original or {}))

    def drop(self, kind: Kind, key: str) -> None:
        """Take a change out; what was staged inside a new entity goes with it."""
        if self.changes.pop((kind, key)).before is None:
            self._drop_staged_children(kind, key)

    def find(self, change: Change) -> Change:
        """The change as it is here. Raises Invalid where it was dismissed meanwhile."""
        found = next((each for each in self.rows if each.pk == change.pk), None)
        if found is None:
            raise Invalid({"": [DISMISSED]})
        return found

    def dismiss(self, change: Change) -> None:
        """Take out a change that is here, of whatever kind."""
        if change in self.strange:
            self.strange.remove(change)
        else:
            self.drop(Kind(change.kind), change.key)

    def gone(self) -> list[int]:
        """The rows that were read and are not here any more."""
        here = {each.pk for each in self.rows}
        return [pk for pk in self._read if pk not in here]

    def altered(self) -> list[Change]:
        """The changes that are new, or not as they were read."""
        return [each for each in self.changes.values() if self._read.get(each.pk) != _shape(each)]

    def _create(self, kind: Kind, given: Properties, *, key: str = "") -> None:
        rules = RULES[kind]
        properties = rules.clean(rules.complete(given, programmer=self.view.programmer))
        properties = rules.mint(properties, view=self.view)
        if key and rules.key({"software_id": key, **properties}) != key:
            raise Invalid({rules.identity: [FIXED]})
        key = key or rules.key(properties)
        if self.view.is_taken(kind, key):
            raise Invalid({rules.identity: [rules.taken]})
        if self.view.live(kind, key) is None:
            self.changes.pop((kind, key), None)  # my removal of what somebody else removed first
        self._fold(kind, key, Step(None, properties))

    def _update(self, kind: Kind, key: str, given: Properties, *, original: Properties) -> None:
        """Members that are as they were when the form was shown are not touched, whatever they are now."""
        rules, now = RULES[kind], self.view.get(kind, key)
        if now is None:
            raise Invalid({"": [GONE]})
        given = rules.clean(given)
        wanted = rules.settle({**now, **given})
        seen = {**now, **{name: value for name, value in rules.clean(original).items() if name in given}}
        touched = {name: value for name, value in wanted.items() if name not in seen or value != seen[name]}
        change = self.changes.get((kind, key))
        allowed = rules.editable if change is None or change.before is not None else rules.drafted
        _only(touched, allowed)
        self._fold(kind, key, Step({name: seen.get(name) for name in touched}, touched))

    def _remove(self, kind: Kind, key: str) -> None:
        rules, now = RULES[kind], self.view.get(kind, key)
        if now is None:
            raise Invalid({"": [GONE]})
        if kind is Kind.SCHEME and self.view.live(kind, key) is not None:
            raise Invalid({"": rules.check_removal(key=key, view=self.view)})
        self._drop_staged_children(kind, key)
        children = rules.children(key=key, view=self.view)
        self._fold(kind, key, Step(now, None))
        for child_kind, child_key, properties in children:
            self.lay(Edit(child_kind, properties, child_key))

    def _fold(self, kind: Kind, key: str, step: Step) -> None:
        """Fold a step into the change of this entity, if what comes out fits the rest."""
        rules, place = RULES[kind], (kind, key)
        old = self.changes.get(place)
        folded = fold(Step(old.before, old.after) if old else None, step)
        if folded is None:
            self.changes.pop(place, None)
            return
        if folded.before is not None and folded.after is not None:
            _only(folded.after, rules.editable)
        new = copy(old) if old else Change(kind=kind.value, key=key, programmer=self.view.programmer)
        new.before, new.after = folded
        self.changes[place] = new
        now = self.view.get(kind, key)
        if now is not None and (messages := rules.check(now, key=key, view=self.view)):
            if old is None:
                del self.changes[place]
            else:
                self.changes[place] = old
            raise Invalid(messages)
        new.label = rules.label(step.before or {} if now is None else now)

    def _was(self, kind: Kind, key: str) -> Properties | None:
        """What was removed, by this draft or by a push, so that adding it brings it back; None where it is here."""
        change = self.changes.get((kind, key))
        if change is not None:
            return change.before if change.after is None else None
        row = self.view.tombstone(kind, key)
        return None if row is None else RULES[kind].read(row)

    def _drop_staged_children(self, kind: Kind, key: str) -> None:
        for change in list(self.changes.values()):
            if change.before is None and change.after is not None:
                child = Kind(change.kind)
                if RULES[child].parent(change.after) == (kind, key) and (child, change.key) in self.changes:
                    self.drop(child, change.key)


def _shape(change: Change) -> tuple[str, Any, Any]:
    """What of a change may become another. Its members are replaced, never edited, so copies of the two are enough."""
    return change.label, _copy(change.before), _copy(change.after)


def _copy(properties: Any) -> Any:
    return dict(properties) if isinstance(properties, dict) else properties


def lock_mine(change_set: ChangeSet, by: Actor) -> ChangeSet:
    """A draft of one's own, locked. Raises as `lock` does, and PermissionDenied for somebody else's."""
    locked = lock(change_set)
    if locked.author_key != by.key:
        raise PermissionDenied("Only its author works on a draft.")
    return locked


def lock(change_set: ChangeSet) -> ChangeSet:
    """The draft, locked. Raises Invalid where it is one no longer: a double submit is told what the first one did."""
    locked = ChangeSet.objects.select_for_update(no_key=True).filter(pk=change_set.pk).first()
    if locked is None:
        raise Invalid({"": [_NOBODYS]})
    if locked.state != ChangeSet.State.DRAFT:
        raise Invalid({"": [f"This was pushed already, by {locked.pushed_by_name}: it is version {locked.version}."]})
    return locked


def keep(draft: Draft, change_set: ChangeSet) -> None:
    """Write the changes of a draft. The change set is locked, or new."""
    if gone := draft.gone():
        Change.objects.filter(change_set=change_set, pk__in=gone).delete()
    new: list[Change] = []
    for change in draft.altered():
        if change.pk is None:
            change.change_set = change_set
            new.append(change)
        else:
            change.save(update_fields=["label", "before", "after"])
    Change.objects.bulk_create(new)
    if change_set.undoes is not None and not _touches(draft, change_set.undoes):
        change_set.undoes = None
        change_set.save(update_fields=["undoes"])


def _touches(draft: Draft, undone: ChangeSet) -> bool:
    """Whether anything is left of an undoing: a draft that goes on without it undoes nothing."""
    return any(place in draft.changes for place in undone.changes.values_list("kind", "key"))


def whose(edits: Iterable[Edit], programmer: str) -> str:
    """The case-folded id. Raises Invalid where it can be none: with all that is wrong, where one is to be added."""
    try:
        return text.fold(text.check_public_id(programmer))
    except ValueError as error:
        rules = RULES[Kind.PROGRAMMER]
        for edit in edits:
            if edit.kind == Kind.PROGRAMMER and edit.key is None and edit.properties is not None:
                rules.clean(rules.complete(dict(edit.properties), programmer=""))
        raise Invalid({rules.identity: [str(error)]}) from None


def new_change_set(environment: str, programmer: str, by: Actor) -> ChangeSet:
    """An unsaved change set by this author."""
    kind, _, key = by.key.partition(":")
    author = User.objects.filter(pk=key).first() if kind == "user" else None
    return ChangeSet(
        uuid=uuid.uuid4(),
        environment=environment,
        programmer=programmer,
        author_key=by.key,
        author=author,
        author_name=by.name,
        on_behalf_of=by.on_behalf_of,
    )


def my_draft(environment: str, programmer: str, by: Actor) -> ChangeSet:
    """The author's draft, locked; made where there is none. A push may take it away between the two."""
    mine = {
        "environment": environment,
        "programmer": programmer,
        "author_key": by.key,
        "state": ChangeSet.State.DRAFT,
    }
    for _ in range(3):
        if locked := ChangeSet.objects.select_for_update(no_key=True).filter(**mine).first():
            return locked
        new = new_change_set(environment, programmer, by)
        defaults = {name: getattr(new, name) for name in ("uuid", "author", "author_name", "on_behalf_of")}
        ChangeSet.objects.get_or_create(**mine, defaults=defaults)
    raise Invalid({"": ["Your draft is being pushed in another window. Try again."]})


def _only(touched: Iterable[str], allowed: frozenset[str]) -> None:
    if fixed := sorted(set(touched) - allowed):
        raise Invalid({name: [FIXED] for name in fixed})
