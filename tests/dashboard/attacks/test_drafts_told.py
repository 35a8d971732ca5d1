"""What a draft tells, and to whom: also its author learns nothing of a programmer whom he may not see any more."""

import pytest
from django.core.exceptions import PermissionDenied

from dashboard import changes
from dashboard.models import Change, Membership
from tests.cast import actor
from tests.dashboard.draft.conftest import client_of
from tests.factories import ENVIRONMENT, Edit, pushed

WAS, NOW = "Aurora One", "Nobody may know"


def stage(user, **properties):
    return changes.stage(
        environment=ENVIRONMENT,
        kind="channel",
        key="aurora-one",
        properties=properties,
        programmer="aurora",
        by=actor(user),
    )


@pytest.fixture
def put_out(live, borealis, alice):
    """Alice's change of Aurora One; then she edits another programmer only, and Aurora One is called something else."""
    client_of(live)
    stage(alice, display_name="Alice wants this")
    Membership.objects.filter(user=alice).update(programmer="borealis")
    pushed(Edit("channel", {"display_name": NOW}, "aurora-one"), of="aurora")
    return Change.objects.get(change_set__author_key=actor(alice).key, change_set__state="draft")


def test_whoever_was_put_out_does_not_read_what_is_live_in_a_conflict_of_the_draft_left(put_out, alice, as_):
    review = as_(alice).get(f"/{ENVIRONMENT}/draft/")
    assert "Alice wants this" in review.content.decode()
    assert "A TAM can take this over" in review.content.decode()
    for path in (
        "",
        f"changes/{put_out.pk}/resolve/",
        f"changes/{put_out.pk}/dismiss/",
        "aurora/push/",
        "aurora/submit/",
    ):
        page = as_(alice).get(f"/{ENVIRONMENT}/draft/{path}")
        assert NOW not in page.content.decode(), path
        assert "Conflict</" not in page.content.decode(), path


def test_nor_what_the_programmer_is_called_now(put_out, alice, as_):
    pushed(Edit("programmer", {"display_name": NOW}, "aurora"), of="aurora")
    for path in ("", "aurora/push/", "aurora/submit/", "aurora/dismiss/"):
        page = as_(alice).get(f"/{ENVIRONMENT}/draft/{path}").content.decode()
        assert NOW not in page, path
        assert "aurora" in page, path


def test_nor_by_resolving_it(put_out, alice, as_):
    where = f"/{ENVIRONMENT}/draft/changes/{put_out.pk}/resolve/"
    answer = as_(alice).post(where, {"property": "display_name", "keep": "mine"})
    assert answer.status_code == 404
    assert Change.objects.get(pk=put_out.pk).before == {"display_name": WAS}
    with pytest.raises(PermissionDenied):
        changes.resolve(put_out, "display_name", keep="mine", by=actor(alice))


def test_it_can_still_be_dismissed(put_out, alice, as_):
    assert as_(alice).post(f"/{ENVIRONMENT}/draft/changes/{put_out.pk}/dismiss/").status_code == 302
    assert not Change.objects.filter(pk=put_out.pk).exists()


def test_a_push_and_a_resolve_of_whoever_only_reads_now_is_refused(put_out, alice, as_):
    Membership.objects.filter(user=alice).update(programmer="aurora", role="viewer")
    assert as_(alice).post(f"/{ENVIRONMENT}/draft/aurora/push/", {"description": "x"}).status_code == 403
    answer = as_(alice).post(
        f"/{ENVIRONMENT}/draft/changes/{put_out.pk}/resolve/", {"property": "display_name", "keep": "mine"}
    )
    assert answer.status_code == 403
    assert "Conflict</" in as_(alice).get(f"/{ENVIRONMENT}/draft/").content.decode()
