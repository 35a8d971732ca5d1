"""Statements prepared once per connection, for the paths that ask the database a single question.

Django's PostgreSQL cursor binds on the client and so never prepares; a cursor of psycopg's own on the same connection
does (docs/decisions/0003-one-query.md). SQLite keeps compiled statements by itself.
"""

from typing import Any

from django.conf import settings
from django.db import connection

Row = tuple[Any, ...]


def fetch_one(sql: str, parameters: dict[str, Any]) -> Row | None:
    """The first row that `sql` finds. Parameters are written `%(name)s`. Raises django.db.utils errors."""
    rows = fetch_all(sql, parameters)
    return rows[0] if rows else None


def fetch_all(sql: str, parameters: dict[str, Any]) -> list[Row]:
    """Every row that `sql` finds; in autocommit, `sql` is a transaction of its own."""
    if connection.vendor != "postgresql" or connection.execute_wrappers or connection.force_debug_cursor:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            found: list[Row] = cursor.fetchall()
            return found
    import psycopg  # noqa: PLC0415  (SQLite installations never load it)

    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as raw:
        raw.execute(sql, parameters, prepare=settings.DATABASE_PREPARE)
        return raw.fetchall()
