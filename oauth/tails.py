"""The one lock behind which audit entries and feed events get their numbers: taken last in a transaction."""

from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from oauth.models import Tail


def locked(environment: str) -> tuple[Tail, datetime]:
    """The environment's tail, nobody else's until the transaction ends, and the database's clock.

    Numbers that are given under this lock have no gaps and appear in order: without it a slow transaction's number
    would appear after a reader has passed it. Raises TransactionManagementError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("What is numbered belongs to the transaction of what it tells.")
    rows = Tail.objects.select_for_update(no_key=True)
    tail = rows.filter(environment=environment).first()
    if tail is None:
        Tail.objects.get_or_create(environment=environment)
        tail = rows.get(environment=environment)
    # Asked when the lock is held, so that instants are in the order of the numbers.
    now: datetime = Tail.objects.filter(environment=environment).values_list(Now(), flat=True).get()
    return tail, now
