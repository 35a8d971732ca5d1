"""The four doors that hostile input knocks at, each with a request that succeeds: every attack is one change to it."""

import json
import re
import string
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import pytest

from tests import live
from tests.wire import raw
from tests.wire.raw import FORM, JSON, Answer

REGISTER = "/o/client/register"
TOKEN = "/o/client/token"
VALIDATE = "/o/client/validate"
CONFIGURATION = "/api/v2/aurora-one/configuration"
NAMES = ("register", "token", "validate", "configuration")
_DESCRIPTION = set(string.printable[:95]) - set('"\\')


@dataclass(frozen=True)
class Door:
    port: int
    method: str
    target: str
    headers: dict[str, str]
    body: bytes | None
    status: int

    def octets(self, **changes: Any) -> bytes:
        lines, host, version = changes.pop("lines", ()), changes.pop("host", "localhost"), changes.pop("version", "")
        headers = {**self.headers, **changes.pop("headers", {})}
        door = replace(self, **changes)
        return raw.request(
            door.method, door.target, door.body, headers, lines=lines, host=host, version=version or "HTTP/1.1"
        )

    def ask(self, **changes: Any) -> Answer:
        return raw.ask(self.port, self.octets(**changes))


def open_doors(server: live.Server, device: Any) -> dict[str, Door]:
    statement = {"software_statement": server.installation.statement, "redirect_uri": live.REDIRECT_URI}
    credentials = {
        "grant_type": "client_credentials",
        "client_id": device.client_id,
        "client_secret": device.client_secret,
    }
    bearer = {"Authorization": f"Bearer {device.access_token}"}
    port = server.port
    return {
        "register": Door(port, "POST", REGISTER, JSON, json.dumps(statement).encode(), 201),
        "register_form": Door(port, "POST", REGISTER, FORM, urlencode(statement).encode(), 201),
        "token": Door(port, "POST", TOKEN, FORM, urlencode(credentials).encode(), 201),
        "validate": Door(port, "GET", VALIDATE, bearer, None, 200),
        "configuration": Door(port, "GET", CONFIGURATION, bearer, None, 200),
    }


@pytest.fixture
def knock(server, device) -> Callable[[str], Door]:
    return open_doors(server, device).__getitem__


def is_refusal(answer: Answer, status: int, error: str) -> bool:
    """Asserts the whole shape of a refusal: JSON of the right dialect, an id, nothing cached, no cookie, no HTML."""
    assert answer.status == status, (answer.status, answer.body)
    headers = answer.headers
    assert headers["content-type"] == "application/json"
    assert re.fullmatch("[0-9a-f]{32}", headers["x-request-id"])
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in headers
    members = answer.json
    if "trace" in members:
        assert set(members) == {"action", "status", "code", "message", "helpUrl", "trace"}
        assert members["status"] == status
        assert members["trace"] == headers["x-request-id"]
        assert members["helpUrl"].startswith(live.ISSUER + "/")
        said, why = members["code"], members["message"]
    else:
        assert set(members) == {"error", "error_description"}
        said, why = members["error"], members["error_description"]
    assert said == error, members
    assert why
    assert set(why) <= _DESCRIPTION
    return True


def is_unreadable(answer: Answer | None, *statuses: int) -> bool:
    """What granian refuses before us: a bare status, or nothing at all, and the connection is closed."""
    assert answer is None or (answer.is_bare and answer.status in (statuses or (400, 431))), answer
    return True
