"""One function changes any state: one row, and the audit entry, in one transaction, however many clients hang on it.

States are instants of the database's clock, never a status column, and never part of a push.
"""

from typing import Any, TypeVar

from django.db import models, transaction

from oauth import audit
from oauth.audit import Actor, Event
from oauth.problems import Invalid
from registration.text import is_plain, tidy

Row = TypeVar("Row", bound=models.Model)
REASON_MOST = 2000


def locked(row: Row) -> Row:
    """The row as it is now, locked until the transaction ends (not against registrations that refer to it)."""
    return type(row)._default_manager.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)  # noqa: SLF001


def change(row: models.Model, fields: dict[str, Any], *, event: Event, environment: str, by: Actor) -> None:
    """Write these state columns of one locked row and record why. Nothing else writes them."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A state changes in a transaction, with its audit entry.")
    type(row)._default_manager.filter(pk=row.pk).update(**fields)  # noqa: SLF001
    audit.record(event, environment=environment, by=by)
    row.refresh_from_db(fields=list(fields))


def reason_of(text: str) -> str:
    """The reason, trimmed. Raises Invalid where there is none."""
    reason = tidy(text)
    if not reason:
        raise Invalid({"reason": ["Say why. It is kept in the history, for everyone who may see it."]})
    if len(reason) > REASON_MOST:
        raise Invalid({"reason": [f"Use at most {REASON_MOST} characters; this has {len(reason)}."]})
    if not is_plain(" ".join(reason.split())):
        raise Invalid({"reason": ["Leave out control, text-direction and invisible characters."]})
    return reason
