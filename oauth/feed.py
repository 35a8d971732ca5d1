"""The revocation feed: what those who verify tokens offline must know, numbered without gaps, in order of commit.

Every change of a state is announced in its own transaction. What is announced is kept until no token can live that it
concerns: the longest token life and a minute.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Min
from django.db.models.functions import Now

from oauth import jose, tails
from oauth.errors import ExpiredCursor, InvalidRequest
from oauth.models import RevocationEvent, Tail

Kind = RevocationEvent.Kind
State = RevocationEvent.State
_GRACE = timedelta(seconds=60)
# What one answer holds. A reader who was given events asks again at once.
MOST = 10_000


@dataclass(frozen=True)
class Announcement:
    """That `id` entered `state`: at an instant of the database's clock, or now. `until` is a token's `exp`."""

    kind: RevocationEvent.Kind
    id: str
    state: RevocationEvent.State
    at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Page:
    """What happened after a cursor, and the cursor to ask with next."""

    next: str
    events: list[dict[str, Any]]


@transaction.atomic
def announce(*announcements: Announcement, environment: str) -> None:
    """Tell what changed without an audit entry; what has one is announced by `audit.record`. Call it last."""
    if announcements:
        tail, now = tails.locked(environment)
        append(tail, announcements, now=now)
        tail.save(update_fields=["feed_n"])


def append(tail: Tail, announcements: Sequence[Announcement], *, now: datetime) -> None:
    """Number and write them under the lock of `tail`, which the caller saves. What has expired goes."""
    life = timedelta(seconds=settings.ACCESS_TOKEN_SECONDS)
    rows = []
    for offset, told in enumerate(announcements, start=1):
        at = told.at or now
        rows.append(
            RevocationEvent(
                environment=tail.environment,
                n=tail.feed_n + offset,
                kind=told.kind,
                object_id=told.id,
                state=told.state,
                at=at,
                until=told.until or at + life,
                expires_at=max(at, now) + life + _GRACE,
            )
        )
    RevocationEvent.objects.bulk_create(rows)
    tail.feed_n += len(rows)
    # From the front only: a reader then sees a gap exactly where it missed something.
    here = RevocationEvent.objects.filter(environment=tail.environment)
    here.filter(n__lt=here.filter(expires_at__gt=now).aggregate(first=Min("n"))["first"]).delete()


def read(environment: str, after: str = "") -> Page:
    """What happened after the cursor, oldest first; without one, all that is kept.

    Raises InvalidRequest for a cursor that is none of this feed, ExpiredCursor where something after it is no more.
    """
    # The tail first: what is committed between these questions is then seen, not passed over.
    last = Tail.objects.filter(environment=environment).values_list("feed_n", flat=True).first() or 0
    here = RevocationEvent.objects.filter(environment=environment)
    first = here.filter(expires_at__gt=Now()).aggregate(first=Min("n"))["first"] or last + 1
    start = _position(after, environment) if after else first - 1
    if start > last or start + 1 < first:
        raise ExpiredCursor
    rows = list(here.filter(n__gt=start).order_by("n")[:MOST])
    if (rows[0].n if rows else last + 1) != start + 1:
        raise ExpiredCursor
    return Page(_cursor(environment, rows[-1].n if rows else start), [_members(row) for row in rows])


def _members(row: RevocationEvent) -> dict[str, Any]:
    return {
        "n": row.n,
        "kind": row.kind,
        "id": row.object_id,
        "state": row.state,
        "at": int(row.at.timestamp()),
        "until": int(row.until.timestamp()),
    }


def _cursor(environment: str, n: int) -> str:
    return jose.encode(f"{environment} {n}".encode())


def _position(cursor: str, environment: str) -> int:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        text = ""
    n = text.removeprefix(f"{environment} ")
    if not (n.isascii() and n.isdigit() and len(n) < 19 and _cursor(environment, int(n)) == cursor):
        raise InvalidRequest("The parameter after is not a cursor of this feed. Leave it out to start from the front.")
    return int(n)
