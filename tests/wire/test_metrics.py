"""What an operator counts from the log, by the very commands of `docs/operations.md`."""

import re
import subprocess

from tests import live

PAGE = live.ROOT / "docs" / "operations.md"
WITHOUT_REDIS = {"THROTTLE_BURST": "2", "THROTTLE_RATE": "0.001"}


def counted(server):
    """What each command of the table finds in the server's log."""
    rows = re.findall(r"^\| ([^|]+) \| `(grep [^`]+)` \|$", PAGE.read_text(), re.MULTILINE)
    found = {}
    for what, command in rows:
        done = subprocess.run(["sh", "-c", f"{command} {server.log}"], capture_output=True, text=True, check=False)
        found[re.split("[,;]", what)[0]] = int(done.stdout)
    assert len(found) == 5
    return found


def ask(server, times):
    return [server.send("GET", "/o/client/validate")[0] for _ in range(times)]


def test_requests_that_pass_while_redis_is_away_are_counted(place):
    nowhere = f"redis://127.0.0.1:{live.free_port()}/0"
    with live.server(place, REDIS_URL=nowhere, **WITHOUT_REDIS) as server:
        before = counted(server)
        assert ask(server, 12) == [401] * 12
        status, _ = server.token("00000000-0000-4000-8000-000000000000", "wrong")
        assert status == 400
        after = counted(server)
    grown = {what: number - before[what] for what, number in after.items() if number != before[what]}
    assert grown == {"Requests": 13, "Passed without the throttle": 14}


def test_requests_that_the_throttle_refused_are_counted(place):
    with live.server(place, REDIS_URL="", WORKERS="1", **WITHOUT_REDIS) as server:
        before = counted(server)
        refused = ask(server, 5).count(429)
        after = counted(server)
    assert refused >= 3
    assert after["Refused by the throttle"] - before["Refused by the throttle"] == refused
    assert after["Passed without the throttle"] == after["Defects of ours"] == 0
