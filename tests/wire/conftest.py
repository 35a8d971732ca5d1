"""One installation and one production server for each test process; modules that need more start their own."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests import live


@dataclass(frozen=True)
class Device:
    """An app on a television that has registered and holds a token."""

    client_id: str
    client_secret: str
    access_token: str
    own: dict[str, Any]
    """Its registration in the standard dialect."""
    watcher: dict[str, Any]
    """That of a resource server, which may introspect every token and read the feed."""


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    with live.installation(tmp_path_factory.mktemp("live")) as installation:
        yield installation


@pytest.fixture(scope="session")
def server(place):
    with live.server(place) as started:
        yield started


@pytest.fixture(scope="session")
def device(server, place):
    status, client = server.register(redirect_uri=live.REDIRECT_URI)
    assert status == 201, client
    status, token = server.token(client["client_id"], client["client_secret"])
    assert status == 201, token
    own, watcher = (_standard(server, text) for text in (server.installation.statement, place.watcher_statement))
    return Device(client["client_id"], client["client_secret"], token["access_token"], own, watcher)


def _standard(server, statement):
    body = json.dumps({"software_statement": statement}).encode()
    status, client = server.send("POST", "/oauth/register", body, {"Content-Type": "application/json"})
    assert status == 201, client
    return client


@pytest.fixture
def quiet_log(server, place, device):
    """What the test makes the server log holds no secret, no statement, no token, and nothing unexpected."""
    before = server.log.stat().st_size
    yield
    logged = server.logged(since=before)
    _, payload, signature = place.statement.split(".")
    *_, claims, token_signature = device.access_token.split(".")
    known = (device.own["client_secret"], device.own["registration_access_token"], device.watcher["client_secret"])
    for secret in (payload, signature, device.client_secret, claims, token_signature, *known):
        assert secret not in logged
    assert "Traceback" not in logged
    assert '"status": 5' not in logged
    assert '"level": "error"' not in logged


@pytest.fixture
def nothing_stored(place, server, device, quiet_log):
    before = place.operator.ask("stored")
    yield
    assert place.operator.ask("stored") == before
