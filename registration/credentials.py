"""The life of a client's secret: a new one while the old one lives on, and all of them under another pepper."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models.functions import Now

from oauth import audit, secrets
from oauth.audit import Actor, Event
from oauth.problems import Invalid
from registration import events, states
from registration.models import Client

GRACE = timedelta(hours=24)
MOST_GRACE = timedelta(days=30)
BATCH = 2_000
_REWRAP = "UPDATE registration_client SET {column} = %s WHERE id = %s AND {column} = %s"


@dataclass(frozen=True)
class Renewed:
    """A new secret, which only its client has beside this, and until when the one before it is good."""

    secret: str
    previous_until: datetime


@transaction.atomic
def rotate(client: Client, *, grace: timedelta = GRACE, reason: str, by: Actor) -> Renewed:
    """Give a client a new secret; the old one stays good for `grace`, at most 30 days. Raises Invalid."""
    reason = states.reason_of(reason)
    if not timedelta(0) <= grace <= MOST_GRACE:
        raise Invalid({"grace": ["Choose at most 30 days."]})
    renewed = _renew(client, grace, held="")
    event = events.about(
        client.application,
        "client:rotate_secret",
        kind="client",
        key=client.client_id,
        reason=reason,
        grace_seconds=int(grace.total_seconds()),
    )
    audit.record(event, environment=client.environment, by=by)
    return renewed


@transaction.atomic
def rotate_own(client: Client, *, held: str = "") -> Renewed:
    """The same, asked for by the client itself, for 24 hours; its row is the record. Raises Invalid.

    `held` is the secret that it has, where it said so: that one stays good, even if a new one was already made whose
    answer never arrived.
    """
    return _renew(client, GRACE, held=held)


def rewrap(*, by: Actor) -> int:
    """Wrap every secret that is not under the newest pepper in that one, and answer how many were.

    Each batch is committed by itself: the rows say what they are, so that a run that was interrupted is resumed by the
    next one, and no device waits for a million rows. Raises Invalid for a value that cannot be wrapped.
    """
    changed, last = 0, 0
    while True:
        with transaction.atomic():
            rows = list(
                Client.objects.filter(pk__gt=last)
                .order_by("pk")
                .values_list("pk", "client_id", "client_secret", "previous_secret")[:BATCH]
            )
            changed += sum(_rewrap(rows, column) for column in ("client_secret", "previous_secret"))
        if not rows:
            break
        last = rows[-1][0]
    if changed:
        event = Event("client:rewrap_secrets", kind="client", label=f"{changed:,} secrets", data={"secrets": changed})
        with transaction.atomic():
            audit.record(event, environment="", by=by)
    return changed


def _renew(client: Client, grace: timedelta, *, held: str) -> Renewed:
    row = states.locked(client)
    if row.revoked_at is not None or row.deleted_at is not None:
        raise Invalid({"": ["The client is revoked or deleted. It can register again."]})
    lives_on = row.client_secret
    if held and row.previous_secret and secrets.matches(held, (row.previous_secret,)):
        lives_on = row.previous_secret
    secret = secrets.make()
    Client.objects.filter(pk=row.pk).update(
        client_secret=secrets.seal(secrets.digest(secret)),
        previous_secret=lives_on,
        previous_secret_until=Now() + grace,
    )
    client.refresh_from_db(fields=["client_secret", "previous_secret", "previous_secret_until"])
    assert client.previous_secret_until is not None  # noqa: S101  (it was written above)
    return Renewed(secret, client.previous_secret_until)


def _rewrap(rows: list[tuple[int, str, str, str]], column: str) -> int:
    """Only where the value is still what was read: a secret may be rotated meanwhile, and is then under the newest."""
    wrapped = []
    for pk, client_id, current, previous in rows:
        before = current if column == "client_secret" else previous
        if not before:
            continue
        try:
            after = secrets.rewrapped(before)
        except ValueError:
            raise Invalid(
                {"": [f"The secret of client {client_id} cannot be wrapped. Nothing after it was."]}
            ) from None
        if after is not None:
            wrapped.append((after, pk, before))
    if wrapped:
        with connection.cursor() as cursor:
            cursor.executemany(_REWRAP.format(column=column), wrapped)
    return len(wrapped)
