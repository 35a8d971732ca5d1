"""How many clients came through a scheme or a domain, and which domains a channel could do without."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard import counting
from registration.models import Client
from tests import factories
from tests.dashboard.screens.conftest import PLACE, register

DOMAINS = f"{PLACE}/channels/aurora-one/domains/"
LIVE = "domain:live.aurora.example"


def text(response):
    return " ".join(response.content.decode().split())


def clients(application, *matches):
    for number, each in enumerate(matches):
        register(application, f"{application.pk}-{number}", redirect_matches=each)


def test_each_match_is_counted_once_a_client_among_the_programmers_own(live, borealis):
    clients(live, [LIVE], [LIVE, "scheme:one"], ["scheme:one", "scheme:one"], ["loopback"], [])
    clients(borealis, [LIVE], ["scheme:one"])
    gone = register(live, "revoked", redirect_matches=[LIVE])
    Client.objects.filter(pk=gone.pk).update(revoked_at="2026-01-01T00:00:00Z")
    removed = register(live, "deleted", redirect_matches=[LIVE])
    Client.objects.filter(pk=removed.pk).update(deleted_at="2026-01-01T00:00:00Z")
    asked = [LIVE, "scheme:one", "scheme:o", 'scheme:"']
    found = counting.registrations(asked, programmer=live.programmer_id)
    assert {match: each.number for match, each in found.items()} == {
        LIVE: 2,
        "scheme:one": 2,
        "scheme:o": 0,
        'scheme:"': 0,
    }


def test_a_count_stops_early_and_says_so(live):
    clients(live, *[[LIVE]] * 4)
    found = counting.registrations([LIVE], programmer=live.programmer_id, most=2)
    assert str(found[LIVE]) == "2+"
    assert counting.registrations([], programmer=live.programmer_id) == {}


def test_a_scheme_says_how_many_clients_asked_for_it_and_so_does_its_retirement(as_, alice, live):
    used = factories.scheme(label="Used", scheme="Com.Aurora.App")
    unused = factories.scheme(label="Unused")
    clients(live, ["scheme:com.aurora.app"], ["scheme:com.aurora.app"])
    for page in (f"{PLACE}/programmers/aurora/schemes/", f"{PLACE}/channels/aurora-one/schemes/"):
        shown = text(as_(alice).get(page))
        assert "2 clients" in shown
        assert "No client" in shown
    retire = text(as_(alice).get(f"{PLACE}/schemes/{used.scheme}/retire/"))
    assert "2 clients registered with a redirect URL of it." in retire
    retire = text(as_(alice).get(f"{PLACE}/schemes/{unused.scheme}/retire/"))
    assert "No client registered with a redirect URL of it." in retire


def test_a_domain_says_how_many_clients_came_through_it_and_so_does_its_removal(as_, alice, live):
    clients(live, [LIVE])
    assert "1 client" in text(as_(alice).get(DOMAINS))
    removal = text(as_(alice).get(f"{DOMAINS}live.aurora.example/remove/"))
    assert "1 client registered with a redirect URL of it." in removal
    assert "1 application names it" in removal


def test_a_subdomain_beside_its_parent_is_said_to_be_redundant(as_, alice, live):
    assert "Redundant" not in text(as_(alice).get(DOMAINS))
    factories.domain("tv.live.aurora.example", channel="aurora-one")
    page = text(as_(alice).get(DOMAINS))
    assert page.count("Redundant") == 1
    assert "live.aurora.example covers it" in page
    removal = text(as_(alice).get(f"{DOMAINS}tv.live.aurora.example/remove/"))
    assert "live.aurora.example covers it still" in removal
    factories.domain("a.tv.live.aurora.example", channel="aurora-one")
    assert "tv.live.aurora.example covers it" in text(as_(alice).get(DOMAINS))
    factories.domain("olive.aurora.example", channel="aurora-one")
    assert text(as_(alice).get(DOMAINS)).count("Redundant") == 2
    assert "covers it still" not in text(as_(alice).get(f"{DOMAINS}live.aurora.example/remove/"))


def test_more_rows_take_no_more_queries(as_, alice, live):
    browser = as_(alice)
    factories.scheme(label="First")

    def asked(url):
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(url).status_code == 200
        return len(queries)

    pages = (DOMAINS, f"{PLACE}/programmers/aurora/schemes/", f"{PLACE}/channels/aurora-one/schemes/")
    browser.get(DOMAINS)  # the first page of a session writes it
    before = [asked(url) for url in pages]
    for number in range(3):
        factories.domain(f"d{number}.live.aurora.example", channel="aurora-one")
        factories.scheme(label=f"{number}")
    assert [asked(url) for url in pages] == before
    assert max(before) <= 12


def test_a_parent_in_another_channel_makes_nothing_redundant(as_, alice, live):
    factories.channel("aurora-two", hosts=["tv.live.aurora.example"])
    assert "Redundant" not in text(as_(alice).get(f"{PLACE}/channels/aurora-two/domains/"))
    factories.domain("live.aurora.example", channel="aurora-two")
    assert "Redundant" in text(as_(alice).get(f"{PLACE}/channels/aurora-two/domains/"))
