"""The doors that hostile input knocks at, each with a request that succeeds: every attack is one change to it."""

import base64
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
STANDARD = ("oauth_register", "oauth_token", "introspect", "revoke", "manage_get", "manage_put", "feed", "jwks")
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
        **_standard_doors(port, server.installation.statement, device),
    }


def _standard_doors(port: int, statement: str, device: Any) -> dict[str, Door]:
    own = device.own
    basic = _basic(own)
    form, members = {**FORM, **basic}, {"software_statement": statement, "redirect_uris": [live.REDIRECT_URI]}
    mine = f"/oauth/register/{own['client_id']}"
    managing = {"Authorization": f"Bearer {own['registration_access_token']}"}
    replacing = {"client_id": own["client_id"], "software_statement": statement}
    about = urlencode({"token": "of-nobody"}).encode()
    return {
        "oauth_register": Door(port, "POST", "/oauth/register", JSON, json.dumps(members).encode(), 201),
        "oauth_token": Door(port, "POST", "/oauth/token", form, b"grant_type=client_credentials", 200),
        "introspect": Door(port, "POST", "/oauth/introspect", form, about, 200),
        "revoke": Door(port, "POST", "/oauth/revoke", form, about, 200),
        "manage_get": Door(port, "GET", mine, managing, None, 200),
        "manage_put": Door(port, "PUT", mine, {**JSON, **managing}, json.dumps(replacing).encode(), 200),
        "feed": Door(port, "GET", "/oauth/revocations", _basic(device.watcher), None, 200),
        "jwks": Door(port, "GET", "/.well-known/jwks.json", {}, None, 200),
    }


def _basic(client: dict[str, Any]) -> dict[str, str]:
    both = f"{client['client_id']}:{client['client_secret']}".encode()
    return {"Authorization": "Basic " + base64.b64encode(both).decode()}


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
