"""One statement, prepared once per connection, for the paths that ask the database a single question.

Django's PostgreSQL cursor binds on the client and so never prepares; a cursor of psycopg's own on the same connection
does (docs/decisions/0003-one-query.md). SQLite keeps compiled statements by itself.
"""

from typing import Any

from django.conf import settings
from django.db import connection


def fetch_one(sql: str, parameters: dict[str, Any]) -> tuple[Any, ...] | None:
    """The first row that `sql` finds. Parameters are written `%(name)s`. Raises django.db.utils errors."""
    if connection.vendor != "postgresql" or connection.execute_wrappers or connection.force_debug_cursor:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            found: tuple[Any, ...] | None = cursor.fetchone()
            return found
    import psycopg  # noqa: PLC0415  (SQLite installations never load it)

    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as raw:
        raw.execute(sql, parameters, prepare=settings.DATABASE_PREPARE)
        return raw.fetchone()
