"""How many clients used what goes away: several questions in one query, each counted up to a limit, all in time."""

import json
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction

from dashboard.counting import IN_LISTS
from oauth.prepared import stored_uuid

BUDGET_MS = 400
MOST = 100


@dataclass(frozen=True)
class Question:
    """Which clients to count: of an application (a software id) or a statement of it, or of a programmer (its key)."""

    application: str = ""
    statement: str = ""
    programmer: str = ""
    all_channels: bool = False
    platforms: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()


def count(questions: Sequence[Question], environment: str) -> list[int] | None:
    """The clients of each, up to one more than is shown; None where it took too long."""
    parts, parameters = [], []
    for number, question in enumerate(questions):
        where, given = _where(question, environment)
        parts.append(
            f"SELECT {number}, (SELECT COUNT(*) FROM (SELECT 1 FROM registration_client c"  # noqa: S608  (no input in it)
            f" WHERE c.revoked_at IS NULL AND c.deleted_at IS NULL AND {where} LIMIT {IN_LISTS + 1}) counted)"
        )
        parameters += given
    try:
        with _in_time(), connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), parameters)
            found = dict(cursor.fetchall())
    except OperationalError:
        return None
    return [found[number] for number in range(len(questions))]


def _where(question: Question, environment: str) -> tuple[str, list[Any]]:
    """Which clients a question means, as SQL with its parameters."""
    applications, parameters = _applications(question, environment)
    on_postgresql = connection.vendor == "postgresql"
    conditions = [
        f"c.application_id = ANY (ARRAY({applications}))" if on_postgresql else f"c.application_id IN ({applications})"
    ]
    if question.statement:
        conditions.append("c.statement_id = %s")
        parameters.append(stored_uuid(uuid.UUID(question.statement)))
    if question.platforms:
        conditions.append(f"c.platform IN ({', '.join(['%s'] * len(question.platforms))})")
        parameters += question.platforms
    if question.matches and on_postgresql:
        each = " OR ".join(["c.redirect_matches @> %s::jsonb"] * len(question.matches))
        conditions.append(f"({each})")
        parameters += [json.dumps([match]) for match in question.matches]
    elif question.matches:
        marks = ", ".join(["%s"] * len(question.matches))
        conditions.append(f"EXISTS (SELECT 1 FROM json_each(c.redirect_matches) m WHERE m.value IN ({marks}))")  # noqa: S608  (marks only)
        parameters += question.matches
    return " AND ".join(conditions), parameters


def _applications(question: Question, environment: str) -> tuple[str, list[Any]]:
    """Whose clients: the one application that it names, or those of a programmer."""
    if question.application:
        applications = (
            "SELECT a.id FROM registration_registeredapplication a WHERE a.environment = %s AND a.software_id = %s"
        )
        return applications, [environment, stored_uuid(uuid.UUID(question.application))]
    applications = (
        "SELECT a.id FROM registration_registeredapplication a JOIN registration_programmer p"
        " ON p.id = a.programmer_id WHERE p.environment = %s AND p.id_key = %s"
    )
    if question.all_channels:
        applications += " AND a.all_channels AND a.removed_in IS NULL"
    return applications, [environment, question.programmer]


@contextmanager
def _in_time() -> Iterator[None]:
    """Raises OperationalError where what is asked inside takes longer than the budget; nothing else is touched."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {BUDGET_MS}")
            yield
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
        return
    connection.ensure_connection()
    end = time.monotonic() + BUDGET_MS / 1000
    connection.connection.set_progress_handler(lambda: time.monotonic() > end, 10_000)
    try:
        yield
    finally:
        connection.connection.set_progress_handler(None, 0)
