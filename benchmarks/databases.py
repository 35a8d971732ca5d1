"""Databases of the benchmark's own on the server of DATABASE_URL, dropped when it ends."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg

from benchmarks.errors import CannotRun

SERVER = os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/postgres"
_BYTES_A_CLIENT = 700  # row and indexes, with the log of writing them


@contextlib.contextmanager
def database(name: str) -> Iterator[str]:
    """An empty database; its URL."""
    name = f"tve_benchmark_{os.getpid()}_{name}"
    with _connect() as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield SERVER.rpartition("/")[0] + "/" + name
    finally:
        with _connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def check_server(clients: int) -> str:
    """The server's version. Raises CannotRun where it does not answer, or has no room for so many clients."""
    if not SERVER.startswith(("postgres://", "postgresql://")):
        raise CannotRun("DATABASE_URL must be postgres://…: everything is measured on PostgreSQL.")
    try:
        with _connect() as connection:
            version, folder = connection.execute(
                "SELECT current_setting('server_version'), current_setting('data_directory', true)"
            ).fetchone() or ("", "")
    except psycopg.OperationalError as error:
        raise CannotRun(f"PostgreSQL does not answer at {SERVER}: {error}") from None
    place = folder if folder and Path(folder).is_dir() else "/"
    needed, free = clients * _BYTES_A_CLIENT * 2, shutil.disk_usage(place).free
    if free < needed:
        raise CannotRun(f"{clients:,} clients need {needed >> 20:,} MB below {place}; {free >> 20:,} MB are free.")
    return f"PostgreSQL {version.partition(' ')[0]}"


def _connect() -> psycopg.Connection:
    return psycopg.connect(SERVER, autocommit=True)
