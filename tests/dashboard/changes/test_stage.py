import pytest
from django.core.exceptions import PermissionDenied

from dashboard import changes
from dashboard.models import Change, ChangeSet
from oauth.models import AuditEntry
from oauth.problems import Invalid
from registration.models import Channel
from tests import factories
from tests.cast import actor


def rows(change_set):
    return {(change.kind, change.key): (change.before, change.after) for change in change_set.changes.all()}


def test_a_new_channel_is_a_change_and_not_yet_a_channel(aurora, alice, staged):
    draft = staged("channel", {"public_id": "Aurora-Two", "display_name": " Aurora Two "}, by=alice)
    assert (draft.state, draft.author_key, draft.author, draft.programmer) == (
        "draft",
        f"user:{alice.pk}",
        alice,
        "aurora",
    )
    assert rows(draft) == {
        ("channel", "aurora-two"): (
            None,
            {
                "programmer": "aurora",
                "public_id": "Aurora-Two",
                "display_name": "Aurora Two",
                "default_redirect_url": "",
                "error_reporting": False,
            },
        )
    }
    assert not Channel.objects.filter(id_key="aurora-two").exists()
    assert not AuditEntry.objects.filter(actor_name="Alice").exists()


def test_an_edit_holds_the_touched_members_only(aurora, alice, staged):
    draft = staged("channel", {"display_name": "One", "error_reporting": False}, "aurora-one", by=alice)
    assert rows(draft) == {("channel", "aurora-one"): ({"display_name": "Aurora One"}, {"display_name": "One"})}


def test_staging_twice_keeps_the_first_original_and_one_draft(aurora, alice, staged):
    first = staged("channel", {"display_name": "One"}, "aurora-one", by=alice)
    second = staged("channel", {"display_name": "Uno", "error_reporting": True}, "aurora-one", by=alice)
    assert first == second
    assert rows(second) == {
        ("channel", "aurora-one"): (
            {"display_name": "Aurora One", "error_reporting": False},
            {"display_name": "Uno", "error_reporting": True},
        )
    }


def test_staging_what_is_live_unstages(aurora, alice, staged):
    staged("channel", {"display_name": "One"}, "aurora-one", by=alice)
    assert rows(staged("channel", {"display_name": "Aurora One"}, "aurora-one", by=alice)) == {}


def test_a_removal_that_is_taken_back_leaves_nothing(aurora, alice, staged):
    key = "aurora-one/live.aurora.example"
    host = {"channel": "aurora-one", "host": "live.aurora.example"}
    assert rows(staged("domain", None, key, by=alice)) == {("domain", key): (host, None)}
    assert rows(staged("domain", host, by=alice)) == {}


def test_a_new_application_may_be_edited_and_dropped_before_it_is_pushed(aurora, alice, staged):
    draft = staged("application", factories.application_properties("Kids"), by=alice)
    key = draft.changes.get().key
    draft = staged("application", {"name": "Aurora Kids", "platforms": ["ROKU", "IOS", "IOS"]}, key, by=alice)
    change = draft.changes.get()
    assert (change.label, change.after["platforms"], change.before) == ("Aurora Kids 6.1.0", ["IOS", "ROKU"], None)
    assert rows(staged("application", None, key, by=alice)) == {}


def test_removing_a_channel_drops_my_new_children_and_stages_the_removal_of_live_ones(aurora, alice, staged):
    factories.scheme(channel="aurora-one", label="Ours")
    staged("domain", {"channel": "aurora-one", "host": "new.aurora.example"}, by=alice)
    staged("scheme", {"channel": "aurora-one"}, by=alice)
    found = rows(staged("channel", None, "aurora-one", by=alice))
    assert {(kind, key) for kind, key in found if kind != "scheme"} == {
        ("channel", "aurora-one"),
        ("domain", "aurora-one/live.aurora.example"),
    }
    schemes = [values for (kind, _), values in found.items() if kind == "scheme"]
    assert schemes == [({"retired": False}, {"retired": True})]


def test_removing_a_new_channel_leaves_nothing_of_it(aurora, alice, staged):
    staged("channel", {"public_id": "two", "display_name": "Two"}, by=alice)
    staged("domain", {"channel": "two", "host": "two.aurora.example"}, by=alice)
    assert rows(staged("channel", None, "two", by=alice)) == {}


@pytest.mark.parametrize(
    ("kind", "key", "properties", "wrong"),
    [
        ("channel", None, {"public_id": "aurora-one", "display_name": "X"}, "public_id"),
        ("channel", None, {"public_id": "AURORA-ONE", "display_name": "X"}, "public_id"),
        ("channel", None, {"public_id": "new", "display_name": "X"}, "public_id"),
        ("channel", None, {"public_id": "two", "display_name": ""}, "display_name"),
        ("channel", None, {"public_id": "two", "display_name": "X", "colour": "red"}, "colour"),
        (
            "channel",
            None,
            {"public_id": "two", "display_name": "X", "default_redirect_url": "javascript:x"},
            "default_redirect_url",
        ),
        (
            "channel",
            None,
            {"public_id": "two", "display_name": "X", "default_redirect_url": "http://a.example/"},
            "default_redirect_url",
        ),
        ("channel", "aurora-one", {"public_id": "other"}, "public_id"),
        ("channel", "aurora-one", {"programmer": "borealis"}, "programmer"),
        ("channel", "nowhere", {"display_name": "X"}, ""),
        ("channel", "nowhere", None, ""),
        ("domain", None, {"channel": "nowhere", "host": "a.example"}, "channel"),
        ("domain", None, {"channel": "aurora-one", "host": "live.aurora.example"}, "host"),
        ("domain", None, {"channel": "aurora-one", "host": "10.0.0.1"}, "host"),
        ("scheme", None, {"channel": "nowhere"}, "channel"),
        ("scheme", None, {"scheme": "https"}, "scheme"),
    ],
)
def test_what_is_wrong_is_said_of_its_property_and_not_staged(aurora, alice, staged, kind, key, properties, wrong):
    with pytest.raises(Invalid) as refused:
        staged(kind, properties, key, by=alice)
    assert list(refused.value.messages) == [wrong]
    assert not ChangeSet.objects.filter(state="draft").exists()
    assert staged("channel", {"public_id": "two", "display_name": "Two"}, by=alice).changes.count() == 1


def test_an_application_of_another_programmer_cannot_be_named_through_mine(aurora, borealis, alice, staged):
    with pytest.raises(Invalid):
        staged("application", {"platforms": ["IOS"]}, str(borealis.software_id), by=alice)
    with pytest.raises(Invalid):
        staged("channel", {"display_name": "Mine"}, "borealis-one", by=alice)
    assert staged("application", {"platforms": ["IOS"]}, str(aurora.software_id), by=alice).changes.count() == 1


def test_a_reader_and_a_stranger_stage_nothing(aurora, alice, victor, charlie, staged):
    for person in (victor, charlie):
        with pytest.raises(PermissionDenied):
            staged("channel", {"display_name": "One"}, "aurora-one", by=person)
    assert staged("channel", {"display_name": "One"}, "aurora-one", by=alice).changes.count() == 1


def test_only_a_tam_of_every_programmer_adds_a_programmer(alice, tom, tess, staged):
    new = {"public_id": "Cirrus", "display_name": "Cirrus TV"}
    for person in (alice, tom):
        with pytest.raises(PermissionDenied):
            staged("programmer", new, by=person, of="cirrus")
    draft = staged("programmer", new, by=tess, of="Cirrus")
    assert (draft.programmer, draft.changes.get().key) == ("cirrus", "cirrus")


@pytest.mark.parametrize("public_id", ["", "x" * 300, "a b", "new", "a\x00b"])
def test_a_programmer_whose_id_can_be_none_is_told_all_that_is_wrong(db, tess, saved, public_id):
    with pytest.raises(Invalid) as refused:
        saved("programmer", {"public_id": public_id, "display_name": ""}, by=tess, of=public_id)
    assert list(refused.value.messages) == ["public_id", "display_name"]
    assert saved("programmer", {"public_id": "Cirrus", "display_name": "Cirrus"}, by=tess, of="Cirrus").version == 1


def test_an_edit_of_what_was_removed_meanwhile_says_so_when_it_is_staged_again(aurora, alice, tom, staged, saved):
    key = str(aurora.software_id)
    staged("application", {"platforms": ["IOS"]}, key, by=alice)
    saved("application", None, key, by=tom)
    with pytest.raises(Invalid, match="not here any more"):
        staged("application", {"platforms": ["ROKU"]}, key, by=alice)


def test_each_author_has_a_draft_of_their_own(aurora, alice, tom, staged):
    mine = staged("channel", {"display_name": "One"}, "aurora-one", by=alice)
    assert staged("channel", {"display_name": "Uno"}, "aurora-one", by=tom) != mine


def test_a_draft_is_dismissed_whole_or_one_by_one_by_its_author(aurora, alice, tom, staged):
    staged("channel", {"public_id": "two", "display_name": "Two"}, by=alice)
    staged("domain", {"channel": "two", "host": "two.aurora.example"}, by=alice)
    draft = staged("channel", {"display_name": "One"}, "aurora-one", by=alice)
    with pytest.raises(PermissionDenied):
        changes.dismiss(draft, by=actor(tom))
    changes.dismiss(draft.changes.get(key="two"), by=actor(alice))
    assert list(rows(draft)) == [("channel", "aurora-one")]
    changes.dismiss(draft, by=actor(alice))
    assert not Change.objects.filter(change_set__state="draft").exists()


@pytest.mark.parametrize(
    ("kind", "key", "properties", "words"),
    [
        ("channel", None, {"public_id": "two", "display_name": "Two"}, "Add channel Two"),
        ("channel", "aurora-one", {"display_name": "One"}, "Rename channel Aurora One to One"),
        (
            "channel",
            "aurora-one",
            {"display_name": "One", "error_reporting": True},
            "Rename channel Aurora One to One and change error reporting",
        ),
        ("channel", "aurora-one", {"error_reporting": True}, "Change error reporting of channel Aurora One"),
        ("domain", "aurora-one/live.aurora.example", None, "Remove domain live.aurora.example from channel aurora-one"),
        ("scheme", None, {"label": "Phones"}, "Add custom scheme Phones"),
    ],
)
def test_the_log_is_proposed_words(aurora, alice, staged, kind, key, properties, words):
    assert changes.describe(staged(kind, properties, key, by=alice).changes.get()) == words


def test_what_is_renamed_and_then_removed_goes_by_the_name_that_is_live(aurora, alice, staged):
    factories.channel("two", display_name="Two")
    staged("channel", {"display_name": "Zwei"}, "two", by=alice)
    assert changes.describe(staged("channel", None, "two", by=alice).changes.get(key="two")) == "Remove channel Two"


def test_an_application_is_added_and_narrowed_in_words(aurora, alice, staged):
    added = staged("application", factories.application_properties("Aurora Kids", version="1.0.0"), by=alice)
    assert changes.describe(added.changes.get()) == "Add application Aurora Kids 1.0.0"
    key = str(aurora.software_id)
    narrowed = staged("application", {"platforms": ["IOS"]}, key, by=alice).changes.get(key=key)
    assert changes.describe(narrowed) == "Narrow application Aurora Live 6.1.0"


def test_what_i_and_somebody_else_removed_can_be_added_anew(aurora, alice, tom, staged, saved):
    factories.channel("two")
    staged("channel", None, "two", by=alice)
    saved("channel", None, "two", by=tom)
    draft = staged("channel", {"public_id": "two", "display_name": "Zwei"}, by=alice)
    ((before, after),) = rows(draft).values()
    assert (before, after["display_name"]) == (None, "Zwei")
