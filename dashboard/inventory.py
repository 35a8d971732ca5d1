"""The applications as CSV: what the list shows on all its pages, written while it is read."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db.models import QuerySet

from dashboard import counting, exports
from dashboard.counting import Clients
from registration import scopes
from registration.models import RegisteredApplication

COLUMNS = (
    "environment",
    "programmer",
    "name",
    "version",
    "software_id",
    "level",
    "state",
    "channels",
    "platforms",
    "domains",
    "apis",
    "clients",
    "last_registration",
    "created",
    "created_by",
)
_A_CHUNK = 200


def lines(found: "QuerySet[RegisteredApplication]") -> Iterator[str]:
    return exports.written(COLUMNS, _rows(found))


def _rows(found: "QuerySet[RegisteredApplication]") -> Iterator[exports.Row]:
    pks = list(found.values_list("pk", flat=True))
    for start in range(0, len(pks), _A_CHUNK):
        chunk = pks[start : start + _A_CHUNK]
        rows = found.order_by().in_bulk(chunk)
        shown = [rows[pk] for pk in chunk if pk in rows]
        clients = counting.clients(shown)
        yield from (_row(each, clients.get(each.pk, Clients())) for each in shown)


def _row(application: RegisteredApplication, clients: Clients) -> exports.Row:
    return (
        application.environment,
        application.programmer_public_id,
        application.name,
        application.version,
        str(application.software_id),
        application.level,
        application.state_now,  # type: ignore[attr-defined]
        "all" if application.all_channels else " ".join(application.channels),
        " ".join(application.platforms),
        " ".join(application.domains),
        ", ".join(scopes.api_names(application.scopes)),
        str(clients).replace(",", ""),
        _time(clients.last),
        _time(application.created_at),
        application.created_by_name,
    )


def _time(instant: datetime | None) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds") if instant else ""
