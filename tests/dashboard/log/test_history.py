"""The history of one thing and the activity of one programmer: pushes and changes of state, merged by time."""

import pytest

from dashboard.changes import Edit
from registration import applications, statements
from registration.models import RegisteredApplication
from tests import certificates, factories
from tests.cast import actor
from tests.dashboard.log.conftest import LOG, PLACE, body


def at(kind, key):
    return f"{LOG}entities/{kind}/{key}/history/"


def told(response):
    """Each line: what happened to it, or the event."""
    return [each.shown.operation.word if each.shown else each.entry.event for each in response.context["page"]]


def test_an_application_tells_of_its_pushes_states_and_statements(as_, alice, tom, live, pushed):
    applications.suspend(live, reason="Leaked", by=actor(tom))
    live.refresh_from_db()
    statement = live.statements.get()
    statements.revoke(statement, reason="In a public place", by=actor(tom))
    pushed(alice, Edit("application", {"platforms": ["IOS"]}, str(live.software_id)), said="Phones only")
    response = as_(alice).get(f"{PLACE}/applications/{live.software_id}/history/")
    assert told(response) == ["Narrowed", "statement:revoke", "application:suspend", "Added"]
    page = body(response)
    assert "In a public place" in page
    assert "Phones only" in page
    assert "Roku" in page
    response = as_(alice).get(at("application", live.software_id))
    assert (response.status_code, response["Location"]) == (302, f"{PLACE}/applications/{live.software_id}/history/")


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("programmer", "aurora"),
        ("channel", "aurora-one"),
        ("channel", "AURORA-ONE"),
        ("domain", "aurora-one/live.aurora.example"),
    ],
)
def test_everything_that_was_ever_pushed_has_a_history(as_, victor, charlie, live, kind, key):
    assert told(as_(victor).get(at(kind, key))) == ["Added"]
    assert as_(charlie).get(at(kind, key)).status_code == 404


@pytest.mark.parametrize(
    ("kind", "key"), [("channel", "none"), ("nonsense", "aurora"), ("application", "x/y"), ("domain", "a")]
)
def test_what_never_was_has_none(as_, victor, live, kind, key):
    assert as_(victor).get(at(kind, key)).status_code == 404


def test_a_removed_thing_keeps_its_history_for_whoever_may_see_its_programmer(as_, alice, charlie, live, pushed):
    pushed(alice, Edit("application", None, str(live.software_id)), said="No longer made")
    response = as_(alice).get(at("application", live.software_id))
    assert told(response) == ["Removed", "Added"]
    assert "No longer made" in body(response)
    assert as_(charlie).get(at("application", live.software_id)).status_code == 404
    assert as_(alice).get(f"{PLACE}/applications/{live.software_id}/history/").status_code == 404


def test_history_reads_well_after_people_are_gone(as_, alice, victor, live, pushed):
    pushed(alice, Edit("channel", {"display_name": "Aurora Un"}, "aurora-one"), said="French name")
    alice.delete()
    page = body(as_(victor).get(at("channel", "aurora-one")))
    assert "Alice" in page
    assert "French name" in page


def test_a_programmer_has_an_activity_of_its_own_things_only(as_, alice, tom, charlie, live, borealis, pushed):
    applications.suspend(live, reason="Leaked", by=actor(tom))
    pushed(charlie, Edit("channel", {"display_name": "North"}, "borealis-one"), of="borealis")
    page = body(as_(alice).get(f"{PLACE}/programmers/aurora/activity/"))
    assert "Leaked" in page
    assert "Add application Aurora Live 6.1.0" in page
    assert "orth" not in page.replace("North America", "")
    assert as_(charlie).get(f"{PLACE}/programmers/aurora/activity/").status_code == 404


def test_histories_are_paged(as_, alice, live, pushed):
    for number in range(52):
        pushed(alice, Edit("channel", {"display_name": f"Name {number}"}, "aurora-one"))
    browser = as_(alice)
    assert len(browser.get(at("channel", "aurora-one")).context["page"]) == 50
    assert told(browser.get(at("channel", "aurora-one"), {"page": "2"}))[-1] == "Added"


def test_every_page_of_a_thing_leads_to_its_history(as_, alice, live):
    scheme, certificate = factories.scheme(label="Return"), factories.certificate(certificates.pem())
    factories.analytics(channel="aurora-one", report_suite_id="suite")
    browser, sha256 = as_(alice), certificate.sha256
    for page, kind, key in (
        ("channels/aurora-one/", "channel", "aurora-one"),
        ("channels/aurora-one/domains/", "domain", "aurora-one/live.aurora.example"),
        ("programmers/aurora/schemes/", "scheme", scheme.scheme_key),
        ("channels/aurora-one/analytics/", "analytics", "aurora-one/1"),
        (f"programmers/aurora/certificates/{sha256}/", "certificate", f"p:aurora/{sha256}"),
        ("programmers/aurora/activity/", "programmer", "aurora"),
        ("changes/aurora/2/", "channel", "aurora-one"),
    ):
        assert at(kind, key) in browser.get(f"{PLACE}/{page}").content.decode(), page
        assert browser.get(at(kind, key)).status_code == 200
    assert RegisteredApplication.objects.get() == live
