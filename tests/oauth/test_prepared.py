"""The hot statements are prepared on PostgreSQL: planning them cost as much as all the rest of a token."""

import pytest
from django.db import connection

from oauth.prepared import fetch_one

pytestmark = pytest.mark.django_db


@pytest.mark.postgresql
def test_what_is_asked_twice_is_planned_once():
    for number in range(2):
        assert fetch_one("SELECT %(number)s::int AS one_question", {"number": number}) == (number,)
    assert _prepared("one_question") == 1


@pytest.mark.postgresql
def test_nothing_is_prepared_behind_a_pooler_that_forbids_it(settings):
    settings.DATABASE_PREPARE = False
    for number in range(7):
        assert fetch_one("SELECT %(number)s::int AS another_question", {"number": number}) == (number,)
    assert _prepared("another_question") == 0


def _prepared(text: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{text}%"])
        return cursor.fetchone()[0]
