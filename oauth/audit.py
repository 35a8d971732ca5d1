"""Who did it, and the record that they did: every verb of a person, a command or an API token ends with `record`."""

import getpass
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices

from oauth import chain, feed, tails
from oauth.feed import Announcement
from oauth.models import AuditEntry


class Door(TextChoices):
    """The way in which somebody came to a verb."""

    PAGE = "page", "Dashboard"
    COMMAND = "command", "Command line"
    API = "api", "API"


@dataclass(frozen=True)
class Actor:
    """The `by=` of every verb. `key` identifies (`user:12`, `command:ops`), `name` is what history shows."""

    key: str
    name: str
    door: Door
    request_id: str = ""
    on_behalf_of: str = ""

    @classmethod
    def command(cls) -> "Actor":
        """The operator at the command line, named as the operating system names them."""
        try:
            name = getpass.getuser()
        except (KeyError, OSError):
            name = "operator"
        return cls(key=f"command:{name}", name=name, door=Door.COMMAND)


@dataclass(frozen=True)
class Event:
    """One entry to be. `event` follows the grammar `kind:verb`, as in `application:revoke`."""

    event: str
    programmer: str = ""
    kind: str = ""
    key: str = ""
    label: str = ""
    reason: str = ""
    data: dict[str, Any] | None = None


def record(*events: Event, environment: str, by: Actor, announcing: Sequence[Announcement] = ()) -> None:
    """Append `events` to the environment's trail, each chained to the one before, and tell the revocation feed of them.

    Call it once in a transaction and as its last statement: it locks the environment's tail, so that numbers have no
    gaps and appear in order. Raises TransactionManagementError outside a transaction.
    """
    if not events:
        return
    tail, now = tails.locked(environment)
    # Whole milliseconds: `dumpdata` keeps no more, and a log that was moved must still verify.
    at = now.replace(microsecond=now.microsecond // 1000 * 1000)
    entries = []
    for event in events:
        tail.audit_n += 1
        entry = AuditEntry(
            environment=environment,
            n=tail.audit_n,
            at=at,
            actor_key=by.key,
            actor_name=by.name,
            on_behalf_of=by.on_behalf_of,
            door=by.door.value,
            request_id=by.request_id,
            event=event.event,
            programmer=event.programmer,
            kind=event.kind,
            key=event.key,
            label=event.label,
            reason=event.reason,
            data=event.data or {},
            previous_hash=tail.audit_hash,
        )
        entry.hash = tail.audit_hash = chain.hash_of(entry)
        entries.append(entry)
    AuditEntry.objects.bulk_create(entries)
    if announcing:
        feed.append(tail, announcing, now=now)
    tail.save(update_fields=["audit_n", "audit_hash", "feed_n"])
