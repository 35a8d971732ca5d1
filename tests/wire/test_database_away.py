"""When the database cannot be asked, nobody is told that his credentials are bad: devices would throw them away."""

import os
import sqlite3
import time
from dataclasses import replace

import pytest

from tests import live
from tests.wire.doors import NAMES, STANDARD, Door, is_refusal, open_doors
from tests.wire.forwarder import Forwarder
from tests.wire.raw import Connection

DOORS = [*NAMES, *STANDARD, "scopes"]
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Cookie": "sessionid=" + "a" * 32}


def _doors(server, device):
    doors = open_doors(server, device)
    return doors | {"scopes": replace(doors["validate"], target="/o/client/scopes")}


def _tells_people(server):
    """Whoever looks at the dashboard meanwhile reads a page; what watches the server reads the status."""
    page = Door(server.port, "GET", "/release-production/applications/", BROWSER, None, 200).ask()
    assert (page.status, page.headers["retry-after"]) == (503, "5")
    assert page.headers["content-type"].startswith("text/html")
    assert "The dashboard cannot answer right now" in page.body.decode()
    assert "sessionid" not in page.headers.get("set-cookie", "")
    probe = Door(server.port, "GET", "/healthz", {}, None, 200).ask()
    assert (probe.status, probe.json["error"]) == (503, "temporarily_unavailable")


def _answers(doors):
    return {name: doors[name].ask().status for name in DOORS}


def _all_good(doors):
    return {name: doors[name].status for name in DOORS}


def _resumes(doors):
    deadline = time.monotonic() + live.PATIENCE
    while (answers := _answers(doors)) != _all_good(doors) and time.monotonic() < deadline:
        time.sleep(0.1)
    # Both workers, and every connection that broke.
    assert [_answers(doors) for _ in range(4)] == [_all_good(doors)] * 4, answers


@pytest.mark.postgresql
@pytest.mark.compliance("RFC 7009", "2.2.1")
def test_while_the_database_is_away_everything_is_503_and_then_resumes_without_a_restart(place, device):
    forwarder = Forwarder(place.database_url)
    try:
        with live.server(place, DATABASE_URL=forwarder.url) as server:
            doors = _doors(server, device)
            assert _answers(doors) == _all_good(doors)
            for _ in range(2):
                before = place.operator.ask("stored")
                forwarder.cut()
                for name in DOORS * 3:
                    answer = doors[name].ask()
                    assert is_refusal(answer, 503, "temporarily_unavailable"), name
                    assert answer.headers["retry-after"] == "5"
                    assert "www-authenticate" not in answer.headers
                _tells_people(server)
                assert place.operator.ask("stored") == before
                forwarder.mend()
                _resumes(doors)
                assert Door(server.port, "GET", "/healthz", {}, None, 200).ask().status == 200
            logged = server.logged()
            # The driver's words hold the statement's parameters, and the address of the database.
            assert "database unavailable" in logged
            assert "Traceback" not in logged
            assert device.client_secret not in logged
    finally:
        forwarder.cut()


@pytest.mark.postgresql
def test_a_server_that_starts_before_its_database_serves_once_it_is_there(place, device):
    forwarder = Forwarder(place.database_url)
    forwarder.cut()
    try:
        with live.server(place, DATABASE_URL=forwarder.url) as server:
            doors = _doors(server, device)
            assert is_refusal(doors["token"].ask(), 503, "temporarily_unavailable")
            forwarder.mend()
            _resumes(doors)
    finally:
        forwarder.cut()


@pytest.mark.postgresql
def test_connections_that_the_database_ended_are_replaced_after_one_refusal_each(place, device, server):
    """What a failover or an administrator does: each worker's kept-open connection is dead, the database is there."""
    doors = _doors(server, device)
    assert _answers(doors) == _all_good(doors)
    place.operator.ask("end_other_connections")
    statuses = [doors["token"].ask().status for _ in range(12)]
    # Each of the two workers finds out once.
    assert set(statuses) <= {201, 503}
    assert statuses.count(503) <= 2
    _resumes(doors)


@pytest.mark.skipif(os.environ.get("DATABASE_URL", "").startswith("postgres"), reason="the embedded database's case")
def test_while_the_embedded_database_is_locked_registering_waits_its_turn(place, device, server):
    door = _doors(server, device)["register"]
    locker = sqlite3.connect(place.folder / "db.sqlite3", isolation_level=None)
    try:
        locker.execute("BEGIN IMMEDIATE")
        with Connection(server.port) as waiting:
            waiting.send(door.octets())
            time.sleep(0.5)
            locker.execute("ROLLBACK")
            assert waiting.answer().status == 201
    finally:
        locker.close()
