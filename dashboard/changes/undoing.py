"""Undo a push: stage the inverse of it, as far as its author could stage it by hand, and tell what that leaves out.

The inverse goes the same way as any other edit: into a draft, with the author's rights, reviewed and pushed. What
changed since the push is not overwritten.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from dashboard import permissions
from dashboard.changes import values
from dashboard.changes.drafts import Draft, Edit, demand, keep, my_draft
from dashboard.entities import ORDER, RULES, Kind, Messages, Operation, Properties, operation
from dashboard.models import Change, ChangeSet
from dashboard.permissions import Rights
from oauth.audit import Actor
from oauth.problems import Invalid
from registration.models import Client

Refusal = tuple[Change, str]
Later = dict[tuple[str, str], int]
HAS_CLIENTS = "It has clients, which would be cut off. Revoke it instead."
GONE = "It was removed since. There is nothing left to undo."
HERE = "It is here again."
SO = "It is like that already."
UNKNOWN = "This kind of change cannot be undone here."
MINE = "Your draft changes this already. Push or dismiss that first."
_TOGETHER = {"all_channels": "channels", "channels": "all_channels"}


@dataclass
class Plan:
    """What undoing a version would stage, and what it could not, each with the reason."""

    draft: Draft
    staged: list[Change] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


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
    rights, refused = permissions.of_actor(by), dict[tuple[str, str], str]()
    rows = list(change_set.changes.order_by("pk"))
    later = _later(change_set, rows)
    held = {(change.kind, change.key): (change.before, change.after) for change in mine}
    while True:
        laying = _Laying(change_set, _copies(mine), rows, rights, later)
        for change in _in_order(rows):
            if (change.kind, change.key) not in refused:
                laying.take_back(change)
        new = laying.objections()
        if not new:
            break
        refused |= new
    changes = laying.draft.changes.values()
    staged = [each for each in changes if held.get((each.kind, each.key)) != (each.before, each.after)]
    whole = [(change, refused[change.kind, change.key]) for change in rows if (change.kind, change.key) in refused]
    return Plan(laying.draft, staged, [*laying.refused, *whole])


class _Laying:
    """One attempt: the author's draft with one inverse after the other laid over it."""

    def __init__(
        self, change_set: ChangeSet, mine: list[Change], rows: list[Change], rights: Rights, later: Later
    ) -> None:
        self.draft = Draft(change_set.environment, change_set.programmer, mine)
        self.refused: list[Refusal] = []
        self._rights, self._later = rights, later
        self._mine = {(change.kind, change.key) for change in mine}
        self._taken: dict[tuple[Kind, str], Change] = {}
        for kind in Kind:
            self.draft.view.preload(kind, [change.key for change in rows if change.kind == kind])

    def take_back(self, change: Change) -> None:
        if (change.kind, change.key) in self._mine:
            self.refused.append((change, MINE))
            return
        try:
            self._lay(change)
        except (Invalid, PermissionDenied) as problem:
            self.refused.append((change, _why(problem)))

    def objections(self) -> dict[tuple[str, str], str]:
        """What a push by the same author would refuse now that everything is laid."""
        found = {}
        for place, change in self._taken.items():
            rules, properties = RULES[place[0]], self.draft.view.get(*place)
            if place not in self.draft.changes:
                continue
            if properties is not None:
                messages = rules.permit(self._rights, properties, key=change.key, view=self.draft.view)
                messages = messages or rules.check(properties, key=change.key, view=self.draft.view)
            else:
                why = rules.check_removal(key=change.key, view=self.draft.view)
                messages = {"": why} if why else {}
            if messages:
                found[change.kind, change.key] = _joined(messages)
        return found

    def _lay(self, change: Change) -> None:
        if change.kind not in Kind.values:
            raise Invalid({"": [UNKNOWN]})
        kind, live = Kind(change.kind), self.draft.view.live(Kind(change.kind), change.key)
        doing = operation(change)
        if doing is Operation.REMOVE:
            edit = self._bring_back(change, live)
        elif live is None:
            raise Invalid({"": [GONE]})
        elif doing is Operation.CREATE:
            edit = self._take_away(change, kind, live)
        else:
            edit = self._put_back(change, kind, live)
        inverse = Operation.REMOVE if edit.properties is None else Operation.UPDATE
        inverse = Operation.CREATE if doing is Operation.REMOVE else inverse
        demand(
            self._rights,
            kind,
            inverse,
            environment=self.draft.view.environment,
            programmer=self.draft.view.programmer,
        )
        self.draft.lay(edit)
        self._taken[kind, change.key] = change

    def _bring_back(self, change: Change, live: Properties | None) -> Edit:
        if live is not None:
            raise Invalid({"": [self._since(change, HERE)]})
        return Edit(change.kind, change.before, change.key)

    def _take_away(self, change: Change, kind: Kind, live: Properties) -> Edit:
        """A creation: removed again, unless it became something else since. Schemes are never removed."""
        after = change.after or {}
        if kind is Kind.SCHEME:
            if live["retired"]:
                raise Invalid({"": [SO]})
            return Edit(kind, {"retired": True}, change.key)
        if any(value != after.get(name, value) for name, value in live.items()):
            raise Invalid({"": [self._since(change, "Remove it by hand if it is not wanted.")]})
        if (
            kind is Kind.APPLICATION
            and Client.objects.filter(application=self.draft.view.row(kind, change.key)).exists()
        ):
            raise Invalid({"": [HAS_CLIENTS]})
        for child, key, _properties in RULES[kind].children(key=change.key, view=self.draft.view):
            raise Invalid(
                {"": [f"It has {child.label.lower()} {key}, which this version did not add. Remove that first."]}
            )
        return Edit(kind, None, change.key)

    def _put_back(self, change: Change, kind: Kind, live: Properties) -> Edit:
        """An update: each property that is still as this version left it."""
        before, after = change.before or {}, change.after or {}
        changed = {name for name in after if name not in live or live[name] != after[name]}
        if all(live.get(name) == value for name, value in before.items()):
            raise Invalid({"": [SO]})
        changed |= {_TOGETHER[name] for name in changed if name in _TOGETHER}
        wanted = {name: value for name, value in before.items() if name not in changed}
        if changed & set(after):
            names = ", ".join(values.property_label(name) for name in sorted(changed & set(after) - {"all_channels"}))
            why = self._since(change, f"Left as it is now: {names}.")
            if not wanted:
                raise Invalid({"": [why]})
            self.refused.append((change, why))
        return Edit(kind, wanted, change.key, original={name: after[name] for name in wanted})

    def _since(self, change: Change, more: str) -> str:
        version = self._later.get((change.kind, change.key))
        return f"It was changed since, by version {version}. {more}" if version else more


def _in_order(rows: Iterable[Change]) -> list[Change]:
    """Removals first, children before their parents; then what comes back, parents first; then updates."""

    def rank(change: Change) -> int:
        return ORDER[Kind(change.kind)] if change.kind in Kind.values else len(ORDER)

    taken_away = [change for change in rows if change.before is None]
    brought_back = [change for change in rows if change.after is None]
    put_back = [change for change in rows if change.before is not None and change.after is not None]
    return [*sorted(taken_away, key=rank, reverse=True), *sorted(brought_back, key=rank), *sorted(put_back, key=rank)]


def _later(change_set: ChangeSet, rows: Iterable[Change]) -> Later:
    """The newest version after this one that touched each thing."""
    found = Change.objects.filter(
        change_set__environment=change_set.environment,
        change_set__programmer=change_set.programmer,
        change_set__version__gt=change_set.version or 0,
        key__in={change.key for change in rows},
    )
    newest = found.values("kind", "key").annotate(newest=Max("change_set__version"))
    return {(kind, key): version for kind, key, version in newest.values_list("kind", "key", "newest")}


def _copies(mine: list[Change]) -> list[Change]:
    """Rows that an attempt may change and the next finds as they were."""
    names = [each.attname for each in Change._meta.concrete_fields]  # noqa: SLF001
    copied = [Change(**{name: getattr(change, name) for name in names}) for change in mine]
    for change in copied:
        change._state.adding = False  # noqa: SLF001
    return copied


def _why(problem: Invalid | PermissionDenied) -> str:
    return _joined(problem.messages) if isinstance(problem, Invalid) else str(problem)


def _joined(messages: Messages) -> str:
    return " ".join(message for group in messages.values() for message in group)
