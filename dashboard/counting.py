"""Numbers for tabs, lists and blast radii. A count of clients stops early: nobody needs the exact million."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import models
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL

from registration.models import Client, RegisteredApplication

IN_LISTS, ON_THE_PAGE = 1_000, 10_000
# A LIMIT inside a correlated count, which the ORM does not write: the scan of a busy application's index stops there.
_CAPPED = """(SELECT COUNT(*) FROM (
    SELECT 1 FROM registration_client counted
     WHERE counted.application_id = registration_registeredapplication.id
       AND counted.revoked_at IS NULL AND counted.deleted_at IS NULL
     LIMIT %s) capped)"""


@dataclass(frozen=True)
class Clients:
    """How many clients an application has, up to `most`, and when the last one registered."""

    number: int = 0
    most: int = IN_LISTS
    last: datetime | None = None

    def __str__(self) -> str:
        return f"{intcomma(self.most)}+" if self.number > self.most else intcomma(self.number)


def of_each(**querysets: "QuerySet[Any]") -> dict[str, int]:
    """The count of every query, asked in one."""
    parts = [
        rows.order_by().values(counted=Value(name)).annotate(n=Count("pk")).values_list("counted", "n")
        for name, rows in querysets.items()
    ]
    found = reduce(lambda one, other: one.union(other, all=True), parts)
    return dict.fromkeys(querysets, 0) | dict(found)


def clients(applications: Iterable[RegisteredApplication], *, most: int = IN_LISTS) -> dict[int, Clients]:
    """The clients of every application, by its primary key, in one query."""
    newest = Client.objects.filter(application=OuterRef("pk")).order_by("-created").values("created")[:1]
    rows = (
        RegisteredApplication.objects.filter(pk__in=[application.pk for application in applications])
        .annotate(
            clients_here=RawSQL(_CAPPED, [most + 1], output_field=IntegerField()),  # noqa: S611  (no input in it)
            last=Subquery(newest, output_field=models.DateTimeField()),
        )
        .values_list("pk", "clients_here", "last")
    )
    return {pk: Clients(number, most, last) for pk, number, last in rows}


def clients_of(application: RegisteredApplication) -> Clients:
    """The same for one application, counted further."""
    return clients([application], most=ON_THE_PAGE).get(application.pk, Clients(most=ON_THE_PAGE))
