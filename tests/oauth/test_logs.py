"""What is logged: a line for each request, with ids; never a secret, a statement or a token, whatever goes wrong."""

import base64
from urllib.parse import urlencode

import pytest

from tests import protocol
from tests.logged import requests
from tests.protocol import CONFIGURATION, FORM, REGISTER, SCOPES, TOKEN, VALIDATE


def test_a_request_is_a_line_with_ids(http, world, lines):
    client = protocol.registered(http, world)
    answer = protocol.token(http, client)
    said = requests(lines)
    assert [(line["endpoint"], line["status"], line["outcome"]) for line in said] == [
        ("TVERegister", 201, "ok"),
        ("TVEToken", 201, "ok"),
    ]
    assert said[0] == {
        "at": said[0]["at"],
        "level": "info",
        "logger": "oauth.request",
        "message": "request",
        "request_id": said[0]["request_id"],
        "environment": "release-production",
        "endpoint": "TVERegister",
        "status": 201,
        "outcome": "ok",
        "ms": said[0]["ms"],
        "software_id": str(world.application.software_id),
        "client_id": client["client_id"],
    }
    assert said[1]["request_id"] == answer["X-Request-Id"]
    assert said[1]["jti"] == answer.json()["id"]


def test_a_refusals_line_carries_the_request_id_of_its_answer(http, world, lines):
    response = protocol.register(http, "a.b.c")
    (said,) = requests(lines)
    assert (said["request_id"], said["outcome"], said["status"]) == (
        response["X-Request-Id"],
        "invalid_software_statement",
        400,
    )


@pytest.mark.compliance("RFC 7662", "4")
@pytest.mark.compliance("RFC 9700", "4.9")
@pytest.mark.compliance("RFC 6749", "10.3")
def test_no_secret_statement_or_token_is_in_the_log_of_a_whole_journey(http, world, lines, settings, monkeypatch):
    client = protocol.registered(http, world, redirect_uri="https://live.aurora.example/?code=in-the-redirect")
    secret = client["client_secret"]
    text = protocol.token_of(http, client)
    form = {"grant_type": "client_credentials", "client_id": client["client_id"], "client_secret": secret}
    basic = base64.b64encode(f"{client['client_id']}:{secret}".encode()).decode()
    # Right, wrong, and in every wrong place.
    for path in (VALIDATE, SCOPES, CONFIGURATION):
        protocol.bearer(http, path, text)
        protocol.bearer(http, path, text[:-1])
        http.get(f"{path}?access_token={text}")
    for swapped in (secret, text, world.text, secret * 4):
        protocol.token(http, {"client_id": swapped, "client_secret": client["client_id"]})
        protocol.token(http, client, scope=swapped)
        protocol.token(http, client, grant_type=swapped)
        protocol.register(http, swapped)
        protocol.register(http, world.text, redirect_uri=swapped)
        protocol.register(http, world.text, headers={"x-device-info": swapped, "user-agent": swapped})
        protocol.bearer(http, f"/api/v2/{swapped[:100]}/configuration", text)
        http.get(f"/o/{swapped[:100]}")
        http.get(f"/api/{swapped[:100]}")
        http.post(TOKEN, swapped, content_type=FORM)
        http.post(REGISTER, swapped, content_type="application/json")
        http.generic(f"X{secret}", TOKEN)
        http.get(VALIDATE, headers={"host": f"{secret}.example"})
        http.get(VALIDATE, headers={"x-request-id": secret})
    protocol.token(http, client, headers={"authorization": f"Basic {basic}"})
    for on in (False, True):
        settings.TVE_QUERY_CREDENTIALS = on
        http.generic("POST", f"{TOKEN}?{urlencode(form)}", CONTENT_TYPE="application/json")
    protocol.at(world.application, revoked_at=True)
    protocol.token(http, client)
    protocol.register(http, world.text)
    protocol.bearer(http, CONFIGURATION, text)
    log = lines.getvalue()
    assert len(requests(lines)) > 60
    for kept in (secret, text, world.text, basic, "in-the-redirect"):
        assert kept not in log
    # Nor a part of one that would do: a signature, a payload.
    for part in (*text.split(".")[1:], *world.text.split(".")[1:]):
        assert part not in log


def test_a_defect_and_a_database_that_is_down_log_no_secret_either(http, world, lines, monkeypatch):
    from django.db import DataError, OperationalError  # noqa: PLC0415

    client = protocol.registered(http, world)
    for error in (OperationalError, DataError):

        def broken(sql, parameters, error=error):
            raise error(f"could not run {sql} with {parameters} for {client['client_secret']}")

        monkeypatch.setattr("oauth.prepared.fetch_all", broken)
        status = protocol.token(http, client).status_code
        assert status == (503 if error is OperationalError else 500)
    log = lines.getvalue()
    assert client["client_secret"] not in log
    assert "OperationalError" in log
    assert "DataError" in log
    # The frames say where it was.
    assert "fetch_one" in log
