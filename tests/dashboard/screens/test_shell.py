"""The frame of every page: where one is, how to get elsewhere, light and dark, and what anybody may open."""

import re

import pytest

from dashboard.guide import ERRORS
from oauth import errors
from tests import factories
from tests.cast import person
from tests.dashboard.screens.conftest import PLACE


def test_the_root_leads_to_the_environment_last_visited_and_first_to_the_servers_own(as_, alice, live, settings):
    client = as_(alice)
    assert client.get("/")["Location"] == "/release-production/"
    settings.DEFAULT_ENVIRONMENT = ""
    assert client.get("/")["Location"] == "/prequal-staging/"
    client.get("/release-staging/channels/")
    assert client.get("/")["Location"] == "/release-staging/"


def test_somebody_who_is_nobodys_member_is_told_so(as_, nina):
    assert "not a member" in as_(nina).get("/").content.decode()
    assert as_(nina).get(f"{PLACE}/").status_code == 404


def test_an_environment_without_membership_is_404_and_not_in_the_switch(as_, live, db):
    visitor = as_(person("una", ("editor", "aurora", "release-production")))
    page = visitor.get(f"{PLACE}/").content.decode()
    assert "/prequal-staging/switch/" not in page
    assert visitor.get("/prequal-staging/").status_code == 404
    assert visitor.get("/prequal-staging/applications/").status_code == 404


@pytest.mark.parametrize("word", ["production", "RELEASE-PRODUCTION", "release-production2"])
def test_a_word_that_is_no_environment_is_404(as_, alice, word):
    assert as_(alice).get(f"/{word}/").status_code == 404


def test_switching_goes_to_the_same_thing_there(as_, alice, live, url):
    there = factories.world("aurora", environment="prequal-staging")
    for path, landing in (
        (url(), f"/prequal-staging/applications/{there.software_id}/"),
        (url("clients/"), f"/prequal-staging/applications/{there.software_id}/clients/"),
        (url("revoke/"), f"/prequal-staging/applications/{there.software_id}/"),
        (f"{PLACE}/channels/aurora-one/domains/", "/prequal-staging/channels/aurora-one/domains/"),
        (f"{PLACE}/channels/aurora-one/domains/new/", "/prequal-staging/channels/aurora-one/domains/"),
        (f"{PLACE}/programmers/aurora/schemes/", "/prequal-staging/programmers/aurora/schemes/"),
        (f"{PLACE}/applications/", "/prequal-staging/applications/"),
        (f"{PLACE}/changes/aurora/1/", "/prequal-staging/changes/"),
        (f"{PLACE}/changes/compare/", "/prequal-staging/changes/"),
        (f"{PLACE}/applications/close/", "/prequal-staging/applications/"),
        (f"{PLACE}/programmers/new/", "/prequal-staging/programmers/"),
        (f"{PLACE}/revocation-requests/7/decline/", "/prequal-staging/revocation-requests/"),
        (f"{PLACE}/draft/", "/prequal-staging/draft/"),
        (f"{PLACE}/draft/aurora/push/", "/prequal-staging/draft/"),
        (f"{PLACE}/keys/", "/prequal-staging/"),
        ("/audit/", "/prequal-staging/"),
        ("https://elsewhere.example/", "/prequal-staging/"),
    ):
        assert as_(alice).get("/prequal-staging/switch/", {"from": path})["Location"] == landing, path


def test_an_admin_stays_at_the_keys_and_the_settings(as_, ada, db):
    for path, landing in (("keys/", "keys/"), ("keys/token/next/", "keys/"), ("settings/", "settings/")):
        answer = as_(ada).get("/prequal-staging/switch/", {"from": f"{PLACE}/{path}"})
        assert answer["Location"] == f"/prequal-staging/{landing}"


def test_what_is_not_there_leads_to_the_nearest_parent_and_says_so(as_, alice, live, url):
    factories.programmer("aurora", environment="prequal-staging")
    for path, landing in (
        (url(), "/prequal-staging/programmers/aurora/applications/"),
        (f"{PLACE}/channels/aurora-one/", "/prequal-staging/programmers/aurora/channels/"),
    ):
        page = as_(alice).get("/prequal-staging/switch/", {"from": path}, follow=True)
        assert page.redirect_chain[-1][0] == landing
        assert "is not in Prequal Staging. This is the nearest page there." in page.content.decode()
    gone = as_(alice).get("/release-staging/switch/", {"from": f"{PLACE}/programmers/aurora/"})
    assert gone["Location"] == "/release-staging/programmers/"


def test_switching_tells_nothing_of_what_one_may_not_see(as_, charlie, live, url):
    factories.world("aurora", environment="prequal-staging")
    page = as_(charlie).get("/prequal-staging/switch/", {"from": url()}, follow=True)
    assert page.redirect_chain[-1][0] == "/prequal-staging/applications/"
    assert "Aurora" not in page.content.decode()


def test_the_theme_is_chosen_by_a_form_and_stays_on_the_site(as_, alice, live):
    client = as_(alice)
    answer = client.post("/theme/", {"theme": "dark", "next": f"{PLACE}/channels/"})
    assert answer["Location"] == f"{PLACE}/channels/"
    assert 'data-theme="dark"' in client.get(f"{PLACE}/").content.decode()
    assert client.post("/theme/", {"theme": "auto", "next": "https://elsewhere.example/"})["Location"] == "/"
    assert 'data-theme="auto"' in client.get(f"{PLACE}/").content.decode()


@pytest.mark.parametrize(
    "back", ["", ";env;", "account_login", "index", "http:", "//elsewhere.example/", "/\\elsewhere.example/"]
)
def test_what_is_no_path_leads_from_the_theme_to_the_first_page(as_, alice, live, back):
    assert as_(alice).post("/theme/", {"theme": "dark", "next": back})["Location"] == "/"


def test_every_page_names_its_environment_in_words_and_hue(as_, alice, live):
    page = as_(alice).get(f"{PLACE}/channels/").content.decode()
    assert 'data-env="release-production"' in page
    assert "Release Production" in page
    assert re.search(r"<title>Channels · Release Production · TVE Dashboard</title>", page)


def test_no_page_holds_inline_style_or_script(as_, tess, live, url):
    for path in (f"{PLACE}/", f"{PLACE}/applications/", url(), url("revoke/"), url("duplicate/"), "/help/", "/audit/"):
        page = as_(tess).get(path).content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page), path


def test_health_is_public_and_asks_the_database(client, db, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_every_code_of_the_protocol_has_a_public_page(client, db):
    known = {each.error for each in _all(errors.ProtocolError) if hasattr(each, "error")}
    assert known <= set(ERRORS)
    for code in ERRORS:
        page = client.get(f"/help/errors/{code}/")
        assert page.status_code == 200, code
        assert "What to do" in page.content.decode(), code
    assert client.get("/help/errors/nonsense/").status_code == 404
    assert client.get("/help/").status_code == 200


def _all(of):
    return {of, *(each for child in of.__subclasses__() for each in _all(child))}


def test_the_audit_log_shows_ones_programmers_and_filters(as_, alice, charlie, tess, borealis):
    mine = as_(alice).get("/audit/").content.decode()
    assert ">aurora<" in mine
    assert "borealis" not in mine
    assert ">aurora<" not in as_(charlie).get("/audit/").content.decode()
    both = as_(tess).get("/audit/", {"event": "configuration", "environment": "release-production"}).content.decode()
    assert ">aurora<" in both
    assert ">borealis<" in both
    assert "Nothing matches" in as_(tess).get("/audit/", {"q": "nothing like it"}).content.decode()


def test_a_stranger_reads_not_found_and_a_reader_who_writes_not_allowed(as_, charlie, victor, live, url):
    stranger = as_(charlie).get(url(), headers={"accept": "text/html"})
    assert (stranger.status_code, "Not found" in stranger.content.decode()) == (404, True)
    reader = as_(victor).get(url("narrow/"), headers={"accept": "text/html"})
    assert (reader.status_code, "Not allowed" in reader.content.decode()) == (403, True)


def test_the_help_tells_of_the_push_and_explains_the_words_of_the_pages(client, db):
    page = client.get("/help/").content.decode()
    assert page.index("adds a registered application") < page.index("Review and push") < page.index("Download it")
    for word in ("Environment", "Programmer", "Channel", "Software statement", "Client", "Draft", "Push", "TAM"):
        assert f"<dt><strong>{word}</strong></dt>" in page, word
