"""The log as CSV: one line for each change, what the filters of the page allow, and nothing that a spreadsheet runs."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard.changes import Edit
from dashboard.entities import RULES, Kind
from dashboard.models import Change, ChangeSet
from registration import applications
from tests.cast import actor
from tests.dashboard.log.conftest import LOG, rows
from tests.dashboard.log.test_log import many

CSV = f"{LOG}csv/"


def test_each_change_is_a_line_with_its_old_and_new_value(as_, alice, live, pushed):
    pushed(alice, Edit("channel", {"display_name": "Aurora Un"}, "aurora-one"), said="French name")
    response = as_(alice).get(CSV)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert "changes_release-production.csv" in response["Content-Disposition"]
    line, *others = rows(response)
    push = ChangeSet.objects.get(description="French name")
    assert line == {
        "time": push.pushed_at.isoformat(timespec="seconds"),
        "environment": "release-production",
        "programmer": "aurora",
        "version": "4",
        "description": "French name",
        "pushed_by": "Alice",
        "author": "Alice",
        "on_behalf_of": "",
        "undoes": "",
        "event": "Changed",
        "kind": "Channel",
        "key": "aurora-one",
        "label": "Aurora Un",
        "old": "Display name: Aurora One",
        "new": "Display name: Aurora Un",
    }
    assert len(others) == Change.objects.count() - 1


def test_it_has_the_filters_of_the_page(as_, alice, charlie, tom, live, borealis, pushed):
    pushed(alice, Edit("channel", {"display_name": "Aurora Un"}, "aurora-one"), said="French name")
    applications.suspend(live, reason="Leaked", by=actor(tom))
    browser = as_(alice)
    assert {line["programmer"] for line in rows(browser.get(CSV))} == {"aurora"}
    assert {line["programmer"] for line in rows(as_(charlie).get(CSV, {"states": "1"}))} == {"borealis"}
    assert [line["new"] for line in rows(browser.get(CSV, {"q": "french"}))] == ["Display name: Aurora Un"]
    assert {line["kind"] for line in rows(browser.get(CSV, {"kind": "domain"}))} == {"Domain"}
    events = [line["event"] for line in rows(browser.get(CSV, {"states": "1"}))]
    assert events[:2] == ["application:suspend", "Changed"]
    assert "application:suspend" not in [line["event"] for line in rows(browser.get(CSV))]


def test_no_cell_is_a_formula(as_, alice, live, pushed):
    for said in ("\uff1dHYPERLINK(1)", "=HYPERLINK(1)", "+1", "-1", "@SUM(A1)"):
        pushed(alice, Edit("channel", {"display_name": f"{said} {said}"}, "aurora-one"), said=said)
    pushed(alice, Edit("channel", {"display_name": "1 - 1"}, "aurora-one"), said="1 - 1")
    lines = rows(as_(alice).get(CSV, {"kind": "channel"}))
    said = ["1 - 1", "'@SUM(A1)", "'-1", "'+1", "'=HYPERLINK(1)", "'\uff1dHYPERLINK(1)"]
    assert [line["description"] for line in lines[:6]] == said
    assert lines[1]["label"] == "'@SUM(A1) @SUM(A1)"
    assert not [cell for line in lines for cell in line.values() if cell.startswith(("=", "+", "-", "@"))]


def test_of_a_secret_it_says_how_it_ends(as_, alice, live, pushed, monkeypatch):
    pushed(alice, Edit("channel", {"display_name": "correct-horse-battery-a91f"}, "aurora-one"))
    monkeypatch.setattr(RULES[Kind.CHANNEL], "write_only", frozenset({"display_name"}), raising=False)
    line = rows(as_(alice).get(CSV))[0]
    assert (line["old"], line["new"]) == ("Display name: •••• One", "Display name: ••••a91f")


def test_it_is_written_while_it_is_read_and_leaves_nothing_out(as_, alice, live):
    many(450)
    browser = as_(alice)
    browser.get(LOG)
    with CaptureQueriesContext(connection) as captured:
        response = browser.get(CSV, {"states": "1"})
        lines = iter(response.streaming_content)
        assert next(lines).startswith(b"time,environment,programmer,version")
        first = len(captured)
        rest = b"".join(lines)
    assert first <= 3
    assert len(captured) <= first + 20
    written = rest.decode().splitlines()
    assert sum("Push É" in line for line in written) == 450
    assert sum("application:close" in line for line in written) == 450
    times = [line[:25] for line in written if line.startswith("20")]
    assert times == sorted(times, reverse=True)


def test_pushes_of_the_same_instant_are_all_written(as_, alice, live):
    many(450)
    newest = ChangeSet.objects.order_by("-pushed_at").first().pushed_at + timedelta(seconds=1)
    ChangeSet.objects.filter(description__startswith="Push").update(pushed_at=newest)
    lines = rows(as_(alice).get(CSV))
    assert len({line["version"] for line in lines if line["description"].startswith("Push")}) == 450
