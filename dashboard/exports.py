"""The changes log as CSV: one line for each change, written while it is read, so that it starts at once."""

import csv
import heapq
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse

from dashboard.changelog import Query
from dashboard.changes import diffs, values
from dashboard.models import Change, ChangeSet
from dashboard.permissions import Rights
from oauth.models import AuditEntry

COLUMNS = (
    "time",
    "environment",
    "programmer",
    "version",
    "description",
    "pushed_by",
    "author",
    "on_behalf_of",
    "undoes",
    "event",
    "kind",
    "key",
    "label",
    "old",
    "new",
)
_A_CHUNK = 200
# Some spreadsheets take the full-width signs for the others.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
Row = tuple[str, ...]


class _Echo:
    """What csv writes into: it hands back each line."""

    def write(self, line: str) -> str:
        return line


def lines(query: Query, rights: Rights, environment: str) -> Iterator[str]:
    """The newest first, in chunks that are asked for one after the other: no cursor stays open meanwhile."""
    sources = [_pushes(query, rights, environment)]
    if query.states:
        sources.append(_entries(query, rights, environment))
    merged = heapq.merge(*sources, key=lambda each: each[0], reverse=True)
    yield from written(COLUMNS, (row for _at, row in merged))


def written(columns: Row, rows: Iterable[Row]) -> Iterator[str]:
    """The lines of a CSV file, each when it is asked for."""
    writer = csv.writer(_Echo())
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([_safe(cell) for cell in row])


def chunks(found: "QuerySet[Any]") -> Iterator[list[Any]]:
    """All of them in their order: which ones is asked at once, what they hold a chunk at a time."""
    pks = list(found.values_list("pk", flat=True))
    for start in range(0, len(pks), _A_CHUNK):
        chunk = pks[start : start + _A_CHUNK]
        rows = found.order_by().in_bulk(chunk)
        yield [rows[pk] for pk in chunk if pk in rows]


def instant(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else ""


def answer(lines: Iterator[str], *, name: str) -> StreamingHttpResponse:
    """The download of such a file, which starts at once."""
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store, private"},
    )


def _pushes(query: Query, rights: Rights, environment: str) -> Iterator[tuple[datetime, Row]]:
    pushes = query.pushes(rights, environment).order_by().values("pk")
    found = query.changes().filter(change_set__in=pushes).select_related("change_set__undoes")
    for chunk in chunks(found.order_by("-change_set__pushed_at", "-change_set", "pk")):
        yield from ((change.change_set.pushed_at, _change(change.change_set, change)) for change in chunk)


def _entries(query: Query, rights: Rights, environment: str) -> Iterator[tuple[datetime, Row]]:
    for chunk in chunks(query.entries(rights, environment).order_by("-at", "-pk")):
        yield from ((entry.at, _entry(entry)) for entry in chunk)


def _change(push: ChangeSet, change: Change) -> Row:
    touched = diffs.properties(change)
    return (
        instant(push.pushed_at),
        push.environment,
        push.programmer,
        str(push.version),
        push.description,
        push.pushed_by_name,
        push.author_name,
        push.on_behalf_of,
        str(push.undoes.version or "") if push.undoes else "",
        diffs.badge(change).word,
        values.kind_label(change.kind),
        change.key,
        change.label,
        _written([(name, old) for name, old, _new in touched]),
        _written([(name, new) for name, _old, new in touched]),
    )


def _entry(entry: AuditEntry) -> Row:
    who = entry.actor_name
    where = (instant(entry.at), entry.environment, entry.programmer, "", entry.reason, who, who, entry.on_behalf_of, "")
    return (*where, entry.event, entry.kind, entry.key, entry.label, "", "")


def _written(touched: list[tuple[str, list[str]]]) -> str:
    """`Display name: Aurora One`, a line for each property."""
    return "\n".join(f"{values.property_label(name)}: {', '.join(lines)}" for name, lines in touched if lines)


def _safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) else cell
