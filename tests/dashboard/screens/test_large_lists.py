"""Lists at 5,000 rows: the right ones, in the right order, on the right page, on both databases."""

import html
import re
from datetime import UTC, datetime

import pytest

from registration.models import Channel, Domain, Programmer, RegisteredApplication
from registration.text import fold
from tests.dashboard.screens.conftest import PLACE

ROWS = 5_000
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def many(live):
    """`Étoile _%` in every fifth name, and neighbours that only a wildcard would take for it; every third is closed."""
    programmer = Programmer.objects.get(id_key="aurora")
    shapes = ("Étoile _% {}", "étoile xx {}", "Etoile _% {}", "ÉTOILE %_ {}", "Station {}")
    rows = [
        RegisteredApplication(
            environment=programmer.environment,
            programmer=programmer,
            programmer_public_id="aurora",
            name=(name := shapes[n % 5].format(f"{(n * 7_919) % ROWS:04}")),
            name_key=fold(name),
            version=f"{n % 3}.0",
            level="programmer",
            all_channels=True,
            closed_at=LONG_AGO if n % 3 == 0 else None,
            platforms=["ROKU"],
        )
        for n in range(ROWS)
    ]
    return RegisteredApplication.objects.bulk_create(rows, batch_size=500)


def shown(response):
    """The names of the page, in its order."""
    found = re.findall(r'class="row-link" href="[^"]+">([^<]+)<', response.content.decode())
    return [html.unescape(name) for name in found]


def test_each_page_of_a_searched_filtered_and_sorted_list_is_the_right_one(as_, alice, many):
    browser, url = as_(alice), f"{PLACE}/applications/"
    right = [row for row in many if row.name.startswith("Étoile _%") and row.closed_at]
    assert len(right) > 300
    for query in ("ÉTOILE _%", "_% étoile", "E\u0301toile _%"):
        for sort in ("name", "-name", "-version"):
            response = browser.get(url, {"q": query, "state": "closed", "platform": "ROKU", "sort": sort, "page": "2"})
            ordered = sorted(right, key=lambda row: (row.version if sort == "-version" else "", row.name_key))
            wanted = [row.name for row in (ordered[::-1] if sort.startswith("-") else ordered)]
            assert shown(response) == wanted[50:100], (query, sort)
            assert f"of {len(wanted)}" in response.content.decode()
    last = shown(browser.get(url, {"page": "101"}))
    assert last == sorted([*(row.name for row in many), "Aurora Live"], key=fold)[5_000:]
    assert shown(browser.get(url, {"page": "102"})) == last, "the last page there is"


def test_channels_and_domains_are_paged_as_well(as_, alice, live):
    programmer = Programmer.objects.get(id_key="aurora")
    names = [f"{'Élan _%' if n % 2 else 'élan x'} {n:04}" for n in range(ROWS)]
    made = [
        Channel(
            environment=programmer.environment,
            programmer=programmer,
            public_id=f"c{n}",
            id_key=f"c{n}",
            display_name=name,
            name_key=fold(name),
        )
        for n, name in enumerate(names)
    ]
    Channel.objects.bulk_create(made, batch_size=500)
    asked = {"q": "élan _%", "sort": "-name", "page": "2"}
    for url in (f"{PLACE}/channels/", f"{PLACE}/programmers/aurora/channels/"):
        assert (
            shown(as_(alice).get(url, asked)) == sorted((name for name in names if "_%" in name), reverse=True)[50:100]
        )
    channel = Channel.objects.get(id_key="aurora-one")
    hosts = [f"h{n:04}.aurora.example" for n in range(ROWS)]
    Domain.objects.bulk_create(
        (Domain(environment=channel.environment, channel=channel, host=host) for host in hosts), batch_size=1_000
    )
    page = as_(alice).get(f"{PLACE}/channels/aurora-one/domains/", {"page": "2"}).content.decode()
    assert re.findall(r'<bdi class="strong">([^<]+)</bdi>', page) == hosts[50:100]
