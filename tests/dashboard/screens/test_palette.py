"""The palette: everything that one may see, in every environment, from one search."""

import re
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registration import applications
from registration.models import Channel, Domain, Programmer, RegisteredApplication
from tests import factories
from tests.cast import person
from tests.dashboard.screens.conftest import PLACE, register


def hits(client, q, **more):
    """What is found, as (where it leads, what it says)."""
    page = client.get("/palette/", {"q": q, "fragment": "1", **more}).content.decode()
    links = re.findall(r'<a role="option"[^>]* href="([^"]+)"[^>]*>(.*?)</a>', page, re.DOTALL)
    return [(unescape(url), " ".join(unescape(re.sub(r"<[^>]+>", " ", words)).split())) for url, words in links]


def urls(client, q):
    return [url for url, _words in hits(client, q)]


def test_it_finds_each_kind_by_name_id_or_domain(as_, alice, live, url):
    client = as_(alice)
    register(live, "client-of-a-device")
    clients = f"{PLACE}/applications/{live.software_id}/clients/"
    for q, expected in {
        "auRORA live": url(),
        "live 6.1.0": url(),
        str(live.software_id): url(),
        str(live.software_id).upper(): url(),
        "client-of-a-device": clients,
        "aurora-one": f"{PLACE}/channels/aurora-one/",
        "aurora one": f"{PLACE}/channels/aurora-one/",
        "live.aurora": f"{PLACE}/channels/aurora-one/domains/",
        "auro": f"{PLACE}/programmers/aurora/",
        "changes log": f"{PLACE}/changes/",
        "profile": "/profile/",
        "sign out": "/accounts/logout/",
    }.items():
        assert expected in urls(client, q), q


def test_every_place_that_it_offers_is_there(as_, ada, live):
    register(live, "client-of-a-device")
    client = as_(ada)
    for q in ("", "a", "aurora", "client-of-a-device", "live.aurora.example"):
        found = urls(client, q)
        assert len(found) == len(set(found))
        for each in found:
            assert client.get(each).status_code in {200, 302}, each


def test_part_of_an_id_and_nothing_like_it_find_nothing(as_, alice, live):
    register(live, "client-of-a-device")
    for q in ("client-of-a", str(live.software_id)[:8], "aurora 9.9", "zzz", "%", "_", "\\"):
        assert urls(as_(alice), q) == [], q
    assert "Nothing matches “zzz”." in as_(alice).get("/palette/?q=zzz&fragment=1").content.decode()


def test_signs_of_the_database_are_letters_like_others(as_, alice, live):
    factories.application("100 %_ Élan")
    for q in ("%_", "ÉLAN", "élan", "e\u0301lan", "100 %"):
        assert next(words for _url, words in hits(as_(alice), q)).startswith("100"), q


def test_it_does_not_find_what_one_may_not_see(as_, alice, charlie, live, borealis):
    register(borealis, "client-of-borealis")
    for q in ("borealis", str(borealis.software_id), "client-of-borealis", "live.borealis.example"):
        assert urls(as_(alice), q) == [], q
        assert urls(as_(charlie), q) != [], q


def test_it_finds_nothing_in_an_environment_that_one_may_not_enter(as_, db, live):
    there = factories.world("aurora", environment="release-staging")
    here_only = as_(person("una", ("editor", "aurora", "release-production")))
    both = as_(person("otto", ("editor", "aurora", "")))
    assert urls(here_only, str(there.software_id)) == []
    assert urls(both, str(there.software_id)) == [f"/release-staging/applications/{there.software_id}/"]
    assert not [url for url in urls(here_only, "") if url.startswith("/release-staging/")]


def test_where_one_is_comes_first_and_each_hit_says_its_environment(as_, alice, live):
    there = factories.world("aurora", environment="release-staging")
    client = as_(alice)
    for place, first in (("release-staging", there), ("release-production", live)):
        client.get(f"/{place}/")
        found = [each for each in hits(client, "aurora live") if "/applications/" in each[0]]
        assert next(url.split("/")[3] for url, _words in found) == str(first.software_id)
        badges = ["Release Staging" if "staging" in url else "Release Production" for url, _words in found]
        assert all(words.endswith(badge) for badge, (_url, words) in zip(badges, found, strict=True))


def test_what_begins_with_it_comes_before_what_holds_it(as_, alice, live):
    factories.application("Zoo")
    factories.application("A zoo")
    assert next(words[:5] for url, words in hits(as_(alice), "zoo") if "/applications/" in url) == "Zoo 6"


def test_removed_things_are_not_found_any_more(as_, alice, live):
    def found():
        return [url for url in urls(as_(alice), "live") if "/applications/" in url or "/domains/" in url]

    assert len(found()) == 2
    Domain.objects.update(removed_in=2)
    RegisteredApplication.objects.update(removed_in=2)
    assert found() == []


def test_a_revoked_application_is_found(as_, alice, live, url):
    applications.revoke(live, reason="Leaked.", by=factories.OPERATOR)
    assert url() in urls(as_(alice), "aurora live")


def test_actions_are_offered_to_whoever_may_take_them(as_, alice, victor, tess, ada, live):
    add = {f"{PLACE}/programmers/aurora/applications/new/", f"{PLACE}/channels/aurora-one/applications/new/"}
    assert add <= set(urls(as_(alice), "aurora"))
    assert not add & set(urls(as_(victor), "aurora"))
    for q, path, may, may_not in (
        ("new programmer", f"{PLACE}/programmers/new/", tess, alice),
        ("invite", "/people/invite/", tess, victor),
        ("people", "/people/", tess, alice),
        ("signing keys", f"{PLACE}/keys/", ada, tess),
        ("settings", f"{PLACE}/settings/", ada, alice),
    ):
        assert path in urls(as_(may), q), q
        assert path not in urls(as_(may_not), q), q


def test_a_domain_says_which_channel_and_how_many_applications(as_, alice, live):
    found = dict(hits(as_(alice), "live.aurora.example"))
    words = found[f"{PLACE}/channels/aurora-one/domains/"]
    assert words == "live.aurora.example Aurora One, used by 1 application Release Production"


def test_without_javascript_it_is_a_page(as_, alice, live, url):
    page = as_(alice).get("/palette/", {"q": "aurora"}).content.decode()
    assert f'<a href="{url()}">' in page
    assert "<mark>Aurora</mark> Live 6.1.0" in page
    assert re.search(r'role="status">\d+ results<', page)
    assert "<title>aurora · Search" in page
    start = as_(alice).get(f"{PLACE}/").content.decode()
    assert re.search(r'<form class="finder"[^>]* action="/palette/"', start)


def test_what_was_typed_is_text(as_, alice, live):
    factories.application("A <b>bold</b> one")
    for asked in ({"q": '"><script>alert(1)</script>'}, {"q": "bold", "fragment": "1"}):
        page = as_(alice).get("/palette/", asked).content.decode()
        assert "<script>alert" not in page
        assert "<b>" not in page
    assert "&lt;b&gt;<mark>bold</mark>&lt;/b&gt;" in page


@pytest.mark.parametrize("q", ["\0", "x" * 100_000, "a " * 5_000, "\ud83d", "🏴" * 300, "'; --", "(((", "[" * 50])
def test_whatever_is_typed_is_answered(as_, alice, live, q):
    assert as_(alice).get("/palette/", {"q": q.encode("utf-8", "surrogatepass")}).status_code == 200


def test_nobodys_member_finds_pages_alone(as_, nina, live):
    assert urls(as_(nina), "aurora") == []
    assert "/profile/" in urls(as_(nina), "")
    assert as_(nina).get("/palette/").status_code == 200


def test_its_queries_are_few_however_much_there_is(as_, alice, live):
    client = as_(alice)
    client.get(f"{PLACE}/")
    grown = []
    for asked in ({"q": "aurora", "fragment": "1"}, {"q": "aurora"}):
        with CaptureQueriesContext(
            connection,
        ) as few:
            client.get("/palette/", asked)
        grown.append(len(few))
        assert len(few) <= 12, [each["sql"][:90] for each in few]
    _crowd()
    for asked, before in zip(({"q": "aurora", "fragment": "1"}, {"q": "aurora"}), grown, strict=True):
        with CaptureQueriesContext(connection) as many:
            response = client.get("/palette/", asked)
        assert len(many) == before
        assert response.content.count(b'class="what"') <= 60


def _crowd():
    aurora = Programmer.objects.get()
    place = {"environment": aurora.environment, "programmer": aurora}
    for number in range(20):
        one = Channel.objects.create(public_id=f"aurora-{number}", display_name=f"Aurora one {number}", **place)
        Domain.objects.create(environment=one.environment, channel=one, host=f"aurora-one-{number}.example")
        RegisteredApplication.objects.create(
            software_id=uuid4(),
            programmer_public_id="aurora",
            name=f"Aurora one {number}",
            version="1",
            **place,
            level="programmer",
            all_channels=True,
            platforms=[],
            domains=[],
            scopes=[],
        )
