"""One function changes any state: one row, the audit entry and what the revocation feed tells, in one transaction,
however many clients hang on it.

States are instants of the database's clock, never a status column, and never part of a push.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from django.db import models, transaction

from oauth import audit, feed
from oauth.audit import Actor, Event
from oauth.feed import Announcement
from oauth.problems import Invalid
from registration.models import Client, RegisteredApplication, SoftwareStatement
from registration.text import is_plain, tidy

Row = TypeVar("Row", bound=models.Model)
REASON_MOST = 2000


def locked(row: Row) -> Row:
    """The row as it is now, locked until the transaction ends (not against registrations that refer to it)."""
    return type(row)._default_manager.select_for_update(no_key=True, of=("self",)).get(pk=row.pk)  # noqa: SLF001


def change(row: models.Model, fields: dict[str, Any], *, event: Event, environment: str, by: Actor) -> None:
    """Write these state columns of one locked row, record why and announce it. Nothing else writes them."""
    change_all([(row, fields, event)], environment=environment, by=by)


def change_all(doings: Iterable[tuple[models.Model, dict[str, Any], Event]], *, environment: str, by: Actor) -> None:
    """The same for several rows, locked in the order of their keys: all rows first, then all entries."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A state changes in a transaction, with its audit entry.")
    events, news = [], []
    for row, fields, event in doings:
        before = _states(row)
        type(row)._default_manager.filter(pk=row.pk).update(**fields)  # noqa: SLF001
        row.refresh_from_db(fields=list(fields))
        events.append(event)
        news += _news(row, before, _states(row))
    audit.record(*events, environment=environment, by=by, announcing=news)


def _states(row: models.Model) -> dict[feed.State, datetime]:
    """What stands against the tokens of a row, since when. Closing is nothing to them."""
    columns = {feed.State.SUSPENDED: "suspended_at", feed.State.REVOKED: "revoked_at", feed.State.DELETED: "deleted_at"}
    found = {state: getattr(row, name, None) for state, name in columns.items()}
    if isinstance(row, SoftwareStatement) and row.signing_key.withdrawn_at:
        found[feed.State.REVOKED] = row.signing_key.withdrawn_at
    return {state: at for state, at in found.items() if at}


def _news(
    row: models.Model, before: dict[feed.State, datetime], after: dict[feed.State, datetime]
) -> list[Announcement]:
    """What is new; where something is no more, that all is well, and then what is left."""
    if isinstance(row, RegisteredApplication):
        kind, key = feed.Kind.APPLICATION, str(row.software_id)
    elif isinstance(row, SoftwareStatement):
        kind, key = feed.Kind.STATEMENT, str(row.pk)
    elif isinstance(row, Client):
        kind, key = feed.Kind.CLIENT, row.client_id
    else:
        raise TypeError(row)
    gone = any(after.get(state) != at for state, at in before.items())
    told = [Announcement(kind, key, state, at) for state, at in after.items() if gone or state not in before]
    return [Announcement(kind, key, feed.State.ACTIVE), *told] if gone else told


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
