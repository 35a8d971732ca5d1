"""Undo this push: the inverse goes into a draft as far as its author could stage it by hand; the rest is told."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from dashboard import changes
from dashboard.changes import Edit
from dashboard.models import Change, ChangeSet
from oauth.problems import Invalid
from registration import applications
from registration.models import Channel, CustomScheme, Domain, RegisteredApplication
from tests import factories
from tests.cast import actor
from tests.dashboard.changes.conftest import aurora  # noqa: F401  (a fixture)
from tests.dashboard.changes.test_histories import WISHES, by_hand, quiet, snapshot, stage  # noqa: F401
from tests.dashboard.log.conftest import LOG, PLACE, body, register
from tests.factories import OPERATOR

ONE, HOST = "aurora-one", "aurora-one/live.aurora.example"


def undone(version, by, *, of="aurora"):
    """Undo and push; what could not be undone, in words."""
    made = changes.undo(ChangeSet.objects.get(programmer=of, version=version), by=actor(by))
    changes.push(made.draft, description=f"Undo {version}", by=actor(by))
    return [(change.kind, why) for change, why in made.refused]


def stage_another(by):
    """Something that no undo is about, into the same draft."""
    edit = Edit("domain", {"channel": ONE, "host": "c.aurora.example"})
    changes.stage_all([edit], environment="release-production", programmer="aurora", by=actor(by))


def test_a_changed_property_is_put_back(live, pushed, alice):
    pushed(alice, Edit("channel", {"display_name": "B", "error_reporting": True}, ONE))
    assert undone(4, alice) == []
    channel = Channel.objects.get()
    assert (channel.display_name, channel.error_reporting) == ("Aurora One", False)
    assert ChangeSet.objects.get(version=5).undoes.version == 4


def test_what_was_added_together_is_removed_together(live, pushed, alice):
    edits = [Edit("channel", {"public_id": "two", "display_name": "Two"})]
    edits += [Edit("domain", {"channel": "two", "host": host}) for host in ("a.aurora.example", "b.aurora.example")]
    pushed(alice, *edits)
    assert undone(4, alice) == []
    assert [channel.id_key for channel in Channel.objects.live()] == [ONE]
    assert Domain.objects.live().count() == 1


def test_what_was_removed_comes_back_with_what_it_held(live, pushed, alice):
    pushed(alice, Edit("application", None, str(live.software_id)))
    factories.scheme(channel=ONE, label="Return")
    before = changes.compare(environment="release-production", programmer="aurora", start=0, end=5)
    pushed(alice, Edit("channel", None, ONE))
    assert CustomScheme.objects.get().retired
    assert undone(6, alice) == []
    after = changes.compare(environment="release-production", programmer="aurora", start=0, end=7)
    assert [(each.kind, each.key, each.after) for each in after] == [
        (each.kind, each.key, each.after) for each in before
    ]
    assert not CustomScheme.objects.get().retired
    assert undone(4, alice) == []
    assert RegisteredApplication.objects.live().get() == live


def test_narrowing_and_what_it_was_for_are_undone_in_one_go(live, pushed, alice):
    pushed(alice, Edit("channel", {"public_id": "two", "display_name": "Two"}))
    only = factories.application("Only two", channels=["aurora-one", "two"])
    pushed(alice, Edit("application", {"channels": [ONE]}, str(only.software_id)), Edit("channel", None, "two"))
    assert undone(6, alice) == []
    only.refresh_from_db()
    assert only.channels == ["aurora-one", "two"]


def test_an_application_without_clients_is_removed_and_one_that_has_them_stays(live, alice):
    other = factories.application("Aurora Kids")
    register(live, "a-device")
    assert undone(4, alice) == []
    assert other not in RegisteredApplication.objects.live()
    with pytest.raises(Invalid, match="Nothing of this version"):
        undone(3, alice)
    ((change, why),) = changes.plan(ChangeSet.objects.get(version=3), by=actor(alice)).refused
    assert (change.kind, why) == ("application", "It has clients, which would be cut off. Revoke it instead.")
    assert not ChangeSet.objects.filter(state="draft").exists()


def test_a_scheme_is_retired(live, alice):
    factories.scheme(label="Return")
    assert undone(4, alice) == []
    assert CustomScheme.objects.get().retired


def test_what_was_changed_since_stays_and_says_so(live, pushed, alice):
    pushed(alice, Edit("channel", {"display_name": "B", "error_reporting": True}, ONE))
    pushed(alice, Edit("channel", {"display_name": "C"}, ONE))
    assert undone(4, alice) == [("channel", "It was changed since, by version 5. Left as it is now: Display name.")]
    channel = Channel.objects.get()
    assert (channel.display_name, channel.error_reporting) == ("C", False)


def test_what_holds_more_than_the_version_added_stays(live, pushed, alice):
    pushed(alice, Edit("channel", {"public_id": "two", "display_name": "Two"}))
    pushed(alice, Edit("domain", {"channel": "two", "host": "a.aurora.example"}))
    ((change, why),) = changes.plan(ChangeSet.objects.get(version=4), by=actor(alice)).refused
    assert change.key == "two"
    assert "two/a.aurora.example, which this version did not add" in why


def test_what_was_removed_since_or_is_here_again_is_told(live, pushed, alice):
    pushed(alice, Edit("domain", {"channel": ONE, "host": "b.aurora.example"}))
    pushed(alice, Edit("domain", None, f"{ONE}/b.aurora.example"))
    pushed(alice, Edit("domain", {"channel": ONE, "host": "b.aurora.example"}))
    told = changes.plan(ChangeSet.objects.get(version=5), by=actor(alice)).refused
    assert [why for _, why in told] == ["It was changed since, by version 6. It is here again."]
    pushed(alice, Edit("domain", None, f"{ONE}/b.aurora.example"))
    told = changes.plan(ChangeSet.objects.get(version=4), by=actor(alice)).refused
    assert [why for _, why in told] == ["It was removed since. There is nothing left to undo."]


def test_what_an_application_of_today_needs_stays(live, pushed, alice):
    pushed(alice, Edit("channel", {"public_id": "two", "display_name": "Two"}))
    factories.application("Only two", channels=["two"], scopes=["analytics:client"], domains=[], platforms=[])
    ((_, why),) = changes.plan(ChangeSet.objects.get(version=4), by=actor(alice)).refused
    assert "Only two" in why


def test_no_privileged_scope_comes_back_through_an_undo(live, pushed, alice, tom):
    server = factories.application("Servers", scopes=["analytics:client"], platforms=[], domains=[])
    pushed(tom, Edit("application", None, str(server.software_id)))
    ((_, why),) = changes.plan(ChangeSet.objects.get(version=5), by=actor(alice)).refused
    assert "Only a TAM may grant analytics:client" in why
    with pytest.raises(Invalid):
        undone(5, alice)
    assert not RegisteredApplication.objects.live().filter(name="Servers").exists()
    assert undone(5, tom) == []
    assert RegisteredApplication.objects.live().filter(name="Servers").exists()


def test_no_role_is_passed_by_an_undo(live, alice, tom, victor, pushed):
    factories.analytics(channel=ONE, report_suite_id="suite")
    ((_, why),) = changes.plan(ChangeSet.objects.get(version=4), by=actor(alice)).refused
    assert why == "You may not remove an analytics configuration here."
    assert undone(4, tom) == []
    for reader in (victor,):
        with pytest.raises((Invalid, PermissionDenied)):
            undone(2, reader)


def test_a_state_is_neither_undone_nor_brought_back(live, pushed, alice, tom):
    applications.suspend(live, reason="Leaked", by=actor(tom))
    pushed(alice, Edit("application", None, str(live.software_id)))
    assert undone(4, alice) == []
    live.refresh_from_db()
    assert live.suspended_at is not None


def test_what_my_draft_changes_already_is_left_to_it(live, pushed, alice):
    pushed(alice, Edit("channel", {"display_name": "B"}, ONE), Edit("domain", None, HOST))
    changes.stage(
        environment="release-production",
        kind="channel",
        key=ONE,
        properties={"display_name": "C"},
        programmer="aurora",
        by=actor(alice),
    )
    plan = changes.plan(ChangeSet.objects.get(version=4), by=actor(alice))
    assert [(change.kind, why) for change, why in plan.refused] == [
        ("channel", "Your draft changes this already. Push or dismiss that first.")
    ]
    assert [change.kind for change in plan.staged] == ["domain"]


def test_a_draft_undoes_one_version_and_none_once_that_is_dismissed(live, pushed, alice):
    pushed(alice, Edit("channel", {"display_name": "B"}, ONE))
    pushed(alice, Edit("domain", {"channel": ONE, "host": "b.aurora.example"}))
    draft = changes.undo(ChangeSet.objects.get(version=4), by=actor(alice)).draft
    with pytest.raises(Invalid, match="undoes another version"):
        changes.undo(ChangeSet.objects.get(version=5), by=actor(alice))
    stage_another(alice)
    changes.dismiss(draft.changes.get(kind="channel"), by=actor(alice))
    draft.refresh_from_db()
    assert draft.undoes is None
    changes.push(draft, description="Something else", by=actor(alice))
    assert not ChangeSet.objects.get(version=4).undone_by.exists()


def test_what_a_later_release_pushed_is_left_and_one_goes_on_beside_it(live, pushed, alice):
    version = pushed(alice, Edit("channel", {"display_name": "B"}, ONE))
    Change.objects.create(change_set=version, kind="mvpd", key="m", programmer="aurora", label="M", after={"a": 1})
    made = changes.undo(version, by=actor(alice))
    assert [(change.kind, why) for change, why in made.refused] == [
        ("mvpd", "This kind of change cannot be undone here.")
    ]
    stage_another(alice)
    assert changes.push(made.draft, description="Back", by=actor(alice)).undoes == version


def test_the_page_tells_before_it_stages_and_goes_on_to_the_review(as_, alice, victor, live, pushed):
    pushed(alice, Edit("channel", {"display_name": "Aurora Un"}, ONE))
    at = f"{LOG}aurora/4/undo/"
    page = body(as_(alice).get(at))
    assert "Add 1 change to my draft" in page
    assert "<ins>Aurora <mark>O</mark>n<mark>e</mark></ins>" in page
    assert not ChangeSet.objects.filter(state="draft").exists()
    assert (as_(alice).post(at).status_code, as_(victor).post(at).status_code) == (302, 403)
    draft = ChangeSet.objects.get(state="draft")
    changes.push(draft, description="Back to English", by=actor(alice))
    log = body(as_(victor).get(LOG))
    assert "undone by 5" in log
    assert "undoes 4" in log
    assert "Undone by" in body(as_(victor).get(f"{LOG}aurora/4/"))
    assert "version 4" in body(as_(victor).get(f"{LOG}aurora/5/"))
    again = as_(alice).post(at)
    assert again.status_code == 422
    assert "Nothing of this version can be undone any more" in body(again)
    assert f"{PLACE}/draft/" not in body(again)


def test_the_review_proposes_to_say_what_it_undoes(as_, alice, live, pushed):
    pushed(alice, Edit("channel", {"display_name": "Aurora Un"}, ONE))
    changes.undo(ChangeSet.objects.get(programmer="aurora", version=4), by=actor(alice))
    shown = as_(alice).get(f"{PLACE}/draft/").content.decode()
    assert "Undo version 4: Rename channel Aurora Un to Aurora One" in shown


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=WISHES)
def test_a_push_that_nothing_followed_is_undone_exactly(quiet, wishes):  # noqa: F811
    with transaction.atomic():
        start = snapshot()
        now = dict(start)
        for wish in wishes:
            if (edit := by_hand(now, wish, start)) is not None:
                stage(edit)
        draft = ChangeSet.objects.filter(state="draft").first()
        if draft and draft.changes.exists():
            pushed = changes.push(draft, description="All of it", by=OPERATOR)
            made = changes.undo(pushed, by=OPERATOR)
            assert made.refused == []
            changes.push(made.draft, description="Undo", by=OPERATOR)
            assert snapshot() == start
            again = changes.undo(made.draft, by=OPERATOR)
            changes.push(again.draft, description="Redo", by=OPERATOR)
            assert snapshot() == now
        transaction.set_rollback(True)
