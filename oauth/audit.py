"""Who did it, and the record that they did: every verb of a person, a command or an API token ends with `record`."""

import getpass
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices

from oauth import feed, tails
from oauth.feed import Announcement
from oauth.models import AuditEntry


class Door(TextChoices):
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
    """Append `events` to the environment's trail, and what the revocation feed is to tell of them.

    Call it once in a transaction and as its last statement: it locks the environment's tail, so that numbers have no
    gaps and appear in order. Raises TransactionManagementError outside a transaction.
    """
    if not events:
        return
    tail = tails.locked(environment)
    AuditEntry.objects.bulk_create(
        AuditEntry(
            environment=environment,
            n=tail.audit_n + offset,
            actor_key=by.key,
            actor_name=by.name,
            on_behalf_of=by.on_behalf_of,
            door=by.door,
            request_id=by.request_id,
            event=event.event,
            programmer=event.programmer,
            kind=event.kind,
            key=event.key,
            label=event.label,
            reason=event.reason,
            data=event.data or {},
        )
        for offset, event in enumerate(events, start=1)
    )
    tail.audit_n += len(events)
    if announcing:
        feed.append(tail, announcing)
    tail.save(update_fields=["audit_n", "feed_n"])
