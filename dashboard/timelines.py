"""Pushes and changes of state merged by time, newest first, and paged by the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, overload

from django.core.paginator import Page
from django.db.models import F, QuerySet, Value

from dashboard import counting, lists, references
from dashboard.changes import diffs
from dashboard.changes.diffs import Shown
from dashboard.changes.values import Names
from dashboard.models import Change, ChangeSet
from dashboard.permissions import Rights
from oauth.models import AuditEntry

_INSTANTS: dict[Any, str] = {ChangeSet: "pushed_at", Change: "change_set__pushed_at", AuditEntry: "at"}


@dataclass(frozen=True)
class Happening:
    """One line of a history: a push, what a push did to one thing, or a change of state outside of any version."""

    at: datetime
    who: str
    on_behalf_of: str
    push: ChangeSet | None = None
    shown: Shown | None = None
    entry: AuditEntry | None = None

    @classmethod
    def of(cls, row: ChangeSet | Change | AuditEntry, names: Names) -> "Happening":
        if isinstance(row, AuditEntry):
            return cls(row.at, row.actor_name, row.on_behalf_of, entry=row)
        push = row if isinstance(row, ChangeSet) else row.change_set
        assert push.pushed_at is not None  # noqa: S101  (the queries ask for pushed ones)
        shown = diffs.of(row, names) if isinstance(row, Change) else None
        return cls(push.pushed_at, push.pushed_by_name, push.on_behalf_of, push=push, shown=shown)


class Timeline(Sequence[Happening]):
    """The rows of several queries of one environment as one, for whoever has these rights.

    A page costs one query for its places, one for each kind of row, and one for the names in it.
    """

    def __init__(self, *sources: Any, rights: Rights, environment: str) -> None:
        self._rights, self._environment = rights, environment
        self._sources: dict[str, QuerySet[Any]] = {found.model._meta.label: found for found in sources}  # noqa: SLF001

    def __len__(self) -> int:
        return sum(counting.of_each(**self._sources).values())

    @overload
    def __getitem__(self, wanted: int) -> Happening: ...
    @overload
    def __getitem__(self, wanted: slice) -> list[Happening]: ...

    def __getitem__(self, wanted: int | slice) -> Happening | list[Happening]:
        if isinstance(wanted, int):
            return self[wanted : wanted + 1][0]
        first, *others = (
            found.order_by()
            .prefetch_related(None)
            .annotate(instant=F(_INSTANTS[found.model]), of=Value(name))
            .values_list("instant", "pk", "of")
            for name, found in self._sources.items()
        )
        merged = first.union(*others, all=True) if others else first
        places = list(merged.order_by("-instant", "of", "-pk")[wanted])
        rows = {
            name: found.order_by().in_bulk([pk for _, pk, of in places if of == name])
            for name, found in self._sources.items()
        }
        changes = (row for found in rows.values() for row in found.values() if isinstance(row, Change))
        names = references.names(changes, self._rights, self._environment)
        return [Happening.of(rows[name][pk], names) for _, pk, name in places]


def page(number: str, *sources: Any, rights: Rights, environment: str) -> "Page[Happening]":
    return lists.page_of(Timeline(*sources, rights=rights, environment=environment), number)
