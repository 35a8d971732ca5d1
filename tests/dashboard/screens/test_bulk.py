"""Several applications at once: boxes in the list, a page that says what happens, one verb, all or nothing."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from oauth.models import AuditEntry
from oauth.problems import Invalid
from registration import applications
from registration.models import RegisteredApplication
from tests import factories
from tests.cast import actor, person
from tests.dashboard.screens.conftest import PLACE, register
from tests.dashboard.screens.test_applications_list import names

LIST, CLOSE, CSV = f"{PLACE}/applications/", f"{PLACE}/applications/close/", f"{PLACE}/applications/csv/"


@pytest.fixture
def second(live):
    return factories.application("Aurora Second")


def chosen(*rows):
    return [str(row.software_id) for row in rows]


def closing(*rows, reason="Nobody ships it", typed="Release Production"):
    return {"chosen": chosen(*rows), "reason": reason, "confirmation": typed}


def states():
    rows = RegisteredApplication.objects.with_state().order_by("name_key")
    return {row.name: row.state_now for row in rows}


def test_each_row_has_a_box_with_its_name_for_whoever_edits(as_, alice, victor, live):
    page = as_(alice).get(LIST).content.decode()
    assert "Choose Aurora Live 6.1.0" in page
    assert f'formaction="{CLOSE}"' in page
    reading = as_(victor).get(LIST).content.decode()
    assert 'name="chosen"' not in reading
    assert 'id="bulk"' not in reading


def test_the_chosen_are_closed_together_with_an_entry_each(as_, alice, live, second):
    page = as_(alice).get(CLOSE, {"chosen": chosen(live, second)}).content.decode()
    assert "These 2 will be closed, all together" in page
    done = as_(alice).post(CLOSE, closing(live, second))
    assert (done.status_code, done["Location"]) == (302, LIST)
    assert states() == {"Aurora Live": "closed", "Aurora Second": "closed"}
    told = AuditEntry.objects.filter(event="application:close").order_by("n")
    assert [(entry.label, entry.reason) for entry in told] == [
        ("Aurora Live 6.1.0", "Nobody ships it"),
        ("Aurora Second 6.1.0", "Nobody ships it"),
    ]
    assert as_(alice).post(f"{LIST}{live.software_id}/reinstate/", {"reason": "Back"}).status_code == 302


def test_where_there_are_clients_the_page_says_how_many_and_the_environment_is_typed(as_, alice, signing_keys):
    there = factories.world("aurora", environment="prequal-staging")
    at, sent = "/prequal-staging/applications/close/", {"chosen": chosen(there), "reason": "Old"}
    assert "Type “Prequal Staging” to confirm" not in as_(alice).get(at, {"chosen": chosen(there)}).content.decode()
    for number in range(2):
        register(there, f"client-{number}")
    page = as_(alice).get(at, {"chosen": chosen(there)}).content.decode()
    assert "2 clients, the last registered" in page
    assert as_(alice).post(at, sent).status_code == 422
    assert as_(alice).post(at, {**sent, "confirmation": "Prequal Staging"}).status_code == 302


def test_a_tams_closing_stays_a_tams(as_, tom, alice, live, second):
    as_(tom).post(CLOSE, closing(live, second))
    assert RegisteredApplication.objects.filter(closed_by_tam=True).count() == 2


def test_what_cannot_be_closed_is_told_before_and_nothing_is_closed_where_it_came_in_between(as_, alice, live, second):
    applications.close(second, reason="Over", as_tam=False, by=actor(alice))
    page = as_(alice).get(CLOSE, {"chosen": chosen(live, second)}).content.decode()
    assert "It is not active: closed to new." in page
    assert page.count('name="chosen"') == 1
    refused = as_(alice).post(CLOSE, closing(live, second))
    assert refused.status_code == 422
    assert "Aurora Second 6.1.0 is not active any more." in refused.content.decode()
    assert states()["Aurora Live"] == "active"


def test_the_reason_and_the_place_must_be_given(as_, alice, live):
    assert as_(alice).post(CLOSE, closing(live, reason="")).status_code == 422
    assert as_(alice).post(CLOSE, closing(live, typed="release staging")).status_code == 422
    assert as_(alice).post(CLOSE, {"reason": "x", "confirmation": "Release Production"}).status_code == 422
    assert states() == {"Aurora Live": "active"}


def test_a_reader_is_refused_and_a_strangers_application_is_not_there(as_, victor, charlie, live):
    assert as_(victor).post(CLOSE, closing(live)).status_code == 403
    assert "An editor may do this." in as_(victor).get(CLOSE, {"chosen": chosen(live)}).content.decode()
    assert as_(charlie).post(CLOSE, closing(live)).status_code == 422
    assert "No application is chosen" in as_(charlie).get(CLOSE, {"chosen": chosen(live)}).content.decode()
    assert states() == {"Aurora Live": "active"}


def test_one_application_that_somebody_only_reads_keeps_all_from_being_closed(as_, live, borealis):
    olga = person("olga", ("viewer", "aurora", ""), ("editor", "borealis", ""))
    assert as_(olga).post(CLOSE, closing(live, borealis)).status_code == 403
    assert states() == {"Aurora Live": "active", "Borealis Live": "active"}


def test_the_verb_refuses_an_empty_choice(alice, live):
    with pytest.raises(Invalid):
        applications.close_all([], reason="Over", by=actor(alice))


# --- The strip above the list, its filters, and the list as CSV ---


def test_the_strip_counts_what_its_links_list(as_, alice, live, second):
    factories.application("Aurora Small", channels=["aurora-one"])
    register(live, "a-client")
    applications.revoke(second, reason="Over", by=actor(alice))
    page = as_(alice).get(LIST).content.decode()
    for words, asked in (
        ("Active applications", {"state": "active"}),
        ("Open to all channels", {"state": "active", "reach": "all"}),
        ("Without clients", {"state": "active", "unused": "1"}),
    ):
        listed = names(as_(alice).get(LIST, asked))
        assert f"<dt>{words}</dt><dd>{len(listed)}</dd>" in page
    assert names(as_(alice).get(LIST, {"state": "active", "reach": "all"})) == ["Aurora Live"]
    assert names(as_(alice).get(LIST, {"unused": "1", "state": "active"})) == ["Aurora Small"]


def test_the_filters_of_the_strip_have_chips_that_take_them_away(as_, alice, live):
    page = as_(alice).get(LIST, {"reach": "all", "unused": "1"}).content.decode()
    assert 'href="?unused=1">Open to all channels' in page
    assert 'href="?reach=all">No client yet' in page
    assert names(as_(alice).get(LIST, {"reach": "none", "unused": "yes"})) == ["Aurora Live"]


def test_the_strip_of_a_programmer_counts_only_its_own(as_, tess, live, borealis):
    page = as_(tess).get(f"{PLACE}/programmers/aurora/applications/").content.decode()
    assert "<dt>Active applications</dt><dd>1</dd>" in page


def lines(browser, **asked):
    answer = browser.get(CSV, asked)
    assert answer.streaming
    text = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text)))


def test_the_csv_holds_what_the_list_shows_with_the_same_filters(as_, alice, live, second, borealis):
    register(live, "a-client")
    rows = lines(as_(alice))
    assert [row["name"] for row in rows] == ["Aurora Live", "Aurora Second"]
    assert (rows[0]["clients"], rows[0]["state"], rows[0]["software_id"]) == ("1", "active", str(live.software_id))
    assert [row["name"] for row in lines(as_(alice), unused="1")] == ["Aurora Second"]


def test_no_cell_of_the_csv_is_a_formula(as_, alice, live):
    factories.application("=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in [row["name"] for row in lines(as_(alice))]


def test_what_is_older_than_a_week_can_be_asked_for(as_, alice, live, second):
    RegisteredApplication.objects.filter(pk=second.pk).update(created_at=datetime.now(UTC) - timedelta(days=8))
    assert names(as_(alice).get(LIST, {"unused": "7"})) == ["Aurora Second"]
