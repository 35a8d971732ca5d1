"""Conflicts: shown with three values, resolved change by change, and never an error of the server."""

import pytest
from django.core.exceptions import PermissionDenied

from dashboard import changes
from dashboard.changes import Conflict
from dashboard.models import Change
from oauth.problems import Invalid
from registration.models import Channel, Domain, RegisteredApplication
from tests import factories
from tests.cast import actor
from tests.dashboard.draft.conftest import client_of, draft_of, open_changes
from tests.factories import Edit

LIVE = "aurora-one/live.aurora.example"


@pytest.fixture
def refused(as_, url):
    """Pushes, is told 422, and answers the page; the draft is whole afterwards."""

    def push(user):
        before = [(each.kind, each.key, each.before, each.after) for each in open_changes(user)]
        answer = as_(user).post(url("draft-push", "aurora"), {"description": "Try"})
        assert answer.status_code == 422
        assert [(each.kind, each.key, each.before, each.after) for each in open_changes(user)] == before
        return answer.content.decode()

    return push


@pytest.fixture
def pushes(as_, url):
    def push(user):
        assert as_(user).post(url("draft-push", "aurora"), {"description": "Now"}).status_code == 302

    return push


@pytest.fixture
def choose(as_, url):
    """The status of choosing a side."""

    def choose(user, change, keep, what=""):
        answer = as_(user).post(url("draft-change-resolve", change.pk), {"keep": keep, "property": what})
        return answer.status_code

    return choose


@pytest.fixture
def renamed(aurora, alice, stage):
    """Alice renames the channel, and somebody else is first. Her second property is not in the way."""
    change = stage("channel", {"display_name": "Mine", "error_reporting": True}, "aurora-one", by=alice)
    factories.pushed(Edit("channel", {"display_name": "Theirs"}, "aurora-one"), of="aurora")
    return change


def channel():
    return Channel.objects.get(id_key="aurora-one")


def test_original_mine_and_current_stand_side_by_side(renamed, alice, as_, url, refused):
    assert "Somebody else changed this" in refused(alice)
    shown = as_(alice).get(url("draft-change-resolve", renamed.pk)).content.decode()
    places = [shown.index(f">{value}</bdi>") for value in ("Aurora One", "Mine", "Theirs")]
    assert places == sorted(places)


def test_keeping_mine_puts_it_over_theirs(renamed, alice, choose, pushes):
    assert choose(alice, renamed, "mine", "display_name") == 302
    pushes(alice)
    assert (channel().display_name, channel().error_reporting) == ("Mine", True)


def test_taking_theirs_drops_that_part_only(renamed, alice, choose, pushes):
    assert choose(alice, renamed, "theirs", "display_name") == 302
    pushes(alice)
    assert (channel().display_name, channel().error_reporting) == ("Theirs", True)


def test_taking_theirs_of_all_there_is_drops_the_change(aurora, alice, stage, choose):
    change = stage("channel", {"display_name": "Mine"}, "aurora-one", by=alice)
    factories.pushed(Edit("channel", {"display_name": "Theirs"}, "aurora-one"), of="aurora")
    assert choose(alice, change, "theirs", "display_name") == 302
    assert open_changes(alice) == []


def test_staging_again_never_refreshes_the_original_and_resolving_does(renamed, alice, stage, choose, refused):
    stage("channel", {"display_name": "Mine again"}, "aurora-one", by=alice)
    assert Change.objects.get(pk=renamed.pk).before["display_name"] == "Aurora One"
    refused(alice)
    choose(alice, renamed, "mine", "display_name")
    assert Change.objects.get(pk=renamed.pk).before["display_name"] == "Theirs"


def test_mine_that_is_live_already_is_no_conflict(aurora, alice, stage, pushes):
    stage("channel", {"display_name": "Same", "error_reporting": True}, "aurora-one", by=alice)
    factories.pushed(Edit("channel", {"display_name": "Same"}, "aurora-one"), of="aurora")
    assert changes.foresee(draft_of(alice)) == []
    pushes(alice)


def test_nothing_chosen_is_said_so(renamed, alice, choose):
    assert choose(alice, renamed, "", "display_name") == 422
    assert choose(alice, renamed, "both", "display_name") == 422


def test_a_removal_of_what_changed_is_kept_or_given_up(aurora, alice, stage, choose, pushes, refused):
    factories.channel("two")
    for keep, lives in (("theirs", True), ("mine", False)):
        change = stage("channel", None, "two", by=alice)
        factories.pushed(Edit("channel", {"display_name": f"New {keep}"}, "two"), of="aurora")
        refused(alice)
        assert choose(alice, change, keep, "display_name") == 302
        if keep == "mine":
            pushes(alice)
        assert Channel.objects.live().filter(id_key="two").exists() == lives


def test_what_was_removed_meanwhile_is_added_again_or_given_up(aurora, alice, stage, choose, pushes, refused):
    factories.channel("two")
    change = stage("channel", {"display_name": "Mine"}, "two", by=alice)
    factories.pushed(Edit("channel", None, "two"), of="aurora")
    assert "removed in the meantime" in refused(alice)
    assert choose(alice, change, "mine") == 302
    pushes(alice)
    assert Channel.objects.live().get(id_key="two").display_name == "Mine"
    change = stage("channel", {"display_name": "Mine 2"}, "two", by=alice)
    factories.pushed(Edit("channel", None, "two"), of="aurora")
    assert choose(alice, change, "theirs") == 302
    assert open_changes(alice) == []


def test_a_domain_whose_channel_is_gone_says_so_and_is_dropped(aurora, alice, stage, choose, refused):
    factories.channel("two")
    change = stage("domain", {"channel": "two", "host": "x.example"}, by=alice)
    factories.pushed(Edit("channel", None, "two"), of="aurora")
    assert "has no channel two" in refused(alice)
    assert choose(alice, change, "mine", "channel") == 422
    assert choose(alice, change, "theirs", "channel") == 302
    assert open_changes(alice) == []


def test_what_two_people_add_becomes_a_change_of_the_first_or_is_dropped(aurora, alice, stage, choose, pushes, refused):
    change = stage("channel", {"public_id": "two", "display_name": "Mine"}, by=alice)
    factories.channel("two", display_name="Theirs")
    refused(alice)
    assert choose(alice, change, "mine", "public_id") == 302
    (left,) = open_changes(alice)
    assert (left.before, left.after) == ({"display_name": "Theirs"}, {"display_name": "Mine"})
    pushes(alice)
    assert Channel.objects.get(id_key="two").display_name == "Mine"


def test_an_id_that_another_programmer_took_can_only_be_dropped(aurora, alice, stage, choose, refused):
    change = stage("channel", {"public_id": "two", "display_name": "Mine"}, by=alice)
    factories.programmer("borealis")
    factories.channel("two", of="borealis")
    refused(alice)
    assert choose(alice, change, "mine", "public_id") == 422
    assert choose(alice, change, "theirs", "public_id") == 302


def test_a_name_and_version_that_is_taken_is_told_and_can_be_edited(aurora, alice, as_, url, stage, refused):
    change = stage("application", factories.application_properties("Kids"), by=alice)
    factories.application("Kids")
    assert "Kids 6.1.0 exists" in refused(alice)
    answer = as_(alice).post(url("draft-change-resolve", change.pk), {"keep": "edit", "property": "version"})
    assert answer["Location"] == url("draft-change-edit", change.pk)


def test_going_on_with_mine_resolves_it_and_leads_to_its_form(renamed, alice, as_, url, pushes):
    assert 'value="edit"' in as_(alice).get(url("draft-change-resolve", renamed.pk)).content.decode()
    answer = as_(alice).post(
        url("draft-change-resolve", renamed.pk), {"keep": "edit", "property": "display_name"}, follow=True
    )
    assert answer.redirect_chain[-1] == (url("channel", "aurora-one"), 302)
    assert changes.foresee(draft_of(alice)) == []
    pushes(alice)
    assert channel().display_name == "Mine"


def test_what_somebody_else_removed_is_added_again_to_go_on_with_it(aurora, alice, as_, url, stage):
    factories.channel("two")
    change = stage("channel", {"display_name": "Mine"}, "two", by=alice)
    factories.pushed(Edit("channel", None, "two"), of="aurora")
    assert url("draft-change-edit", change.pk) not in as_(alice).get(url("draft")).content.decode()
    where = url("draft-change-resolve", change.pk)
    answer = as_(alice).post(where, {"keep": "edit", "property": ""}, follow=True)
    assert answer.status_code == 200
    (left,) = open_changes(alice)
    assert answer.redirect_chain == [(url("draft-change-edit", left.pk), 302)]
    assert left.before is None


def test_a_refused_push_says_so_once_and_marks_what_is_in_the_way(renamed, alice, stage, refused):
    stage("domain", {"channel": "aurora-one", "host": "a.aurora.example"}, by=alice)
    factories.pushed(Edit("domain", {"channel": "aurora-one", "host": "a.aurora.example"}), of="aurora")
    shown = refused(alice)
    assert shown.count("Nothing was pushed. What is in the way is marked below.") == 1
    assert shown.count("Somebody else changed this") == 1


def test_an_application_that_got_clients_cannot_be_removed_and_says_so(aurora, alice, stage, choose, refused):
    change = stage("application", None, str(aurora.software_id), by=alice)
    client_of(aurora)
    assert "It has clients." in refused(alice)
    assert choose(alice, change, "mine") == 422
    assert choose(alice, change, "theirs") == 302
    assert RegisteredApplication.objects.live().count() == 1


@pytest.fixture
def strange(aurora, alice, stage):
    """A draft with a change of a kind, and one with a property, that this release does not know."""
    stage("domain", {"channel": "aurora-one", "host": "ok.example"}, by=alice)
    draft = draft_of(alice)
    unknown = {"kind": "hologram", "key": "x", "programmer": "aurora", "label": "Beam", "before": None}
    kind = Change.objects.create(change_set=draft, after={"beams": 3}, **unknown)
    known = {"kind": "channel", "key": "aurora-one", "programmer": "aurora", "label": "Aurora One"}
    property_ = Change.objects.create(change_set=draft, before={"hue": 1}, after={"hue": 2}, **known)
    return kind, property_


def test_kinds_and_properties_of_a_later_release_are_conflicts_on_every_page(
    strange, alice, elias, as_, url, refused, stage
):
    shown = refused(alice)
    assert "does not know what this is" in shown
    for name in ("draft", "channels", "home", "applications"):
        assert as_(alice).get(url(name)).status_code == 200
    for change in strange:
        for name in ("draft-change-resolve", "draft-change-dismiss"):
            assert as_(alice).get(url(name, change.pk)).status_code == 200
    assert as_(alice).get(url("draft-change-edit", strange[0].pk)).status_code == 404
    assert as_(elias).get(url("draft-set", draft_of(alice).uuid)).status_code == 200
    stage("domain", {"channel": "aurora-one", "host": "more.example"}, by=alice)
    assert Change.objects.filter(pk__in=[each.pk for each in strange]).count() == 2


def test_they_are_dropped_and_the_rest_is_pushed(strange, alice, choose, pushes):
    kind, property_ = strange
    assert choose(alice, kind, "mine") == 422
    assert choose(alice, kind, "theirs") == 302
    assert choose(alice, property_, "mine", "hue") == 422
    assert choose(alice, property_, "theirs", "hue") == 302
    pushes(alice)
    assert Domain.objects.filter(host="ok.example").exists()


def test_a_creation_that_lacks_a_property_of_this_release_is_a_conflict(aurora, alice, stage, refused):
    change = stage("channel", {"public_id": "two", "display_name": "Two"}, by=alice)
    Change.objects.filter(pk=change.pk).update(after={"public_id": "two"})
    assert "It lacks programmer. Dismiss this change, and add it again." in refused(alice)


def test_everything_that_is_in_the_way_is_told_at_once(renamed, aurora, tom, alice, as_, url, stage):
    """A value that somebody else changed, a name that is taken, an application in use, and what takes a TAM."""
    stage("application", factories.application_properties("Kids"), by=alice)
    stage("application", None, str(aurora.software_id), by=alice)
    stage("domain", {"channel": "aurora-one", "host": "ok.aurora.example"}, by=alice)
    factories.application("Kids")
    client_of(aurora)
    draft = draft_of(alice)
    report = {"channel": "aurora-one", "tracking_server": "metrics.example", "report_suite_id": "suite"}
    changes.stage(
        environment="release-production", kind="analytics", programmer="aurora", properties=report, by=actor(tom)
    )
    Change.objects.filter(kind="analytics").update(change_set=draft)
    shown = as_(alice).get(url("draft")).content.decode()
    assert "4 changes cannot be pushed as they are" in shown
    for words in ("Somebody else changed this", "Kids 6.1.0 exists", "It has clients.", "ask a TAM to make it"):
        assert words in shown
    assert "Conflict</" not in as_(tom).get(url("draft")).content.decode()


def test_nobody_resolves_for_somebody_else(renamed, elias, choose, alice):
    assert choose(elias, renamed, "mine", "display_name") == 404
    with pytest.raises(PermissionDenied):
        changes.resolve(renamed, "display_name", keep="mine", by=actor(elias))


def test_what_the_page_foresees_is_what_a_push_finds(renamed, alice):
    foreseen = changes.foresee(draft_of(alice))
    with pytest.raises(Conflict) as found:
        changes.push(draft_of(alice), description="Try", by=actor(alice))
    assert tuple(foreseen) == found.value.differences


def test_resolving_a_change_that_was_dismissed_meanwhile_says_so(renamed, alice):
    changes.dismiss(renamed, by=actor(alice))
    with pytest.raises(Invalid, match="dismissed already"):
        changes.resolve(renamed, "display_name", keep="mine", by=actor(alice))
