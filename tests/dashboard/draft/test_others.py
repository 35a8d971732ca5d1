"""Others' drafts: editors read them, viewers learn that there is one; a TAM takes over what somebody left behind."""

import pytest
from django.core.exceptions import PermissionDenied

from dashboard import changes
from dashboard.models import Change, ChangeSet, Membership
from oauth.models import AuditEntry
from oauth.problems import Invalid
from tests.cast import actor
from tests.dashboard.draft.conftest import draft_of, open_changes


@pytest.fixture
def draft(aurora, alice, stage):
    stage("channel", {"display_name": "Quite secret"}, "aurora-one", by=alice)
    return draft_of(alice)


@pytest.fixture
def left(draft, alice):
    """Alice may no longer edit here."""
    Membership.objects.filter(user=alice).update(role="viewer")
    return draft


def test_an_editor_reads_the_values_and_changes_nothing(draft, elias, as_, url):
    shown = as_(elias).get(url("draft-set", draft.uuid)).content.decode()
    assert "Quite secret" in shown
    assert url("draft-change-dismiss", draft.changes.get().pk) not in shown
    assert "Alice has 1 change of Aurora" in as_(elias).get(url("draft")).content.decode()
    assert url("draft-set", draft.uuid) in as_(elias).get(url("channel", "aurora-one")).content.decode()


def test_a_viewer_learns_only_that_there_is_one(draft, victor, as_, url):
    assert as_(victor).get(url("draft-set", draft.uuid)).status_code == 403
    assert "Alice" not in as_(victor).get(url("draft")).content.decode()
    shown = as_(victor).get(url("channel", "aurora-one")).content.decode()
    assert "Alice has" in shown
    assert str(draft.uuid) not in shown
    assert "Quite secret" not in shown


def test_a_stranger_learns_nothing(draft, charlie, as_, url):
    assert as_(charlie).get(url("draft-set", draft.uuid)).status_code == 404
    assert "Alice" not in as_(charlie).get(url("draft")).content.decode()


def test_the_author_is_led_to_the_review(draft, alice, as_, url):
    assert as_(alice).get(url("draft-set", draft.uuid)).headers["Location"] == url("draft")


def test_a_pushed_draft_is_no_draft(draft, alice, elias, as_, url):
    changes.push(draft, description="Now", by=actor(alice))
    assert as_(elias).get(url("draft-set", draft.uuid)).status_code == 404


@pytest.mark.parametrize("name", ["draft-set-adopt", "draft-set-dismiss"])
def test_the_draft_of_somebody_who_may_still_edit_is_left_alone(draft, tom, elias, as_, url, name):
    assert as_(tom).post(url(name, draft.uuid)).status_code == 422
    assert as_(elias).post(url(name, draft.uuid)).status_code == 403
    assert ChangeSet.objects.get(pk=draft.pk).author_name == "Alice"


def test_a_tam_takes_over_what_somebody_left(left, alice, tom, elias, as_, url):
    assert url("draft-set-adopt", left.uuid) in as_(tom).get(url("draft-set", left.uuid)).content.decode()
    assert url("draft-set-adopt", left.uuid) not in as_(elias).get(url("draft-set", left.uuid)).content.decode()
    assert as_(tom).post(url("draft-set-adopt", left.uuid)).status_code == 302
    (change,) = open_changes(tom)
    assert change.after == {"display_name": "Quite secret"}
    assert open_changes(alice) == []
    entry = AuditEntry.objects.get(event="draft:adopt")
    assert (entry.actor_name, entry.label, entry.data["changes"]) == ("Tom", "draft of Alice", 1)
    assert as_(tom).post(url("draft-push", "aurora"), {"description": "For Alice"}).status_code == 302


def test_it_is_folded_into_a_draft_of_ones_own(left, alice, tom, stage):
    Change.objects.filter(change_set=left).update(
        before={"display_name": "Aurora One", "error_reporting": False},
        after={"display_name": "Quite secret", "error_reporting": True},
    )
    Change.objects.create(
        change_set=left,
        kind="domain",
        key="aurora-one/a.example",
        programmer="aurora",
        label="a.example",
        after={"channel": "aurora-one", "host": "a.example"},
    )
    stage("channel", {"display_name": "Tom's"}, "aurora-one", by=tom)
    own = changes.adopt(left, by=actor(tom))
    assert own == draft_of(tom)
    found = {change.kind: change.after for change in open_changes(tom)}
    assert found == {
        "channel": {"display_name": "Tom's", "error_reporting": True},
        "domain": {"channel": "aurora-one", "host": "a.example"},
    }
    assert not ChangeSet.objects.filter(pk=left.pk).exists()
    assert changes.push(own, description="Both", by=actor(tom)).changes.count() == 2


def test_where_one_of_the_two_removes_ones_own_stays(left, tom, stage):
    domain = stage("domain", None, "aurora-one/live.aurora.example", by=tom)
    Change.objects.create(
        change_set=left,
        kind="domain",
        key=domain.key,
        programmer="aurora",
        label=domain.label,
        before={"channel": "aurora-one"},
        after={"channel": "aurora-two"},
    )
    changes.adopt(left, by=actor(tom))
    assert Change.objects.get(kind="domain", change_set__author_key=actor(tom).key).after is None


def test_a_tam_dismisses_what_somebody_left(left, tom, as_, url):
    assert as_(tom).get(url("draft-set-dismiss", left.uuid)).status_code == 200
    assert as_(tom).post(url("draft-set-dismiss", left.uuid)).status_code == 302
    assert not ChangeSet.objects.filter(pk=left.pk).exists()
    assert AuditEntry.objects.filter(event="draft:discard").get().actor_name == "Tom"


def test_somebody_who_was_switched_off_left_their_draft(draft, alice, tom):
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    assert changes.adopt(draft, by=actor(tom)).author_name == "Tom"


def test_an_editor_takes_over_nothing_by_the_verb(left, elias):
    for verb in (changes.adopt, changes.discard):
        with pytest.raises(PermissionDenied):
            verb(left, by=actor(elias))


def test_what_was_pushed_meanwhile_is_not_taken_over(draft, alice, tom):
    stale = ChangeSet.objects.get(pk=draft.pk)
    changes.push(draft, description="Now", by=actor(alice))
    with pytest.raises(Invalid, match="pushed already"):
        changes.adopt(stale, by=actor(tom))
