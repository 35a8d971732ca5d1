"""Steps of one entity, and how two of them make one. Pure: nothing here reads or writes rows."""

from collections.abc import Mapping
from typing import Any, NamedTuple

Properties = Mapping[str, Any]


class Step(NamedTuple):
    """`None` does not exist, `{}` exists without editable properties: ask `is None`, never by truth.

    A creation is `None → {…}` and a removal `{…} → None`, both whole; an update holds the touched members only.
    """

    before: dict[str, Any] | None
    after: dict[str, Any] | None


def fold(first: Step | None, second: Step) -> Step | None:
    """The first-seen `before` and the last `after`, without members that come out equal; None where nothing is left."""
    if first is None:
        return without_equals(second)
    before = first.before if first.before is None else {**(second.before or {}), **first.before}
    after = second.after
    if after is not None and first.after is not None:
        after = {**first.after, **after}
    return without_equals(Step(before, after))


def without_equals(step: Step) -> Step | None:
    before, after = step
    if before is None and after is None:
        return None
    if before is None or after is None:
        return step
    touched = [name for name in after if name not in before or before[name] != after[name]]
    if not touched:
        return None
    return Step({name: before.get(name) for name in touched}, {name: after[name] for name in touched})


def applied(now: dict[str, Any] | None, step: Step) -> dict[str, Any] | None:
    """What `now` becomes."""
    if step.after is None:
        return None
    return dict(step.after) if step.before is None else {**(now or {}), **step.after}
