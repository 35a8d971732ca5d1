"""Eight writers at once leave one chain, in the order of their commits."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from oauth.audit import Event
from oauth.models import AuditEntry
from tests.dashboard.log.conftest import ENVIRONMENT, say, verify

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_eight_writers_at_once_leave_one_chain():
    def write(writer):
        try:
            for turn in range(12):
                with transaction.atomic():
                    say(*[Event("x:y", key=f"{writer}/{turn}")] * (1 + turn % 3))
                    transaction.set_rollback(turn % 4 == 3)
                say(Event("x:z"), environment="")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert verify()[0] == {}
    rows = AuditEntry.objects.filter(environment=ENVIRONMENT).order_by("n")
    assert [row.n for row in rows] == list(range(1, 8 * (1 + 2 + 3) * 3 + 1))
    instants = [row.at for row in rows]
    assert instants == sorted(instants)
