"""Four eyes: no push without somebody else's yes to exactly this, through whatever door."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from dashboard import changes, policies
from dashboard.models import Approval, EnvironmentSettings, Membership
from oauth.audit import Door
from oauth.models import AuditEntry
from oauth.problems import Invalid
from registration import applications, scopes
from registration.models import Channel
from tests import factories
from tests.cast import actor
from tests.dashboard.draft.conftest import draft_of
from tests.factories import ENVIRONMENT, OPERATOR, Edit


@pytest.fixture
def four_eyes(aurora, ada):
    policies.change(ENVIRONMENT, four_eyes=True, by=actor(ada))


@pytest.fixture
def draft(four_eyes, alice, stage):
    """Alice's, not submitted."""
    stage("channel", {"display_name": "Two"}, "aurora-one", by=alice)
    return draft_of(alice)


@pytest.fixture
def approve(as_, url):
    """What the page says, and the status of approving what it shows."""

    def approve(user, draft):
        page = as_(user).get(url("draft-set-approve", draft.uuid))
        if page.status_code != 200:
            return page.status_code
        seen = page.context["form"]["seen"].value()
        return as_(user).post(url("draft-set-approve", draft.uuid), {"seen": seen}).status_code

    return approve


@pytest.fixture
def push(as_, url):
    def push(user):
        return as_(user).post(url("draft-push", "aurora"), {"description": "Now"}).status_code

    return push


def name():
    return Channel.objects.get(id_key="aurora-one").display_name


def test_it_is_off_until_an_admin_turns_it_on(aurora, alice, ada, victor, stage, push, as_, url):
    stage("channel", {"display_name": "Two"}, "aurora-one", by=alice)
    assert push(alice) == 302
    assert as_(alice).post(url("environment-settings"), {"four_eyes": "on"}).status_code == 403
    assert as_(ada).post(url("environment-settings"), {"four_eyes": "on"}).status_code == 302
    assert EnvironmentSettings.objects.get().four_eyes
    entry = AuditEntry.objects.filter(event="settings:change").get()
    assert (entry.actor_name, entry.environment, entry.data) == ("Ada", ENVIRONMENT, {"four_eyes": True})
    as_(ada).post(url("environment-settings"), {"four_eyes": "on"})
    assert AuditEntry.objects.filter(event="settings:change").count() == 1
    assert url("environment-settings") in as_(ada).get(url("home")).content.decode()
    assert url("environment-settings") not in as_(alice).get(url("home")).content.decode()


def test_nobody_but_an_admin_changes_it_by_the_verb(aurora, tom):
    with pytest.raises(PermissionDenied):
        policies.change(ENVIRONMENT, four_eyes=True, by=actor(tom))


def test_another_environment_does_not_ask(four_eyes, signing_keys, alice):
    factories.world("delta", environment="release-staging")
    draft = changes.stage(
        environment="release-staging",
        kind="channel",
        key="delta-one",
        properties={"display_name": "Two"},
        programmer="delta",
        by=OPERATOR,
    )
    assert changes.push(draft, description="Now", by=OPERATOR).version


def test_submitted_approved_and_pushed_by_its_author(draft, alice, elias, push, approve, as_, url):
    assert push(alice) == 422
    assert as_(alice).post(url("draft-submit", "aurora")).status_code == 302
    assert push(alice) == 422
    assert "Asked for approval" in as_(elias).get(url("draft")).content.decode()
    assert approve(elias, draft) == 302
    assert "Elias approved it." in as_(alice).get(url("draft")).content.decode()
    assert push(alice) == 302
    assert name() == "Two"
    entry = AuditEntry.objects.get(event="draft:approve")
    assert (entry.actor_name, entry.programmer, entry.key) == ("Elias", "aurora", str(draft.uuid))
    assert "Draft approved" in as_(alice).get(reverse("audit")).content.decode()


def test_whoever_reads_it_is_told_how_far_it_has_come(draft, alice, elias, as_, url):
    assert "has not asked for approval" in as_(elias).get(url("draft-set", draft.uuid)).content.decode()
    changes.submit(draft, by=actor(alice))
    shown = as_(elias).get(url("draft-set", draft.uuid)).content.decode()
    assert "Its author asks for approval" in shown
    assert "You asked" not in shown


def test_what_was_not_submitted_is_not_approved(draft, elias, approve):
    assert approve(elias, draft) == 422
    assert not Approval.objects.exists()


def test_nobody_approves_his_own(draft, alice, approve):
    changes.submit(draft, by=actor(alice))
    assert approve(alice, draft) == 403
    with pytest.raises(PermissionDenied):
        changes.approve(draft, seen=draft.digest, by=actor(alice))
    assert not Approval.objects.exists()


def test_a_reader_does_not_approve_and_a_stranger_finds_nothing(draft, alice, victor, charlie, approve):
    changes.submit(draft, by=actor(alice))
    assert approve(victor, draft) == 403
    assert approve(charlie, draft) == 404
    draft.refresh_from_db()
    with pytest.raises(PermissionDenied):
        changes.approve(draft, seen=draft.digest, by=actor(victor))


def test_whoever_may_not_push_all_of_it_does_not_approve(four_eyes, tom, alice, stage, approve):
    privileged = sorted(scopes.PRIVILEGED - scopes.ADMIN_ONLY)[:1]
    server = {"name": "Server", "version": "1.0.0", "all_channels": True, "scopes": privileged}
    stage("application", server, by=tom)
    draft = changes.submit(draft_of(tom), by=actor(tom))
    assert approve(alice, draft) == 422
    assert not Approval.objects.exists()


def test_a_later_stage_makes_it_void(draft, alice, elias, approve, push, stage, as_, url):
    changes.submit(draft, by=actor(alice))
    assert approve(elias, draft) == 302
    stage("channel", {"error_reporting": True}, "aurora-one", by=alice)
    assert "Ask for approval again." in as_(alice).get(url("draft")).content.decode()
    assert push(alice) == 422
    changes.submit(draft, by=actor(alice))
    assert push(alice) == 422
    assert approve(elias, draft) == 302
    assert push(alice) == 302


def test_an_approval_by_somebody_who_lost_the_role_since_does_not_count(draft, alice, elias, approve, push):
    changes.submit(draft, by=actor(alice))
    approve(elias, draft)
    elias.memberships.all().delete()
    assert push(alice) == 422


def test_going_back_to_what_was_approved_is_approved(draft, alice, elias, approve, push, stage):
    changes.submit(draft, by=actor(alice))
    approve(elias, draft)
    stage("channel", {"error_reporting": True}, "aurora-one", by=alice)
    stage("channel", {"error_reporting": False}, "aurora-one", by=alice)
    assert push(alice) == 302


def test_the_push_of_somebody_else_makes_it_void(draft, alice, elias, approve, push):
    changes.submit(draft, by=actor(alice))
    approve(elias, draft)
    factories.channel("another")  # an approved all-channels application would silently gain it
    assert push(alice) == 422


def test_what_changed_while_one_looked_is_not_approved(draft, alice, elias, stage, as_, url):
    changes.submit(draft, by=actor(alice))
    draft.refresh_from_db()
    old = draft.digest
    stage("channel", {"error_reporting": True}, "aurora-one", by=alice)
    changes.submit(draft, by=actor(alice))
    assert as_(elias).post(url("draft-set-approve", draft.uuid), {"seen": old}).status_code == 422
    assert not Approval.objects.exists()


def test_nobody_but_the_author_pushes_it(draft, alice, elias, approve):
    changes.submit(draft, by=actor(alice))
    approve(elias, draft)
    with pytest.raises(PermissionDenied):
        changes.push(draft, description="Mine now", by=actor(elias))
    assert name() == "Aurora One"


def test_no_door_leads_past_it(draft, alice, tess):
    """Neither the verb of a push, nor staging and pushing at once, from a page or the API."""
    for door in (Door.PAGE, Door.API):
        with pytest.raises(Invalid, match="approve"):
            changes.push(draft, description="Now", by=actor(alice, door))
        with pytest.raises(Invalid, match="approval"):
            changes.save_all(
                [Edit("channel", {"display_name": "Two"}, "aurora-one")],
                environment=ENVIRONMENT,
                programmer="aurora",
                description="Now",
                by=actor(tess, door),
            )
    assert name() == "Aurora One"


def test_the_operator_at_the_command_line_is_not_held_up(four_eyes):
    factories.pushed(Edit("channel", {"display_name": "Two"}, "aurora-one"), of="aurora")
    assert name() == "Two"


def test_states_never_wait(four_eyes, aurora, tom):
    applications.revoke(aurora, reason="Stolen", by=actor(tom))
    aurora.refresh_from_db()
    assert aurora.revoked_at


def test_an_approval_by_whoever_takes_the_draft_over_does_not_count(draft, alice, tom, approve, push):
    changes.submit(draft, by=actor(alice))
    assert approve(tom, draft) == 302
    Membership.objects.filter(user=alice).delete()
    mine = changes.adopt(draft, by=actor(tom))
    assert not mine.approvals.exists()
    changes.submit(mine, by=actor(tom))
    Approval.objects.create(change_set=mine, digest=mine.digest, by_key=actor(tom).key, by_name="Tom")
    assert push(tom) == 422


def test_whoever_approved_it_is_not_asked_again(aurora, alice, elias, tom, four_eyes, stage, approve, as_, url):
    stage("channel", {"display_name": "Two"}, "aurora-one", by=alice)
    as_(alice).post(url("draft-submit", "aurora"))
    draft = draft_of(alice)
    way = url("draft-set-approve", draft.uuid)
    assert way in as_(elias).get(url("draft-set", draft.uuid)).content.decode()
    assert approve(elias, draft) == 302
    assert way not in as_(elias).get(url("draft-set", draft.uuid)).content.decode()
    assert way in as_(tom).get(url("draft-set", draft.uuid)).content.decode()
