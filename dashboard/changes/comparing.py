"""What differs between two versions of a programmer's configuration: for each entity, its steps folded into one."""

from dashboard.changes.folds import Step, fold, without_equals
from dashboard.entities import ORDER, Kind
from dashboard.models import Change, ChangeSet


def compare(*, environment: str, programmer: str, start: int, end: int) -> list[Change]:
    """Unsaved changes, one for each entity that differs, that lead from version `start` to version `end`.

    Either may be the later one; version 0 is before anything. States are not part of versions.
    """
    between = Change.objects.filter(
        change_set__environment=environment,
        change_set__programmer=programmer,
        change_set__state=ChangeSet.State.PUSHED,
        change_set__version__gt=min(start, end),
        change_set__version__lte=max(start, end),
    )
    steps: dict[tuple[str, str], tuple[Step | None, str]] = {}
    rows = between.order_by("change_set__version").values_list("kind", "key", "label", "before", "after")
    for kind, key, label, before, after in rows.iterator():
        folded, _label = steps.get((kind, key), (None, ""))
        step = Step(before, after)
        steps[kind, key] = (without_equals(step) if folded is None else fold(folded, step)), label
    found = []
    for (kind, key), (net, label) in steps.items():
        if net is not None:
            was, becomes = net if start < end else reversed(net)
            found.append(Change(kind=kind, key=key, programmer=programmer, label=label, before=was, after=becomes))
    return sorted(found, key=_position)


def _position(change: Change) -> tuple[int, str, str]:
    order = ORDER[Kind(change.kind)] if change.kind in Kind.values else len(ORDER)
    return order, change.label.casefold(), change.key
