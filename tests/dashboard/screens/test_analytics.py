"""Analytics configurations of a channel, through their pages: a TAM's."""

from dashboard.models import Change
from registration.models import AnalyticsConfiguration, Channel
from tests import factories
from tests.dashboard.screens.conftest import PLACE

AT = f"{PLACE}/channels/aurora-one/analytics/"
SENT = {
    "event_forwarding": "on",
    "tracking_server": "Metrics.Aurora.example",
    "report_suite_id": "aurora-suite",
    "tracking_server_schema": "https",
    "report_suite_mapping_template": "{channel}-{platform}",
    "report_suite_confirmation_marker": "confirmed",
}


def test_a_tam_adds_one_everybody_sees_it_and_an_editor_cannot_change_it(as_, alice, victor, tom, live):
    for person in (alice, victor):
        assert as_(person).get(f"{AT}new/").status_code == 403
        assert as_(person).post(f"{AT}new/", SENT).status_code == 403
    assert as_(tom).post(f"{AT}new/", SENT).status_code == 302
    assert "In your draft, not live yet" in as_(tom).get(AT).content.decode()
    factories.push_drafts(tom)
    row = AnalyticsConfiguration.objects.get()
    assert (row.number, row.event_forwarding, row.tracking_server) == (1, True, "metrics.aurora.example")
    page = as_(victor).get(AT).content.decode()
    for said in ("Analytics configuration 1", "aurora-suite", "{channel}-{platform}", "confirmed", "A TAM may do this"):
        assert said in page, said
    for verb in ("edit", "remove"):
        assert f"{AT}1/{verb}/" not in page
        assert f"{AT}1/{verb}/" in as_(tom).get(AT).content.decode()
        assert as_(alice).post(f"{AT}1/{verb}/", SENT).status_code == 403


def test_what_is_wrong_is_said_at_its_field(as_, tom, live):
    for name, value in (
        ("tracking_server", "https://metrics.aurora.example/"),
        ("tracking_server", ""),
        ("report_suite_id", ""),
        ("report_suite_id", "x" * 256),
        ("report_suite_id", "a\u202eb"),
        ("tracking_server_schema", "ftp"),
        ("report_suite_mapping_template", "x" * 2001),
    ):
        page = as_(tom).post(f"{AT}new/", {**SENT, name: value})
        assert page.status_code == 422
        assert f'id="id_{name}_error"' in page.content.decode(), (name, value)
    assert not Change.objects.filter(kind="analytics").exists()
    assert as_(tom).post(f"{AT}new/", {"tracking_server_schema": "http"}).status_code == 302


def test_a_tam_edits_one_and_goes_on_with_one_of_his_draft(as_, tom, live):
    factories.analytics(channel="aurora-one", report_suite_id="before")
    assert 'value="before"' in as_(tom).get(f"{AT}1/edit/").content.decode()
    assert as_(tom).post(f"{AT}1/edit/", SENT).status_code == 302
    as_(tom).post(f"{AT}new/", {})
    change = Change.objects.get(change_set__state="draft", key="aurora-one/2")
    assert as_(tom).post(f"{PLACE}/draft/changes/{change.pk}/edit/", SENT).status_code == 302
    factories.push_drafts(tom)
    suites = AnalyticsConfiguration.objects.order_by("number").values_list("number", "report_suite_id")
    assert list(suites) == [(1, "aurora-suite"), (2, "aurora-suite")]


def test_a_number_is_not_given_again(as_, tom, tess, live):
    factories.analytics(channel="aurora-one")
    assert as_(tom).post(f"{AT}1/remove/").status_code == 302
    factories.push_drafts(tom)
    assert "No analytics configurations yet" in as_(tom).get(AT).content.decode()
    for person in (tom, tess):
        assert as_(person).post(f"{AT}new/", SENT).status_code == 302
    for person in (tess, tom):
        factories.push_drafts(person)
    numbers = AnalyticsConfiguration.objects.live().order_by("number").values_list("number", flat=True)
    assert list(numbers) == [2, 3]


def test_an_editor_removes_a_channel_with_what_only_a_tam_adds(as_, alice, live):
    factories.analytics(channel="aurora-one")
    assert as_(alice).post(f"{PLACE}/channels/aurora-one/remove/").status_code == 302
    factories.push_drafts(alice)
    assert not Channel.objects.live().exists()
    assert not AnalyticsConfiguration.objects.live().exists()
