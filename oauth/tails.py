"""The one lock behind which audit entries and feed events get their numbers: taken last in a transaction."""

from django.db import transaction
from django.db.models.functions import Now

from oauth.models import Tail


def locked(environment: str) -> Tail:
    """The environment's tail, its own until the transaction ends; `now` is the database's clock.

    Numbers that are given under this lock have no gaps and appear in order: without it a slow transaction's number
    would appear after a reader has passed it. Raises TransactionManagementError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("What is numbered belongs to the transaction of what it tells.")
    Tail.objects.get_or_create(environment=environment)
    return Tail.objects.select_for_update(no_key=True).annotate(now=Now()).get(environment=environment)
