"""The applications as CSV: what the list shows on all its pages, written while it is read."""

from collections.abc import Iterator

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


def lines(found: "QuerySet[RegisteredApplication]") -> Iterator[str]:
    return exports.written(COLUMNS, _rows(found))


def _rows(found: "QuerySet[RegisteredApplication]") -> Iterator[exports.Row]:
    for chunk in exports.chunks(found):
        clients = counting.clients(chunk)
        yield from (_row(each, clients.get(each.pk, Clients())) for each in chunk)


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
        exports.instant(clients.last),
        exports.instant(application.created_at),
        application.created_by_name,
    )
