"""Numbers for tabs, lists and blast radii. A count of clients stops early: nobody needs the exact million."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db import connection, models
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL

from registration.models import Client, CustomScheme, RegisteredApplication, SoftwareStatement

IN_LISTS, ON_THE_PAGE = 1_000, 10_000
# A LIMIT inside a correlated count, which the ORM does not write: the scan of a busy application's index stops there.
_CAPPED = """(SELECT COUNT(*) FROM (
    SELECT 1 FROM registration_client counted
     WHERE counted.application_id = registration_registeredapplication.id
       AND counted.revoked_at IS NULL AND counted.deleted_at IS NULL
     LIMIT %s) capped)"""
# The clients of one programmer that each match let in; on PostgreSQL by the index of migration 0005, so that a
# million others cost nothing, on SQLite by the programmer's own clients, read once.
_LET_IN = {
    "postgresql": """
SELECT wanted.match, (SELECT COUNT(*) FROM (
    SELECT 1 FROM registration_client counted
     WHERE counted.redirect_matches @> jsonb_build_array(wanted.match)
       AND counted.revoked_at IS NULL AND counted.deleted_at IS NULL
       AND counted.application_id = ANY (ARRAY(
           SELECT id FROM registration_registeredapplication WHERE programmer_id = %(programmer)s))
     LIMIT %(most)s) capped)
  FROM jsonb_array_elements_text(%(matches)s::jsonb) wanted(match)""",
    "sqlite": """
SELECT asked.value, COUNT(DISTINCT counted.id) FROM registration_registeredapplication application
  JOIN registration_client counted ON counted.application_id = application.id
  JOIN json_each(counted.redirect_matches) asked
 WHERE application.programmer_id = %(programmer)s AND counted.revoked_at IS NULL AND counted.deleted_at IS NULL
   AND asked.value IN (SELECT value FROM json_each(%(matches)s))
 GROUP BY asked.value""",
}


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
    rows = with_clients(applications, most=most).values_list("pk", "clients_here", "last")
    return {pk: Clients(number, most, last) for pk, number, last in rows}


def with_clients(applications: Iterable[RegisteredApplication], *, most: int = IN_LISTS) -> "QuerySet[Any]":
    """These applications, each with the number of `clients_here` and the instant of the `last` that registered."""
    newest = Client.objects.filter(application=OuterRef("pk")).order_by("-created").values("created")[:1]
    rows = RegisteredApplication.objects.filter(pk__in=[application.pk for application in applications])
    return rows.annotate(
        clients_here=RawSQL(_CAPPED, [most + 1], output_field=IntegerField()),  # noqa: S611  (no input in it)
        last=Subquery(newest, output_field=models.DateTimeField()),
    )


def registrations(matches: Iterable[str], *, programmer: int, most: int = IN_LISTS) -> dict[str, Clients]:
    """How many clients of a programmer (a primary key) each of these let in, in one query.

    A match is what `Client.redirect_matches` holds: `domain:live.aurora.example`, `scheme:` and a case-folded scheme.
    """
    wanted = sorted(set(matches))
    if not wanted:
        return {}
    parameters: dict[str, int | str] = {"programmer": programmer, "most": most + 1, "matches": json.dumps(wanted)}
    with connection.cursor() as cursor:
        cursor.execute(_LET_IN[connection.vendor], parameters)
        found = dict(cursor.fetchall())
    return {match: Clients(found.get(match, 0), most) for match in wanted}


def of_schemes(schemes: Iterable[CustomScheme], *, programmer: int, most: int = IN_LISTS) -> dict[str, Clients]:
    """How many clients asked for each of these schemes, by its key."""
    found = registrations((f"scheme:{scheme.scheme_key}" for scheme in schemes), programmer=programmer, most=most)
    return {match.removeprefix("scheme:"): clients for match, clients in found.items()}


def clients_of(application: RegisteredApplication) -> Clients:
    """The same for one application, counted further."""
    return clients([application], most=ON_THE_PAGE).get(application.pk, Clients(most=ON_THE_PAGE))


def clients_and_statements_of(application: RegisteredApplication) -> tuple[Clients, int]:
    """What the tabs of an application say, in one query."""
    issued = SoftwareStatement.objects.filter(application=OuterRef("pk")).order_by().values("application")
    number_issued = Subquery(issued.annotate(n=Count("pk")).values("n"))
    rows = with_clients([application], most=ON_THE_PAGE).annotate(issued=number_issued)
    number, last, statements = rows.values_list("clients_here", "last", "issued").get()
    return Clients(number, ON_THE_PAGE, last), statements or 0
