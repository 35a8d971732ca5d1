"""The review: everything in my draft, programmer by programmer; pushed, or dismissed all, one by one, or in parts."""

import re

import pytest

from dashboard.models import Change, ChangeSet, Membership
from registration.models import Channel, Domain, RegisteredApplication
from tests import factories
from tests.dashboard.draft.conftest import client_of, draft_of, open_changes
from tests.factories import Edit

LIVE = "aurora-one/live.aurora.example"


@pytest.fixture
def page(as_, url):
    return lambda user, name="draft", *args: as_(user).get(url(name, *args)).content.decode()


def test_an_empty_draft_says_what_it_is_for_and_leads_on(aurora, alice, page, url):
    shown = page(alice)
    assert "is collected here, and goes live when you push it" in shown
    assert f'href="{url("applications")}">To the applications' in shown


def test_the_review_groups_by_programmer_with_versions_and_a_proposal(aurora, tess, page, stage):
    factories.world("borealis")
    stage("channel", {"display_name": "One & only"}, "aurora-one", by=tess)
    stage("channel", {"public_id": "two", "display_name": "Two"}, by=tess, of="borealis")
    shown = page(tess)
    assert "version 3 → 4" in shown
    assert "Rename channel Aurora One to One &amp; only" in shown
    assert "Add channel Two" in shown
    assert shown.count("Push 1 change<") == 2


def test_a_change_of_a_name_goes_by_the_one_that_is_live(aurora, alice, page, stage):
    change = stage("channel", {"display_name": "Aurora One HD"}, "aurora-one", by=alice)
    shown = page(alice)
    assert "Rename channel Aurora One to Aurora One HD" in shown
    assert "<strong>Channel</strong> · <bdi>Aurora One</bdi>" in shown
    assert "Dismiss your change of Aurora One?" in page(alice, "draft-change-dismiss", change.pk)


def test_each_change_shows_its_lines_with_what_differs_marked(aurora, alice, page, stage):
    stage("channel", {"default_redirect_url": "https://live.aurora.example/a"}, "aurora-one", by=alice)
    stage("channel", {"display_name": "Aurora Two"}, "aurora-one", by=alice)
    shown = page(alice)
    assert "<del>Aurora <mark>One</mark></del>" in shown
    assert "<ins>Aurora <mark>Two</mark></ins>" in shown
    assert "<ins>https://live.aurora.example/a</ins>" in shown


def test_what_takes_something_away_stands_first_with_whom_it_meets(aurora, alice, page, stage):
    client_of(aurora, matches=["domain:live.aurora.example"])
    stage("channel", {"public_id": "two", "display_name": "Two"}, by=alice)
    stage("domain", None, LIVE, by=alice)
    shown = page(alice)
    assert "1 change takes something away." in shown
    assert "1 client used it." in shown
    assert "keep their redirect URL" in shown
    assert shown.index("<strong>Domain</strong>") < shown.index("<strong>Channel</strong>")


def test_a_push_goes_to_its_version_and_offers_the_new_statement(aurora, alice, as_, url, stage):
    stage("application", factories.application_properties("Kids"), by=alice)
    answer = as_(alice).post(url("draft-push", "aurora"), {"description": "Kids are here"}, follow=True)
    shown = answer.content.decode()
    assert answer.redirect_chain == [(url("version", "aurora", 4), 302)]
    assert "Version 4 is live." in shown
    assert "Ready to download" in shown
    statement = RegisteredApplication.objects.get(name="Kids").statements.get()
    assert url("statement-download", statement.application.software_id, statement.pk) in shown


def test_a_reader_of_the_version_is_offered_no_download(aurora, alice, victor, page, as_, url, stage):
    stage("application", factories.application_properties("Kids"), by=alice)
    as_(alice).post(url("draft-push", "aurora"), {"description": "Kids are here"})
    assert "download/" in page(alice, "version", "aurora", 4)
    assert "download/" not in page(victor, "version", "aurora", 4)


def test_without_a_description_the_error_is_at_the_field_and_nothing_is_lost(aurora, alice, as_, url, stage):
    stage("channel", {"display_name": "Two"}, "aurora-one", by=alice)
    answer = as_(alice).post(url("draft-push", "aurora"), {"description": " "})
    assert answer.status_code == 422
    assert 'id="push-0-description_error"' in answer.content.decode()
    assert len(open_changes(alice)) == 1


def test_a_group_that_i_may_no_longer_push_says_why(aurora, alice, page, as_, url, stage):
    stage("channel", {"display_name": "Two"}, "aurora-one", by=alice)
    Membership.objects.filter(user=alice).update(role="viewer")
    shown = page(alice)
    assert "You may not change anything of this programmer any more." in shown
    assert "Push 1 change" not in shown
    assert as_(alice).post(url("draft-push", "aurora"), {"description": "Try"}).status_code == 403
    assert Channel.objects.get().display_name == "Aurora One"


def test_a_privileged_application_is_told_that_its_statement_expires(aurora, tess, page, stage):
    server = {"name": "Server", "version": "1.0.0", "all_channels": True, "scopes": ["introspection"]}
    Membership.objects.filter(user=tess).update(role="admin")
    stage("application", server, by=tess)
    assert "Server 1.0.0 expires 24 hours after the push" in page(tess)


def test_two_who_push_the_same_draft_push_it_once(aurora, alice, as_, url, stage):
    stage("channel", {"display_name": "Two"}, "aurora-one", by=alice)
    said = {"description": "Once"}
    assert as_(alice).post(url("draft-push", "aurora"), said).status_code == 302
    assert as_(alice).post(url("draft-push", "aurora"), said).status_code == 404


# --- Dismissing ---


def sent(page):
    """What the push button of the page sends: its hidden fields and the description."""
    hidden = dict(re.findall(r'name="(draft|seen)" value="([^"]*)"', page))
    return {"description": "Now", **hidden}


def test_a_push_sent_again_with_the_back_button_is_told_its_version(aurora, alice, page, as_, url, stage):
    stage("channel", {"display_name": "Two"}, "aurora-one", by=alice)
    form, where = sent(page(alice)), url("draft-push", "aurora")
    version = as_(alice).post(where, form)["Location"]
    browser = as_(alice)
    assert browser.post(where, form)["Location"] == version
    assert "This was pushed already: it is version 4." in browser.get(version).content.decode()
    stage("channel", {"display_name": "Three"}, "aurora-one", by=alice)
    assert as_(alice).post(where, form)["Location"] == version
    assert Channel.objects.get(id_key="aurora-one").display_name == "Two"


def test_a_push_of_a_draft_that_was_dismissed_meanwhile_leads_to_what_is_left(aurora, alice, page, as_, url, stage):
    stage("channel", {"display_name": "Two"}, "aurora-one", by=alice)
    form, browser = sent(page(alice)), as_(alice)
    as_(alice).post(url("draft-dismiss", "aurora"))
    answer = browser.post(url("draft-push", "aurora"), form)
    assert answer["Location"] == url("draft")
    assert "This draft is gone: it was pushed or dismissed." in browser.get(url("draft")).content.decode()


def test_only_what_the_page_showed_is_pushed(aurora, alice, page, as_, url, stage):
    stage("channel", {"display_name": "Two"}, "aurora-one", by=alice)
    form = sent(page(alice))
    stage("domain", {"channel": "aurora-one", "host": "unseen.aurora.example"}, by=alice)
    answer = as_(alice).post(url("draft-push", "aurora"), form)
    assert answer.status_code == 422
    assert "Your draft changed while you were looking at it." in answer.content.decode()
    assert as_(alice).post(url("draft-push", "aurora"), sent(answer.content.decode())).status_code == 302
    assert Domain.objects.filter(host="unseen.aurora.example").exists()


def test_a_push_of_somebody_else_does_not_spoil_what_the_page_showed(aurora, alice, elias, page, as_, url, stage):
    stage("channel", {"display_name": "Two"}, "aurora-one", by=alice)
    form = sent(page(alice))
    factories.pushed(Edit("domain", {"channel": "aurora-one", "host": "b.aurora.example"}), of="aurora")
    assert as_(alice).post(url("draft-push", "aurora"), form).status_code == 302


def test_one_change_is_dismissed_with_what_is_inside_it(aurora, alice, as_, url, stage):
    channel = stage("channel", {"public_id": "two", "display_name": "Two"}, by=alice)
    stage("domain", {"channel": "two", "host": "two.example"}, by=alice)
    kept = stage("channel", {"display_name": "Other"}, "aurora-one", by=alice)
    shown = as_(alice).get(url("draft-change-dismiss", channel.pk)).content.decode()
    assert "<bdi>Domain · two.example</bdi>" in shown
    assert len(open_changes(alice)) == 3
    assert "two.example" not in as_(alice).get(url("draft-change-dismiss", kept.pk)).content.decode()
    assert as_(alice).post(url("draft-change-dismiss", channel.pk)).status_code == 302
    assert open_changes(alice) == [kept]


def test_what_is_added_to_something_new_leads_back_to_it(aurora, alice, as_, url, stage):
    new = stage("channel", {"public_id": "two", "display_name": "Two"}, by=alice)
    where = url("draft-change-edit", new.pk)
    assert as_(alice).post(url("domain-new", "two"), {"host": "two.example"})["Location"] == where
    assert "two.example" in as_(alice).get(where).content.decode()
    assert where in as_(alice).get(url("domain-new", "two")).content.decode()


def test_one_property_of_several_is_dismissed_by_itself(aurora, alice, as_, url, stage):
    change = stage("channel", {"display_name": "Two", "error_reporting": True}, "aurora-one", by=alice)
    assert as_(alice).post(url("draft-change-dismiss", change.pk), {"what": "display_name"}).status_code == 302
    (left,) = open_changes(alice)
    assert (left.before, left.after) == ({"error_reporting": False}, {"error_reporting": True})


def test_all_channels_and_the_chosen_ones_are_dismissed_together(aurora, alice, as_, url, stage):
    key = str(aurora.software_id)
    narrower = {"all_channels": False, "channels": ["aurora-one"], "platforms": ["IOS"]}
    change = stage("application", narrower, key, by=alice)
    as_(alice).post(url("draft-change-dismiss", change.pk), {"what": "all_channels"})
    (left,) = open_changes(alice)
    assert list(left.after) == ["platforms"]


def test_a_property_that_is_not_in_the_change_is_not_dismissed(aurora, alice, as_, url, stage):
    change = stage("channel", {"display_name": "Two"}, "aurora-one", by=alice)
    assert as_(alice).post(url("draft-change-dismiss", change.pk), {"what": "version"}).status_code == 302
    change = stage("channel", {"display_name": "Two", "error_reporting": True}, "aurora-one", by=alice)
    assert as_(alice).post(url("draft-change-dismiss", change.pk), {"what": "version"}).status_code == 422
    assert len(open_changes(alice)) == 1


def test_everything_is_dismissed_after_a_page_that_asks(aurora, tess, as_, url, stage):
    factories.world("borealis")
    stage("channel", {"display_name": "Two"}, "aurora-one", by=tess)
    stage("channel", {"display_name": "Two"}, "borealis-one", by=tess, of="borealis")
    assert "2 changes are thrown away" in as_(tess).get(url("draft-dismiss-all")).content.decode()
    assert ChangeSet.objects.filter(state="draft").count() == 2
    assert as_(tess).post(url("draft-dismiss", "borealis")).status_code == 302
    assert draft_of(tess)
    assert as_(tess).post(url("draft-dismiss-all")).status_code == 302
    assert not ChangeSet.objects.filter(state="draft").exists()


def test_nobody_dismisses_the_change_of_somebody_else(aurora, alice, elias, as_, url, stage):
    change = stage("channel", {"display_name": "Two"}, "aurora-one", by=alice)
    assert as_(elias).post(url("draft-change-dismiss", change.pk)).status_code == 404
    assert Change.objects.filter(pk=change.pk).exists()


def test_a_draft_survives_the_push_of_somebody_else(aurora, alice, elias, as_, url, stage):
    stage("channel", {"display_name": "Alice's"}, "aurora-one", by=alice)
    stage("domain", {"channel": "aurora-one", "host": "new.example"}, by=elias)
    as_(elias).post(url("draft-push", "aurora"), {"description": "A domain"})
    assert Domain.objects.filter(host="new.example").exists()
    assert as_(alice).post(url("draft-push", "aurora"), {"description": "A name"}).status_code == 302
    assert Channel.objects.get().display_name == "Alice's"
