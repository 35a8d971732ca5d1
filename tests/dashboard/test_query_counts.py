"""How many queries each page takes: the same with 3 rows as with 60, and as many as the baseline says.

A page that takes more, or fewer, for a reason: `UPDATE_QUERY_COUNTS=1 pytest -n 0 tests/dashboard/test_query_counts.py`
writes the baseline anew. Its diff is what a reader judges.
"""

import json
import os
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dashboard import changes, invitations, revocations
from dashboard.changes import Edit
from dashboard.models import Role
from dashboard.permissions import Grant
from registration import statements
from registration.models import Client
from tests import factories
from tests.cast import actor, person, signed_in
from tests.certificates import pem
from tests.dashboard import test_url_table as table

BASELINE = Path(__file__).with_name("query_counts.json")
FEW, MANY = 3, 60
GROW = {"changes-csv"}  # a file is read 200 lines at a time
A_LIST, ELEMENTS = 12, 2_500


class Elements(HTMLParser):
    """How many elements a page has."""

    def __init__(self, text):
        super().__init__()
        self.number = 0
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.number += 1


@pytest.fixture
def world(signing_keys, alice, victor, tess, ada):
    return table._with_people(table._world("aurora", table.HERE, alice), victor, tess, "aurora")


def grow(world, start, end, *, alice, tess):
    """Rows number `start` to `end` of everything that a page lists."""
    here, one, span = table.HERE, "aurora-one", range(start, end)
    own = {"of": "aurora"}
    factories.pushed(*(Edit("channel", {"public_id": f"c-{n}", "display_name": f"Channel {n}"}) for n in span), **own)
    factories.pushed(*(Edit("domain", {"channel": one, "host": f"h{n}.aurora.example"}) for n in span), **own)
    factories.pushed(*(Edit("scheme", {"label": f"Scheme {n}"}) for n in span), **own)
    factories.pushed(*(Edit("analytics", {"channel": one}) for _ in span), **own)
    made = [pem(f"c{n}.aurora.example", serial=n + 1) for n in span]
    for owner in ({}, {"owner": f"c:{one}"}):
        factories.pushed(*(Edit("certificate", {"pem": each, **owner}) for each in made), **own)
    channels, domains = [f"c-{n}" for n in range(end)], [f"h{n}.aurora.example" for n in range(end)]
    wide = factories.application_properties("Wide", channels=[one, *channels], domains=domains)
    apps = [Edit("application", {**wide, "name": f"Application {n}"}) for n in span]
    pushed = factories.pushed(*apps, **own)
    ids = [change.key for change in pushed.changes.all()]
    main = table.RegisteredApplication.objects.get(software_id=world.all["software_id"])
    rows = list(table.RegisteredApplication.objects.filter(software_id__in=ids))
    issued = [statements.issue(main, expires_at=None, by=actor(tess)) for _ in span]
    Client.objects.bulk_create(_clients(main, [each.pk for each in issued], start))
    Client.objects.bulk_create(client for row in rows for client in _clients(row, [row.statements.get().pk], start))
    for row in rows:
        revocations.request(row, reason="Old.", by=actor(alice))
    for n in span:
        factories.programmer(f"p{n}")
        factories.pushed(Edit("programmer", {"display_name": f"Aurora {n}"}, key="aurora"), **own)
        reader = person(f"reader{n}", ("editor", "aurora", ""))
        invitations.invite(email=f"i{n}@x.test", memberships=[Grant("aurora", Role.VIEWER, "")], by=actor(tess))
        for who in (alice, tess, reader):
            changes.stage(
                environment=here,
                kind="channel",
                properties={"public_id": f"d-{who.pk}-{n}", "display_name": f"Drafted {n}"},
                programmer="aurora",
                by=actor(who),
            )


def _clients(row, issued, start):
    for n, statement in enumerate(issued):
        yield Client(
            environment=row.environment,
            application=row,
            statement_id=statement,
            client_id=f"client-{row.pk}-{start + n}",
            client_secret="p1:" + "0" * 64,
            hash_client_secret=False,
            client_type=Client.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
            platform="IOS",
            issued_at=table.datetime.now(table.UTC),
        )


@dataclass(frozen=True)
class Asked:
    """What a page took: its queries, its elements, and whether it is one page of a list."""

    queries: list[str]
    elements: int
    is_list: bool


def ask(browser, url):
    """What it wrote is undone."""
    with transaction.atomic():
        with CaptureQueriesContext(connection) as context:
            response = browser.get(url)
            text = response.getvalue().decode(errors="replace")
        transaction.set_rollback(True)
    # A time limit is a statement on one database, and none on the other.
    queries = [each["sql"] for each in context if not {"SAVEPOINT", "SET"} & set(each["sql"].split()[:2])]
    named = set(response.context.keys()) if response.context else set()
    elements = Elements(text).number if response["Content-Type"].startswith("text/html") else 0
    return Asked(queries, elements, bool({"page", "listing"} & named))


def measure(world, browsers):
    return {
        f"{name} {who}": ask(browser, reverse(name, kwargs=table.arguments(name, world)))
        for name, page in sorted(table.TABLE.items())
        for who, browser in browsers.items()
        if page.expected(who, "get") == 200
    }


def test_pages_take_as_many_queries_as_the_baseline_says_however_many_rows_there_are(world, alice, tess, ada):
    browsers = {"alice": signed_in(alice), "ada": signed_in(ada)}
    for browser in browsers.values():  # the session remembers where one is, and the process its keys
        browser.get(reverse("home", args=[table.HERE]))
        browser.get(reverse("audit-checkpoint"))
    grow(world, 0, FEW, alice=alice, tess=tess)
    few = {name: len(asked.queries) for name, asked in measure(world, browsers).items()}
    grow(world, FEW, MANY, alice=alice, tess=tess)
    asked = measure(world, browsers)
    many = {name: len(each.queries) for name, each in asked.items()}
    grown = {name: (few[name], number) for name, number in many.items() if number > few[name]}
    assert {name: counts for name, counts in grown.items() if name.split()[0] not in GROW} == {}
    assert {name: each.elements for name, each in asked.items() if each.elements > ELEMENTS} == {}
    lists = {name for name, each in asked.items() if each.is_list}
    assert len(lists) > 20
    of_drafts = {name for name in lists if name.startswith("draft-")}  # whose changes are paged
    assert {name: many[name] for name in lists - of_drafts if many[name] > A_LIST} == {}
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        BASELINE.write_text(json.dumps(many, indent=0, sort_keys=True) + "\n")
    assert many == json.loads(BASELINE.read_text()), __doc__
