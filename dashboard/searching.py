"""`__holds`: text that holds a term, whatever the case of either, on both databases.

Names that lists search and sort by have a stored key; what is only searched in history does not need one. SQLite's own
`LIKE` knows the cases of A to Z only: for terms with other letters it is given the folding that keys are made with.
"""

from typing import Any

from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.models import CharField, TextField
from django.db.models.lookups import IContains

from registration.text import fold


@TextField.register_lookup
@CharField.register_lookup
class Holds(IContains):
    lookup_name = "holds"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return IContains(self.lhs, self.rhs).as_sql(compiler, connection)

    def as_sqlite(self, compiler: Any, connection: DatabaseWrapper) -> tuple[str, Any]:
        if str(self.rhs).isascii():
            return self.as_sql(compiler, connection)
        held, parameters = self.process_lhs(compiler, connection)
        return f"instr(fold({held}), %s) > 0", [*parameters, fold(str(self.rhs))]


def teach(*, connection: Any, **_: Any) -> None:
    """A new connection to SQLite learns to fold."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("fold", 1, _fold, deterministic=True)


def _fold(text: str | None) -> str | None:
    return None if text is None else fold(text)
