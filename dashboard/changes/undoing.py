"""Undo a push: stage the inverse of it, as far as its author could stage it by hand, and tell what that leaves out.

The inverse goes the same way as any other edit: into a draft, with the author's rights, reviewed and pushed. What
changed since the push is not overwritten.
"""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from dashboard import permissions
from dashboard.changes import permits, values
from dashboard.changes.drafts import Draft, Edit, keep, my_draft
from dashboard.entities import ORDER, REACH, RULES, Kind, Messages, Operation, Properties, operation
from dashboard.models import Change, ChangeSet, Place
from dashboard.permissions import Rights
from oauth.audit import Actor
from oauth.problems import Invalid
from registration.models import Client, RegisteredApplication

Refusal = tuple[Change, str]
HAS_CLIENTS = "It has clients, which would be cut off. Revoke it instead."
GONE = "It was removed since. There is nothing left to undo."
HERE = "It is here again."
SO = "It is like that already."
UNKNOWN = "This kind of change cannot be undone here."
MINE = "Your draft changes this already. Push or dismiss that first."


@dataclass(frozen=True)
class Plan:
    """What undoing a version would stage, and what it could not, each with the reason."""

    draft: Draft
    staged: list[Change]
    refused: list[Refusal]


@dataclass(frozen=True)
class Undone:
    draft: ChangeSet
    refused: list[Refusal]


@transaction.atomic
def undo(change_set: ChangeSet, *, by: Actor) -> Undone:
    """Put the inverse of a pushed change set into the author's draft. Raises Invalid where nothing of it can be staged,
    and where the draft undoes another version already.
    """
    mine = my_draft(change_set.environment, change_set.programmer, by)
    if mine.undoes_id not in {None, change_set.pk}:
        raise Invalid({"": ["Your draft undoes another version already. Push or dismiss that first."]})
    made = _planned(change_set, list(mine.changes.order_by("pk")), by)
    if not made.staged:
        raise Invalid({"": ["Nothing of this version can be undone any more."]})
    mine.undoes = change_set
    mine.save(update_fields=["undoes"])
    keep(made.draft, mine)
    return Undone(mine, made.refused)


def plan(change_set: ChangeSet, *, by: Actor) -> Plan:
    """What `undo` would do now. Writes nothing."""
    mine = Change.objects.filter(
        change_set__environment=change_set.environment,
        change_set__programmer=change_set.programmer,
        change_set__author_key=by.key,
        change_set__state=ChangeSet.State.DRAFT,
    )
    return _planned(change_set, list(mine.order_by("pk")), by)


def _planned(change_set: ChangeSet, mine: list[Change], by: Actor) -> Plan:
    """Laid again from the start without what turned out to be refused, until the rest stands."""
    pushed, rights = _Pushed.of(change_set), permissions.of_actor(by)
    refused: dict[Place, str] = {}
    while True:
        laying = _Laying(pushed, [copy(change) for change in mine], rights)
        for change in pushed.backwards():
            if change.place not in refused:
                laying.take_back(change)
        new = laying.objections()
        if not new:
            break
        refused |= new
    whole = [(change, refused[change.place]) for change in pushed.rows if change.place in refused]
    return Plan(laying.draft, laying.draft.altered(), [*laying.refused, *whole])


@dataclass(frozen=True)
class _Pushed:
    """A version, and what became of it since: the last version that touched each thing `later`, and the applications of
    it that are `used`.
    """

    change_set: ChangeSet
    rows: list[Change]
    later: dict[Place, int]
    used: set[str]

    @classmethod
    def of(cls, change_set: ChangeSet) -> "_Pushed":
        rows = list(change_set.changes.order_by("pk"))
        return cls(change_set, rows, _later(change_set, rows), _used(rows))

    def backwards(self) -> list[Change]:
        """Additions first, children before their parents; then what it removed, parents first; then updates."""
        by_operation = {doing: [row for row in self.rows if operation(row) is doing] for doing in Operation}
        return [
            *sorted(by_operation[Operation.CREATE], key=_rank, reverse=True),
            *sorted(by_operation[Operation.REMOVE], key=_rank),
            *sorted(by_operation[Operation.UPDATE], key=_rank),
        ]


class _Laying:
    """One attempt: the author's draft with one inverse after the other laid over it."""

    def __init__(self, pushed: _Pushed, mine: list[Change], rights: Rights) -> None:
        self.draft = Draft(pushed.change_set.environment, pushed.change_set.programmer, mine)
        self.refused: list[Refusal] = []
        self._pushed, self._rights = pushed, rights
        self._mine = {change.place for change in mine}
        self._taken: list[Change] = []
        for kind in Kind:
            self.draft.view.preload(kind, [change.key for change in pushed.rows if change.kind == kind])

    def take_back(self, change: Change) -> None:
        """Lay the inverse of a change, or keep why it cannot be."""
        if change.place in self._mine:
            self.refused.append((change, MINE))
            return
        try:
            doing, edit = self._inverse(change)
            view = self.draft.view
            permits.demand(self._rights, edit.kind, doing, environment=view.environment, programmer=view.programmer)
            self.draft.lay(edit)
        except Invalid as problem:
            self.refused.append((change, _joined(problem.messages)))
        except PermissionDenied as problem:
            self.refused.append((change, str(problem)))
        else:
            self._taken.append(change)

    def objections(self) -> dict[Place, str]:
        """What a push by the same author would refuse now that everything is laid."""
        found = {}
        for change in self._taken:
            kind = Kind(change.kind)
            laid, properties = self.draft.changes.get((kind, change.key)), self.draft.view.get(kind, change.key)
            if laid is None:
                continue
            messages = permits.objections(self.draft, laid, self._rights)
            if properties is not None:
                messages = messages or RULES[kind].check(properties, key=change.key, view=self.draft.view)
            if messages:
                found[change.place] = _joined(messages)
        return found

    def _inverse(self, change: Change) -> tuple[Operation, Edit]:
        """What takes a change back, and what that does. Raises Invalid where nothing does."""
        if change.kind not in Kind.values:
            raise Invalid({"": [UNKNOWN]})
        kind, doing = Kind(change.kind), operation(change)
        live = self.draft.view.live(kind, change.key)
        if doing is Operation.REMOVE:
            if live is not None:
                raise Invalid({"": [self._since(change, HERE)]})
            return Operation.CREATE, Edit(kind, change.before, change.key)
        if live is None:
            raise Invalid({"": [GONE]})
        if doing is Operation.UPDATE:
            return Operation.UPDATE, self._put_back(change, kind, live)
        if kind is Kind.SCHEME:
            return Operation.UPDATE, self._retired(change, live)
        return Operation.REMOVE, self._taken_away(change, kind, live)

    def _retired(self, change: Change, live: Properties) -> Edit:
        """Schemes are never removed."""
        if live["retired"]:
            raise Invalid({"": [SO]})
        return Edit(Kind.SCHEME, {"retired": True}, change.key)

    def _taken_away(self, change: Change, kind: Kind, live: Properties) -> Edit:
        """An addition is removed again, unless it became something else since."""
        after = change.after or {}
        if any(value != after.get(name, value) for name, value in live.items()):
            raise Invalid({"": [self._since(change, "Remove it by hand if it is not wanted.")]})
        if kind is Kind.APPLICATION and change.key in self._pushed.used:
            raise Invalid({"": [HAS_CLIENTS]})
        for child, key, _properties in RULES[kind].children(key=change.key, view=self.draft.view):
            what = f"{child.label.lower()} {key}"
            raise Invalid({"": [f"It has {what}, which this version did not add. Remove that first."]})
        return Edit(kind, None, change.key)

    def _put_back(self, change: Change, kind: Kind, live: Properties) -> Edit:
        """Of an update, each property that is still as this version left it."""
        before, after = change.before or {}, change.after or {}
        if all(live.get(name) == value for name, value in before.items()):
            raise Invalid({"": [SO]})
        changed = {name for name in after if name not in live or live[name] != after[name]}
        if changed & REACH:
            changed |= REACH & after.keys()
        wanted = {name: value for name, value in before.items() if name not in changed}
        if changed:
            names = ", ".join(values.property_label(name) for name in sorted(changed - {"all_channels"}))
            why = self._since(change, f"Left as it is now: {names}.")
            if not wanted:
                raise Invalid({"": [why]})
            self.refused.append((change, why))
        return Edit(kind, wanted, change.key, original={name: after[name] for name in wanted})

    def _since(self, change: Change, more: str) -> str:
        version = self._pushed.later.get(change.place)
        return f"It was changed since, by version {version}. {more}" if version else more


def _rank(change: Change) -> int:
    return ORDER[Kind(change.kind)] if change.kind in Kind.values else len(ORDER)


def _later(change_set: ChangeSet, rows: Iterable[Change]) -> dict[Place, int]:
    """The newest version after this one that touched each thing."""
    found = Change.objects.filter(
        change_set__environment=change_set.environment,
        change_set__programmer=change_set.programmer,
        change_set__version__gt=change_set.version or 0,
        key__in={change.key for change in rows},
    )
    newest = found.values("kind", "key").annotate(newest=Max("change_set__version"))
    return {(kind, key): version for kind, key, version in newest.values_list("kind", "key", "newest")}


def _used(rows: Iterable[Change]) -> set[str]:
    """Of the applications that it added, those that have clients."""
    added = [change.key for change in rows if change.kind == Kind.APPLICATION and change.before is None]
    used = RegisteredApplication.objects.filter(
        Exists(Client.objects.filter(application=OuterRef("pk"))), software_id__in=added
    )
    return {str(software_id) for software_id in used.values_list("software_id", flat=True)}


def _joined(messages: Messages) -> str:
    return " ".join(message for group in messages.values() for message in group)
