"""The documented production topology: the shipped nginx configuration in front of the production server."""

import json
import time
from dataclasses import replace

import pytest

from tests import live
from tests.wire import proxy
from tests.wire.doors import NAMES, is_refusal, open_doors
from tests.wire.raw import FORM, JSON, Connection, ask, chunked, request

pytestmark = pytest.mark.skipif(proxy.NGINX is None, reason="nginx is not installed (Debian: apt-get install nginx)")
BURST = 5


@pytest.fixture(scope="module")
def behind(server, tmp_path_factory):
    """The port of the proxy, and its log."""
    with proxy.nginx(tmp_path_factory.mktemp("nginx"), server.port) as started:
        yield started


@pytest.fixture
def knock(behind, server, device):
    doors = open_doors(server, device)
    return lambda name: replace(doors[name], port=behind[0])


@pytest.mark.parametrize("name", [*NAMES, "register_form"])
def test_each_door_answers_through_the_proxy(knock, quiet_log, name):
    door = knock(name)
    assert door.ask().status == door.status
    refused = door.ask(target="/o/nothing")
    assert is_refusal(refused, 404, "not_found")


def test_the_host_is_passed_on_as_it_came(knock, nothing_stored):
    answer = knock("register").ask(host="release-staging.localhost")
    assert is_refusal(answer, 400, "invalid_software_statement")
    assert "release-production" in answer.json["error_description"]


def test_200_stalled_bodies_slow_nobody(knock, quiet_log):
    door = knock("register")
    stalled = [Connection(door.port) for _ in range(200)]
    try:
        for connection in stalled:
            connection.send(door.octets(headers={"Content-Length": "60000"}))
        time.sleep(0.3)
        slowest = 0.0
        for _ in range(40):
            started = time.monotonic()
            assert door.ask().status == 201
            slowest = max(slowest, time.monotonic() - started)
        # Whoever waited for one of them waited until the proxy hangs up on it: ten seconds.
        assert slowest < 6
    finally:
        for connection in stalled:
            connection.socket.close()


def test_a_body_that_stalls_is_hung_up_on_after_ten_seconds(knock, nothing_stored):
    doors = [knock("register"), knock("token")]
    stalled = [Connection(door.port) for door in doors]
    started = time.monotonic()
    for connection, door in zip(stalled, doors, strict=True):
        connection.send(door.octets(headers={"Content-Length": "60000"}))
    for connection in stalled:
        with connection:
            assert connection.answer() is None
        assert 8 < time.monotonic() - started < 30  # nginx's own default is 60


@pytest.mark.parametrize("framing", ["announced", "in chunks"])
@pytest.mark.parametrize("name", ["register_form", "token", "introspect", "revoke"])
def test_a_body_that_is_cut_never_reaches_the_application(behind, server, knock, nothing_stored, name, framing):
    """Of a body in chunks the application could not tell: the proxy waits for all of it, or hangs up."""
    door, before = knock(name), server.logged().count("oauth.request")
    announced = {"Content-Length": str(len(door.body) + 9)}
    changes = {"headers": announced, "body": door.body}
    if framing == "in chunks":
        changes = {"headers": {"Transfer-Encoding": "chunked"}, "body": b"fff\r\n" + door.body}
    with Connection(door.port) as connection:
        connection.send(door.octets(**changes))
        connection.end()
        answer = connection.answer()
        assert answer is None or is_refusal(answer, 400, "invalid_request")
        assert connection.is_closed()
    assert server.logged().count("oauth.request") == before


@pytest.mark.parametrize("framing", ["announced", "in chunks"])
@pytest.mark.parametrize("name", NAMES)
def test_a_larger_body_is_refused_by_the_proxy_in_the_words_of_the_wire(knock, nothing_stored, name, framing):
    door = knock(name)
    body = b"x" * (64 * 1024 + 1)
    changes = {"body": body}
    if framing == "in chunks":
        changes = {"body": chunked(body), "headers": {"Transfer-Encoding": "chunked"}}
    answer = door.ask(**changes)
    assert is_refusal(answer, 413, "invalid_request")
    assert answer.headers["connection"] == "close"


def test_a_body_of_64_kib_passes(knock, quiet_log):
    door = knock("register")
    assert door.ask(body=door.body.ljust(64 * 1024)).status == 201
    assert door.ask(body=chunked(door.body.ljust(64 * 1024)), headers={"Transfer-Encoding": "chunked"}).status == 201


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"host": None}, 400),
        ({"host": "a b"}, 400),
        ({"lines": (b"Host: evil.example",)}, 400),
        ({"headers": {"Content-Length": "five"}}, 400),
        ({"headers": {"Transfer-Encoding": "gzip"}}, 400),
        ({"headers": {"Transfer-Encoding": "chunked", "Content-Length": "5"}}, 400),
        ({"headers": {"Transfer-Encoding": "chunked"}, "body": b"zz\r\n"}, 400),
        ({"lines": (b"X-Nul: a\0b",)}, 400),
        ({"version": "HTTP/9.9"}, 400),
        ({"headers": {"X-Long": "a" * 16 * 1024 + "b"}}, 431),
        ({"headers": {"X-Long": "a" * 40_000}}, 431),
        ({"method": "TRACE"}, 405),
        ({"method": "post"}, 400),
    ],
)
def test_what_the_proxy_itself_refuses_is_json_too(knock, nothing_stored, changes, status):
    for name in ("register", "token"):
        assert is_refusal(knock(name).ask(**changes), status, "invalid_request")


@pytest.mark.parametrize("name", NAMES)
def test_a_long_target_is_refused_in_json(knock, nothing_stored, name):
    door = knock(name)
    assert is_refusal(door.ask(target=door.target + "?" + "a" * 40_000), 400, "invalid_request")


def test_no_link_that_is_a_secret_reaches_a_log(behind):
    """An invitation's token, and that of a password's reset, are parts of the path."""
    port, log = behind
    for path in ("/invitations/a-secret-of-mail/", "/accounts/password/reset/key/1-a-secret-of-mail/"):
        assert ask(port, request("GET", path, headers={"Accept": "text/html"})).status in {200, 302, 404}
    until = time.monotonic() + 5  # the proxy writes its line once the answer is out
    while "/accounts/password/reset/key/-/ " not in (logged := log.read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    assert "GET /invitations/-/ 404" in logged
    assert "GET /accounts/password/reset/key/-/ " in logged
    assert "a-secret-of-mail" not in logged


def test_no_query_string_reaches_a_log(behind, knock, device, nothing_stored):
    door = knock("token")
    assert is_refusal(door.ask(target=f"/o/client/token?{door.body.decode()}"), 400, "invalid_request")
    logged = behind[1].read_text()
    assert "/o/client/token 400" in logged
    assert device.client_secret not in logged


@pytest.fixture(scope="module")
def throttled(place, tmp_path_factory):
    """A server that trusts the proxy and gives each address few requests; the proxy's port."""
    settings = {"TRUSTED_PROXIES": "127.0.0.1", "THROTTLE_BURST": str(BURST), "THROTTLE_RATE": "0.01", "REDIS_URL": ""}
    with (
        live.server(place, WORKERS="1", **settings) as started,
        proxy.nginx(tmp_path_factory.mktemp("nginx"), started.port) as (port, _),
    ):
        yield port


@pytest.mark.parametrize(
    ("source", "header"),
    [
        ("127.0.0.10", "X-Nothing"),
        ("127.0.0.11", "X-Forwarded-For"),
        ("127.0.0.12", "X_Forwarded_For"),
        ("127.0.0.13", "X-Real-IP"),
        ("127.0.0.14", "Forwarded"),
        ("127.0.0.15", "X-Forwarded_For"),
    ],
)
@pytest.mark.compliance("RFC 9700", "4.13")
def test_nobody_gets_out_of_the_throttle_by_a_header(throttled, source, header):
    statuses = []
    for n in range(2 * BURST):
        with Connection(throttled, source=source) as connection:
            body = b"x" * 5000
            connection.send(request("POST", "/o/client/token", body, {**FORM, header: f"203.0.113.{n}"}))
            statuses.append(connection.answer())
    assert [answer.status for answer in statuses] == [400] * BURST + [429] * BURST
    assert is_refusal(statuses[-1], 429, "too_many_requests")
    assert statuses[-1].headers["retry-after"] == "1"


def test_an_application_that_is_away_is_503_in_the_words_of_the_wire(tmp_path):
    with proxy.nginx(tmp_path, live.free_port()) as (port, _):
        for method, target in (("POST", "/o/client/token"), ("POST", "/o/client/register"), ("GET", "/api/v2/x/y")):
            answer = ask(port, request(method, target, json.dumps({}).encode(), {**JSON, "Accept": "text/html"}))
            assert is_refusal(answer, 503, "temporarily_unavailable")
            assert answer.headers["retry-after"] == "5"
        page = ask(port, request("GET", "/"))
        assert page.status == 503
        assert page.headers["content-type"] == "text/html"
        assert page.headers["retry-after"] == "5"


def test_a_connection_to_the_proxy_is_kept_open_over_refusals(knock, quiet_log):
    door = knock("token")
    with Connection(door.port) as connection:
        for _ in range(5):
            connection.send(door.octets(method="PUT", body=b"x" * 60_000))
            assert is_refusal(connection.answer(), 405, "invalid_request")
            connection.send(door.octets())
            assert connection.answer().status == 201
