"""Where a change refers to an application, its name is shown: in the review, the version, the history, an undo."""

import pytest

from dashboard import changes
from dashboard.changes import Edit
from dashboard.models import Change, ChangeSet
from registration.models import RegisteredApplication
from tests import factories
from tests.cast import actor, person
from tests.dashboard.log.conftest import LOG, PLACE, body

THERE = "release-staging"


@pytest.fixture
def successor(live, alice):
    """A draft of the next version of `live`."""
    new = {**factories.application_properties("Aurora Live", version="7.0.0"), "replaces": str(live.software_id)}
    changes.stage(
        environment=factories.ENVIRONMENT, kind="application", properties=new, programmer="aurora", by=actor(alice)
    )
    return Change.objects.get(change_set__state="draft")


@pytest.fixture
def copy(live, alice):
    """A draft, in another environment, of a copy of `live`."""
    factories.programmer("aurora", environment=THERE)
    taken = ["channel:aurora-one", "domain:aurora-one/live.aurora.example"]
    changes.copy_applications([live], to=THERE, take=taken, by=actor(alice))
    return ChangeSet.objects.get(state="draft")


def test_what_a_new_version_replaces_is_named_wherever_the_change_is_shown(as_, alice, live, successor):
    browser, named = as_(alice), "<ins>Aurora Live 6.1.0</ins>"
    assert named in body(browser.get(f"{PLACE}/draft/"))
    assert named in body(browser.get(f"{PLACE}/draft/changes/{successor.pk}/dismiss/"))
    factories.push_drafts(alice)
    new = RegisteredApplication.objects.get(version="7.0.0")
    history = f"{PLACE}/applications/{new.software_id}/history/"
    for url in (f"{LOG}aurora/4/", f"{LOG}aurora/compare/?from=3&to=4", history):
        shown = body(browser.get(url))
        assert named in shown
        assert str(live.software_id) not in shown
    factories.pushed(Edit("application", None, str(new.software_id)), of="aurora")
    assert named in body(browser.get(f"{LOG}aurora/5/undo/"))


def test_one_that_is_gone_is_still_named_and_told_from_another_of_its_name(as_, alice, live, successor):
    factories.pushed(Edit("application", None, str(live.software_id)), of="aurora")
    shown = body(as_(alice).get(f"{PLACE}/draft/changes/{successor.pk}/resolve/"))
    assert "The application that it replaces is not here." in shown
    assert ">Aurora Live 6.1.0</bdi>" in shown
    factories.application("Aurora Live")
    shown = body(as_(alice).get(f"{PLACE}/draft/"))
    assert f"<ins>Aurora Live 6.1.0, {live.software_id}</ins>" in shown


def test_what_a_copy_was_made_from_is_named_with_its_environment(as_, alice, copy):
    assert "<ins>Aurora Live 6.1.0, Release Production</ins>" in body(as_(alice).get(f"/{THERE}/draft/"))


def test_what_one_may_not_see_is_not_named(as_, live, copy):
    reader = person("reader", ("editor", "aurora", THERE))
    shown = body(as_(reader).get(f"/{THERE}/draft/sets/{copy.uuid}/"))
    assert f"<ins>{live.software_id}</ins>" in shown
    assert "Aurora Live 6.1.0, Release Production" not in shown
