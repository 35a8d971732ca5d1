"""Statements prepared once per connection, for the paths that ask the database a single question.

Django's PostgreSQL cursor binds on the client and so never prepares; a cursor of psycopg's own on the same connection
does (docs/decisions/0003-one-query.md). SQLite keeps compiled statements by itself.
"""

import uuid
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

Row = tuple[Any, ...]
_WORDS = {
    "postgresql": {
        "{now}": "statement_timestamp()",
        "{lock}": "FOR KEY SHARE OF a",
        "{issued}": "floor(extract(epoch FROM issued_at))::bigint",
    },
    "sqlite": {
        "{now}": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')",
        "{lock}": "",
        "{issued}": "CAST(strftime('%%s', issued_at) AS INTEGER)",
    },
}


def fetch_one(sql: str, parameters: dict[str, Any]) -> Row | None:
    """The first row that `sql` finds. Parameters are written `%(name)s`. Raises django.db.utils errors."""
    rows = fetch_all(sql, parameters)
    return rows[0] if rows else None


def fetch_all(sql: str, parameters: dict[str, Any]) -> list[Row]:
    """Every row that `sql` finds; in autocommit, `sql` is a transaction of its own."""
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "postgresql" or database.execute_wrappers or database.force_debug_cursor:
        with database.cursor() as cursor:
            cursor.execute(sql, parameters)
            found: list[Row] = cursor.fetchall()
            return found
    database.ensure_connection()
    with database.wrap_database_errors:
        raw = _cursor(database.connection)
        raw.execute(sql, parameters, prepare=settings.DATABASE_PREPARE)
        return raw.fetchall()  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def _cursor(connection: Any) -> Any:
    """A cursor of psycopg's own, kept as long as the connection is: it remembers how to read what comes back."""
    import psycopg  # noqa: PLC0415  (SQLite installations never load it)

    return psycopg.Cursor(connection)


@cache
def in_dialect(sql: str) -> str:
    """`sql` in the installation's own words: `{now}` is the database's clock, so that hosts with skew agree; `{lock}`
    locks `a` against its removal; `{issued}` is `issued_at` in whole seconds.
    """
    words = _WORDS[connections[DEFAULT_DB_ALIAS].vendor]
    for name, word in words.items():
        sql = sql.replace(name, word)
    return sql


def stored_uuid(value: uuid.UUID) -> uuid.UUID | str:
    """SQLite keeps UUIDs as text without dashes."""
    return value.hex if connections[DEFAULT_DB_ALIAS].vendor == "sqlite" else value
