"""Where a change no longer fits what lives now: shown as original, mine and current, and resolved one by one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dashboard.entities import RULES, Changes, Kind, Operation, Problems, Properties, View, operation
from dashboard.models import Change
from oauth.problems import Invalid

STRANGE = "This version of the dashboard does not know what this is. Dismiss it, or push it where it was staged."
GONE = "It was removed in the meantime. Dismiss this change, or add it again."


@dataclass(frozen=True)
class Difference:
    """One property of one entity (`""`: all of it) as it was when staged, as I want it, and as it is now."""

    kind: str
    key: str
    label: str
    property: str
    original: Any
    mine: Any
    current: Any
    message: str


class Conflict(Invalid):
    """A push found what somebody else changed. Nothing was written and nothing is lost."""

    def __init__(self, differences: Iterable[Difference], message: str = "") -> None:
        self.differences = tuple(differences)
        problems = Problems()
        if message:
            problems.add("", message)
        for each in self.differences:
            problems.add(each.property, each.message)
        super().__init__(problems.messages)


def difference(
    change: Change, name: str, *, mine: Properties | None, current: Properties | None, message: str
) -> Difference:
    """Of the property `name`, or of all (`""`), where these are all properties as I want them and as they are now."""
    original, mine, current = (
        each if not name or each is None else each.get(name) for each in (change.before, mine, current)
    )
    return Difference(change.kind, change.key, change.label, name, original, mine, current, message)


def settle(changes: Changes, view: View) -> list[Difference]:
    """Drop what is so already, and tell all that conflicts. Removals are asked again when their rows are locked."""
    settled = {place: _settle(change, view) for place, change in changes.items()}
    for place, (differences, is_so) in settled.items():
        if is_so and not differences:
            del changes[place]
    found = {place: list(settled[place][0]) for place in changes}
    for place, change in changes.items():
        known = {each.property for each in found[place]}
        if operation(change) is not Operation.REMOVE and "" not in known:
            found[place] += [each for each in _checked(change, view) if each.property not in known]
    return [each for differences in found.values() for each in differences]


def strange(changes: Iterable[Change]) -> list[Difference]:
    """Changes of kinds that nobody here knows: each is one conflict."""
    return [Difference(each.kind, each.key, each.label, "", each.before, each.after, None, STRANGE) for each in changes]


def removals(changes: Iterable[Change], view: View) -> list[Difference]:
    """Why entities cannot be removed, asked when everything that could change it is locked."""
    return [
        difference(change, "", mine=None, current=change.before, message=why)
        for change in changes
        for why in RULES[Kind(change.kind)].check_removal(key=change.key, view=view)
    ]


def _settle(change: Change, view: View) -> tuple[list[Difference], bool]:
    """The conflicts of one change, and whether nothing of it is left to do."""
    kind = Kind(change.kind)
    live = view.live(kind, change.key)
    doing = operation(change)
    if doing is Operation.CREATE:
        return _settle_creation(change, live, view)
    if live is None:
        is_so = doing is Operation.REMOVE
        return ([] if is_so else [difference(change, "", mine=change.after, current=None, message=GONE)]), is_so
    before = change.before or {}
    if doing is Operation.REMOVE:
        changed = [name for name in before if before[name] != live.get(name)]
        return [_changed(change, name, live) for name in changed], False
    after = change.after or {}
    unknown = [name for name in after if name not in RULES[kind].editable]
    if unknown:
        return [_unknown(change, name, live) for name in unknown], False
    for name in [name for name in after if after[name] == live[name]]:
        del after[name], before[name]
    return [_changed(change, name, live) for name in after if before[name] != live[name]], not after


def _settle_creation(change: Change, live: Properties | None, view: View) -> tuple[list[Difference], bool]:
    rules, mine = RULES[Kind(change.kind)], change.after or {}
    unknown = [name for name in mine if name not in rules.known]
    if unknown:
        return [_unknown(change, name, live) for name in unknown], False
    if live is not None and all(mine.get(name) == value for name, value in live.items()):
        return [], True
    row = view.row(rules.kind, change.key)
    if row is not None and view.tombstone(rules.kind, change.key) is None:
        return [difference(change, rules.identity, mine=mine, current=live, message=rules.taken)], False
    return [], False


def _checked(change: Change, view: View) -> list[Difference]:
    rules = RULES[Kind(change.kind)]
    mine = view.get(rules.kind, change.key) or {}
    current = view.live(rules.kind, change.key) or {}
    try:
        rules.clean(mine)
        messages = rules.check(mine, key=change.key, view=view)
    except Invalid as invalid:
        messages = invalid.messages
    except KeyError as missing:  # staged before this property was there
        messages = {"": [f"It lacks {missing.args[0]}. Dismiss this change, and add it again."]}
    return [
        difference(change, name, mine=mine, current=current, message=message)
        for name, group in messages.items()
        for message in group
    ]


def _changed(change: Change, name: str, live: Properties) -> Difference:
    message = "Somebody else changed this since you did. Choose which value stays."
    return difference(change, name, mine=change.after, current=live, message=message)


def _unknown(change: Change, name: str, live: Properties | None) -> Difference:
    message = f"{Kind(change.kind).label} has no property {name} to change. Dismiss this change."
    return difference(change, name, mine=change.after, current=live, message=message)
