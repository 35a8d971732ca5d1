import re

from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard import counting
from registration import applications, scopes
from registration.models import RegisteredApplication
from tests import factories
from tests.cast import actor
from tests.dashboard.screens.conftest import PLACE, register

LIST = f"{PLACE}/applications/"


def names(response):
    """The applications of the page, in its order."""
    return re.findall(r'class="row-link" href="[^"]+">([^<]+)<', response.content.decode())


def test_one_sees_the_applications_of_ones_programmers_and_no_other(as_, alice, tess, borealis):
    assert names(as_(alice).get(LIST)) == ["Aurora Live"]
    assert names(as_(tess).get(LIST)) == ["Aurora Live", "Borealis Live"]


def test_the_search_finds_by_name_version_domain_and_the_exact_ids(as_, alice, live):
    register(live, "client-of-a-device")
    for word in ("auRORA", "6.1", "live.aurora.example", "aurora 6.1.0", str(live.software_id), "client-of-a-device"):
        assert names(as_(alice).get(LIST, {"q": word})) == ["Aurora Live"], word
    for word in ("client-of-a", str(live.software_id)[:8], "9.9", "aurora 9.9", "\0"):
        found = names(as_(alice).get(LIST, {"q": word}))
        assert found == ([] if word != "\0" else ["Aurora Live"]), word


def test_the_search_does_not_find_what_one_may_not_see(as_, alice, borealis):
    assert names(as_(alice).get(LIST, {"q": str(borealis.software_id)})) == []


def test_every_filter_keeps_what_fits_and_drops_the_rest(as_, alice, tess, live):
    for asked in ({"state": "active"}, {"platform": "ROKU"}, {"scope": "rest-v2"}, {"level": "programmer"}):
        assert names(as_(alice).get(LIST, asked)) == ["Aurora Live"], asked
    narrow = {"platforms": ["IOS"], "channels": ["aurora-one"], "level": "channel", "domains": ["live.aurora.example"]}
    factories.application("Aurora Small", scopes=["idp:owner"], **narrow)
    for asked in ({"state": "revoked"}, {"platform": "ROKU", "scope": "proxy-mvpd"}, {"scope": "esm"}):
        assert names(as_(alice).get(LIST, asked)) == [], asked
    assert names(as_(alice).get(LIST, {"level": "channel"})) == ["Aurora Small"]
    assert names(as_(alice).get(LIST, {"scope": "proxy-mvpd"})) == ["Aurora Small"]
    small = RegisteredApplication.objects.filter(name="Aurora Small")
    for held, found in ((scopes.ALL, ["Aurora Small"]), (["config:client"], [])):  # an API is all of its scopes
        small.update(scopes=sorted(held))
        assert names(as_(alice).get(LIST, {"scope": "rest-v1"})) == found


def test_a_filter_that_means_nothing_is_as_if_it_were_not_there(as_, alice, live):
    assert names(as_(alice).get(LIST, {"state": "odd", "sort": "password", "page": "many"})) == ["Aurora Live"]


def test_nothing_that_matches_offers_to_clear_the_filters(as_, alice, live):
    page = as_(alice).get(LIST, {"q": "nothing like it"}).content.decode()
    assert "No application matches" in page
    assert "Clear filters" in page


def test_sorting_turns_round(as_, alice, live):
    factories.application("aurora zebra")
    factories.application("Äpfel")
    assert names(as_(alice).get(LIST)) == ["Aurora Live", "aurora zebra", "Äpfel"]
    assert names(as_(alice).get(LIST, {"sort": "-name"})) == ["Äpfel", "aurora zebra", "Aurora Live"]


def test_a_state_filter_follows_the_state(as_, alice, live, tom):
    applications.suspend(live, reason="A test.", by=actor(tom))
    assert names(as_(alice).get(LIST, {"state": "suspended"})) == ["Aurora Live"]
    assert names(as_(alice).get(LIST, {"state": "active"})) == []


def test_an_editor_downloads_from_the_row_and_a_viewer_is_told_who_may(as_, alice, victor, live):
    statement = live.statements.get()
    address = f"{LIST}{live.software_id}/statements/{statement.pk}/download/"
    assert address in as_(alice).get(LIST).content.decode()
    page = as_(victor).get(LIST).content.decode()
    assert address not in page
    assert "an editor may" in page


def test_a_page_holds_fifty_and_asks_the_same_however_many_there_are(as_, alice, live, django_assert_max_num_queries):
    client = as_(alice)
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST, {"q": "aurora", "state": "active", "platform": "IOS", "scope": "rest-v2"})
    for number in range(60):
        one = {"channels": ["aurora-one"], "domains": ["live.aurora.example"]} if number % 2 else {}
        factories.application(f"Aurora {number:02}", version="1.0.0", **one)
    register(live, "one")
    with django_assert_max_num_queries(12), CaptureQueriesContext(connection) as many:
        first = client.get(LIST, {"q": "aurora", "state": "active", "platform": "IOS", "scope": "rest-v2"})
    assert len(names(first)) == 50
    assert len(many) <= len(few) + 1  # the names of channels, where an application names one
    assert len(names(client.get(LIST, {"page": 2}))) == 11


def test_counts_of_clients_stop_early(as_, alice, live, monkeypatch):
    for number in range(4):
        register(live, f"client-{number}")
    assert counting.clients([live], most=10)[live.pk].number == 4
    assert str(counting.clients([live], most=2)[live.pk]) == "2+"
    register(live, "gone", revoked_at="2026-01-01T00:00Z")
    assert str(counting.clients([live], most=10)[live.pk]) == "4"
