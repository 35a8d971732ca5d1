"""Copying to another environment: what is there, what is missing, and all of it in one's draft there."""

import pytest

from dashboard import changes
from dashboard.models import Change, ChangeSet
from oauth.problems import Invalid
from registration import applications
from registration.models import Client, CustomScheme, RegisteredApplication, SoftwareStatement
from tests import factories
from tests.cast import actor, person
from tests.dashboard.screens.conftest import register

THERE = "release-staging"
HOST = "domain:aurora-one/live.aurora.example"


def page_of(browser, url, **asked):
    response = browser.get(url, asked)
    return response.status_code, response.content.decode()


def staged(user, environment=THERE):
    """What the person's draft there holds: kind and key of each change, and the properties of the applications."""
    found = Change.objects.filter(
        change_set__author_key=f"user:{user.pk}", change_set__environment=environment, change_set__state="draft"
    )
    return {(each.kind, each.key if each.kind != "application" else each.label): each.after for each in found}


@pytest.fixture
def there(live):
    """The programmer of `live` in another environment, with nothing in it."""
    return factories.programmer("aurora", environment=THERE)


def test_the_page_says_what_is_there_and_what_would_come_along(as_, alice, url, there):
    status, page = page_of(as_(alice), url("copy/"), to=THERE)
    assert status == 200
    assert "Copy Aurora Live 6.1.0 to Release Staging" in page
    assert 'value="domain:aurora-one/live.aurora.example" checked' in page
    assert 'value="channel:aurora-one" checked' in page
    assert "There already:" in page
    assert "Keys, statements and clients stay here" in page


def test_the_copy_waits_in_the_draft_there_with_what_was_taken_along(as_, alice, live, url, there):
    sent = as_(alice).post(url("copy/"), {"to": THERE, "take": ["channel:aurora-one", HOST]})
    assert (sent.status_code, sent["Location"]) == (302, f"/{THERE}/draft/")
    mine = staged(alice)
    assert set(mine) == {
        ("channel", "aurora-one"),
        ("domain", "aurora-one/live.aurora.example"),
        ("application", "Aurora Live 6.1.0"),
    }
    copy = mine["application", "Aurora Live 6.1.0"]
    assert copy["copied_from"] == str(live.software_id)
    assert (copy["platforms"], copy["scopes"]) == (live.platforms, live.scopes)
    assert staged(alice, "release-production") == {}


def test_a_pushed_copy_has_another_software_id_and_both_pages_lead_to_each_other(as_, alice, live, url, there):
    register(live, "client-here")
    as_(alice).post(url("copy/"), {"to": THERE, "take": ["channel:aurora-one", HOST]})
    factories.push_drafts(alice)
    copy = RegisteredApplication.objects.get(environment=THERE)
    assert copy.copied_from == live
    assert copy.software_id != live.software_id
    assert not Client.objects.filter(application=copy).exists()
    assert set(SoftwareStatement.objects.filter(application=copy).values_list("pk")).isdisjoint(
        SoftwareStatement.objects.filter(application=live).values_list("pk")
    )
    back = f"/{THERE}/applications/{copy.software_id}/"
    assert back in as_(alice).get(url()).content.decode()
    page = as_(alice).get(back).content.decode()
    assert "Copied from" in page
    assert url() in page


def test_the_revoke_page_lists_a_copy_also_where_its_name_is_another(as_, tess, live, url):
    factories.programmer("aurora", environment=THERE)
    factories.channel("aurora-one", hosts=["live.aurora.example"], environment=THERE)
    copy = factories.application("Aurora Renamed", environment=THERE, copied_from=str(live.software_id))
    assert f"/{THERE}/applications/{copy.software_id}/" in as_(tess).get(url("revoke/")).content.decode()


def test_what_is_not_ticked_is_left_out_and_a_copy_without_any_domain_refused(as_, alice, url, there):
    factories.channel("aurora-two", hosts=["two.aurora.example"])
    app = factories.application("Aurora Both", channels=["aurora-one", "aurora-two"])
    address = f"/release-production/applications/{app.software_id}/copy/"
    taking = ["channel:aurora-one", HOST, "domain:aurora-two/two.aurora.example"]
    assert as_(alice).post(address, {"to": THERE, "take": taking}).status_code == 302
    copy = staged(alice)["application", "Aurora Both 6.1.0"]
    assert (copy["channels"], copy["domains"]) == (["aurora-one"], ["live.aurora.example"])
    ChangeSet.objects.filter(state="draft").delete()
    refused = as_(alice).post(address, {"to": THERE, "take": ["channel:aurora-one"]})
    assert refused.status_code == 422
    assert "would have no domain in Release Staging" in refused.content.decode()
    assert staged(alice) == {}


def test_copying_twice_says_that_it_exists(as_, alice, live, url, there):
    taking = {"to": THERE, "take": ["channel:aurora-one", HOST]}
    assert as_(alice).post(url("copy/"), taking).status_code == 302
    for _draft_then_live in range(2):
        again = as_(alice).post(url("copy/"), taking)
        assert again.status_code == 422
        assert "It is in Release Staging already." in again.content.decode()
        assert 'type="submit">Add to my draft' not in as_(alice).get(url("copy/"), {"to": THERE}).content.decode()
        factories.push_drafts(alice)
    assert RegisteredApplication.objects.filter(environment=THERE).count() == 1


def test_what_is_there_already_is_used_and_not_added_again(as_, alice, url, there):
    factories.channel("aurora-one", hosts=["live.aurora.example"], environment=THERE)
    assert as_(alice).post(url("copy/"), {"to": THERE}).status_code == 302
    assert set(staged(alice)) == {("application", "Aurora Live 6.1.0")}


def test_an_editor_gets_a_new_scheme_with_the_same_label_and_a_tam_its_very_name(as_, alice, tom, url, there):
    scheme = factories.scheme(label="Return")
    taking = {"to": THERE, "take": ["channel:aurora-one", HOST, f"scheme:{scheme.scheme_key}"]}
    assert "gets a new name" in page_of(as_(alice), url("copy/"), to=THERE)[1]
    assert "keeps its name" in page_of(as_(tom), url("copy/"), to=THERE)[1]
    assert as_(alice).post(url("copy/"), taking).status_code == 302
    assert as_(tom).post(url("copy/"), taking).status_code == 302
    of_alice = next(after for (kind, _key), after in staged(alice).items() if kind == "scheme")
    assert of_alice["label"] == "Return"
    assert of_alice["scheme"] != scheme.scheme
    assert staged(tom)["scheme", scheme.scheme_key]["scheme"] == scheme.scheme
    factories.push_drafts(alice)
    assert CustomScheme.objects.get(environment=THERE).label == "Return"
    assert f'value="scheme:{scheme.scheme_key}"' not in page_of(as_(tom), url("copy/"), to=THERE)[1]


def test_a_privileged_application_is_copied_only_by_who_may_grant_its_apis_there(as_, alice, tom, there, live):
    app = factories.application("Proxy", scopes=["idp:owner"], platforms=[], domains=[])
    address = f"/release-production/applications/{app.software_id}/copy/"
    refused = as_(alice).post(address, {"to": THERE})
    assert refused.status_code == 422
    assert "Only a TAM may grant its APIs in Release Staging." in refused.content.decode()
    assert as_(tom).post(address, {"to": THERE}).status_code == 302


def test_a_programmer_who_is_not_there_is_added_by_a_tam_of_every_programmer_only(as_, alice, tess, url, live):
    status, page = page_of(as_(alice), url("copy/"), to=THERE)
    assert status == 200
    assert "A TAM of every programmer adds it there." in page
    taking = {"to": THERE, "take": ["channel:aurora-one", HOST]}
    assert as_(alice).post(url("copy/"), taking).status_code == 422
    assert staged(alice) == {}
    assert as_(tess).post(url("copy/"), taking).status_code == 302
    assert ("programmer", "aurora") in staged(tess)


def test_an_environment_where_one_may_not_edit_is_not_offered_and_refused(as_, url, there):
    erin = person("erin", ("editor", "aurora", "release-production"), ("editor", "aurora", "prequal-staging"))
    reader = ("viewer", "aurora", THERE)
    erin.memberships.create(role=reader[0], programmer=reader[1], environment=reader[2])
    _status, page = page_of(as_(erin), url("copy/"))
    assert "Prequal Staging" in page
    assert "to=release-staging" not in page
    for method in ("get", "post"):
        ask = getattr(as_(erin), method)
        assert ask(url("copy/"), {"to": THERE}).status_code == 403
        assert ask(url("copy/"), {"to": "prequal-production"}).status_code == 404
        assert ask(url("copy/"), {"to": "the-moon"}).status_code == 404
        assert ask(url("copy/"), {"to": "release-production"}).status_code == 403
    assert ChangeSet.objects.filter(state="draft").count() == 0


def test_who_edits_in_no_other_environment_is_told_so(as_, url, live):
    erin = person("erin", ("editor", "aurora", "release-production"))
    assert as_(erin).get(url("copy/")).status_code == 403
    page = as_(erin).get(url()).content.decode()
    assert "Who edits it in another environment may do this." in page


def test_an_id_or_a_domain_that_another_programmer_has_there_is_not_taken_along(as_, alice, url, there):
    factories.world("borealis", environment=THERE)
    factories.channel("aurora-one", of="borealis", hosts=["aurora.example"], environment=THERE)
    _status, page = page_of(as_(alice), url("copy/"), to=THERE)
    assert "Another programmer has the ID aurora-one in Release Staging." in page
    assert "Ask a TAM to add it" in page
    refused = as_(alice).post(url("copy/"), {"to": THERE, "take": ["channel:aurora-one", HOST]})
    assert refused.status_code == 422
    assert staged(alice) == {}


def test_a_channel_is_copied_with_its_domains_and_schemes_and_without_its_applications(as_, alice, live, there):
    scheme = factories.scheme(channel="aurora-one", label="Return")
    address = "/release-production/channels/aurora-one/copy/"
    page = page_of(as_(alice), address, to=THERE)[1]
    assert "Copy Aurora One to Release Staging" in page
    sent = as_(alice).post(address, {"to": THERE, "take": [HOST, f"scheme:{scheme.scheme_key}"]})
    assert sent.status_code == 302
    assert {kind for kind, _key in staged(alice)} == {"channel", "domain", "scheme"}
    factories.push_drafts(alice)
    again = as_(alice).post(address, {"to": THERE})
    assert again.status_code == 422
    assert "All that it has is there too." in again.content.decode()


def test_a_channel_that_is_there_takes_along_what_it_misses(as_, alice, live, there):
    factories.channel("aurora-one", environment=THERE)
    address = "/release-production/channels/aurora-one/copy/"
    nothing = as_(alice).post(address, {"to": THERE})
    assert "Choose what to take along." in nothing.content.decode()
    assert staged(alice) == {}
    assert as_(alice).post(address, {"to": THERE, "take": [HOST]}).status_code == 302
    assert set(staged(alice)) == {("domain", "aurora-one/live.aurora.example")}


def test_tokens_that_mean_nothing_are_as_if_they_were_not_there(as_, alice, url, there):
    factories.channel("aurora-one", hosts=["live.aurora.example"], environment=THERE)
    odd = ["programmer:borealis", "domain:aurora-one/evil.example", "\0", "x" * 5000]
    assert as_(alice).post(url("copy/"), {"to": THERE, "take": odd}).status_code == 302
    assert set(staged(alice)) == {("application", "Aurora Live 6.1.0")}


def test_several_applications_of_two_programmers_are_copied_at_once_or_not_at_all(as_, tess, live, borealis, there):
    chosen = [str(live.software_id), str(borealis.software_id)]
    address = "/release-production/applications/copy/?" + "&".join(f"chosen={each}" for each in chosen)
    take = ["channel:aurora-one", HOST, "channel:borealis-one", "domain:borealis-one/live.borealis.example"]
    page = as_(tess).get(f"{address}&to={THERE}").content.decode()
    assert "2 applications" in page
    refused = as_(tess).post(address, {"to": THERE, "take": take[:2]})
    assert refused.status_code == 422
    assert staged(tess) == {}
    assert as_(tess).post(address, {"to": THERE, "take": take}).status_code == 302
    assert {key for kind, key in staged(tess) if kind == "application"} == {"Aurora Live 6.1.0", "Borealis Live 6.1.0"}


def test_the_applications_of_strangers_are_not_among_the_chosen(as_, alice, live, borealis, there):
    address = f"/release-production/applications/copy/?chosen={live.software_id}&chosen={borealis.software_id}&chosen=x"
    page = as_(alice).get(address).content.decode()
    assert "1 application to" in page
    assert "Borealis" not in page


def test_the_verb_copies_a_closed_application_as_an_open_one(alice, live, there):
    applications.close(live, reason="Over", as_tam=False, by=actor(alice))
    take = ["channel:aurora-one", HOST]
    changes.copy_applications([live], to=THERE, take=take, by=actor(alice))
    factories.push_drafts(alice)
    assert RegisteredApplication.objects.get(environment=THERE).closed_at is None
    with pytest.raises(Invalid):
        changes.copy_applications([live], to=THERE, take=take, by=actor(alice))
