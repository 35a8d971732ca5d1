"""Private keys at rest: whether each can be opened, and moving all of them under the newest key-encryption key."""

from django.db import transaction
from django.db.models import QuerySet

from oauth import audit, sealing
from oauth.audit import Actor, Event
from oauth.models import SigningKey


def check_readable() -> None:
    """Raises Invalid, with one line for the operator, where a private key cannot be opened."""
    closed = [
        f"{key.kid} ({key.environment}, {key.purpose})"
        for key in _with_private()
        if not sealing.opens(str(key.private_encrypted))
    ]
    if closed:
        many = f"{len(closed)} signing key{'s' if len(closed) > 1 else ''}"
        raise sealing.closed(f"{many}: {', '.join(closed)}")


@transaction.atomic
def reencrypt(*, by: Actor) -> int:
    """Encrypt every private key under the newest key-encryption key, so that the older ones can be taken away.

    Answers how many were under an older one. Raises Invalid, and changes nothing, where one cannot be opened.
    """
    check_readable()
    changed = 0
    for key in _with_private().select_for_update(no_key=True):
        sealed = sealing.sealed_anew(str(key.private_encrypted))
        if sealed is not None:
            SigningKey.objects.filter(pk=key.pk).update(private_encrypted=sealed)
            changed += 1
    if changed:
        event = Event("key:reencrypt", kind="key", label=f"{changed} keys", data={"keys": changed})
        audit.record(event, environment="", by=by)
    return changed


def _with_private() -> QuerySet[SigningKey]:
    return SigningKey.objects.exclude(private_encrypted=None).order_by("pk")
