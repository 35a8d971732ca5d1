"""What real probes send, over raw sockets, to the processes of the production server.

Each gets its 4xx in JSON, quickly, stores nothing and leaves no secret in the log; what the HTTP server itself cannot
read gets a bare 400 or 431 and a closed connection. Every request here is a good one with a single change.
"""

import base64
import json
import time

import pytest

from tests import live
from tests.wire.doors import (
    CONFIGURATION,
    NAMES,
    REGISTER,
    STANDARD,
    TOKEN,
    VALIDATE,
    is_refusal,
    is_unreadable,
    knock,
)
from tests.wire.raw import FORM, Connection, ask, chunked, request

__all__ = ["knock"]
LIMIT = 64 * 1024
EVERY = (*NAMES, *STANDARD)
WITH_A_BODY = ("register", "token", "oauth_register", "oauth_token", "introspect", "revoke", "manage_put")
# To these PUT is another method.
WITHOUT_PUT = tuple(name for name in EVERY if not name.startswith("manage"))
ALLOW = {"manage_get": "GET, PUT, DELETE, HEAD, OPTIONS", "manage_put": "GET, PUT, DELETE, HEAD, OPTIONS"}
ELSEWHERE = {
    "register": (400, "invalid_software_statement"),
    "oauth_register": (400, "invalid_software_statement"),
    "token": (400, "invalid_client"),
    "oauth_token": (401, "invalid_client"),
    "introspect": (401, "invalid_client"),
    "revoke": (401, "invalid_client"),
    "feed": (401, "invalid_client"),
    "manage_get": (401, "invalid_token"),
    "manage_put": (401, "invalid_token"),
    "validate": (401, "invalid_access_token_client_application"),
    "configuration": (401, "invalid_access_token_client_application"),
}


@pytest.mark.parametrize("name", [*EVERY, "register_form"])
def test_each_door_answers_the_request_that_the_attacks_change(knock, quiet_log, name):
    door = knock(name)
    assert door.ask().status == door.status


# --- Bodies: JSON ---


def _with(member: bytes):
    return lambda good: good[:-1] + b', "x": ' + member + b"}"


JSON_ATTACKS = {
    "nested 5,000 deep": _with(b"[" * 5000 + b"]" * 5000),
    "objects nested 5,000 deep": _with(b'{"a":' * 5000 + b"1" + b"}" * 5000),
    "nested and never closed": _with(b"[" * 30_000),
    "a 6,000-digit integer": _with(b"9" * 6000),
    "a number beyond every float": _with(b"1e999"),
    "invalid UTF-8": _with(b'"\xff"'),
    "an overlong UTF-8 slash": _with(b'"\xc0\xaf"'),
    "a surrogate in UTF-8": _with(b'"\xed\xa0\x80"'),
    "UTF-16": lambda good: good.decode().encode("utf-16-le"),
    "UTF-16 with its mark": lambda good: good.decode().encode("utf-16"),
    "UTF-32": lambda good: good.decode().encode("utf-32"),
    "a byte order mark": lambda good: b"\xef\xbb\xbf" + good,
    "NaN": _with(b"NaN"),
    "Infinity": _with(b"Infinity"),
    "minus Infinity": _with(b"-Infinity"),
    "a lone surrogate": _with(b'"\\ud800"'),
    "a lone low surrogate in a name": _with(b'{"\\udc00": 1}'),
    "an escaped NUL": _with(b'"\\u0000"'),
    "an escaped NUL in a name": _with(b'{"\\u0000": 1}'),
    "a NUL": _with(b'"\0"'),
    "a control character": _with(b'"\x1f"'),
    "a member twice": lambda good: good[:-1] + b"," + good[1:],
    "a member twice, once escaped": lambda good: good[:-1] + b', "software\\u005fstatement": "x"}',
    "a member twice further down": _with(b'{"a": 1, "a": 2}'),
    "more than 1,000 members": _with(json.dumps({f"m{n}": n for n in range(1001)}).encode()),
    "an array on top": lambda good: b"[" + good + b"]",
    "a string on top": lambda good: json.dumps(good.decode()).encode(),
    "a number on top": lambda _: b"17",
    "null": lambda _: b"null",
    "nothing": lambda _: b"",
    "white space": lambda _: b" \r\n\t",
    "half of it": lambda good: good[: len(good) // 2],
    "two objects": lambda good: good + good,
    "a comment": lambda good: good + b"// so",
    "single quotes": lambda good: good.replace(b'"', b"'"),
    "a trailing comma": lambda good: good[:-1] + b",}",
}


def _quickly(ask):
    """An answer that takes less than a second. On a machine with other work one of several tries has to be as quick."""
    for _ in range(10):
        started = time.monotonic()
        answer = ask()
        if time.monotonic() - started < 1:
            return answer
    raise AssertionError(f"{answer.status} takes more than a second each time")


@pytest.mark.parametrize("name", ["register", "oauth_register", "manage_put"])
@pytest.mark.parametrize("attack", JSON_ATTACKS)
def test_json_that_is_not_strict_is_refused_quickly(knock, nothing_stored, name, attack):
    door = knock(name)
    answer = _quickly(lambda: door.ask(body=JSON_ATTACKS[attack](door.body)))
    assert is_refusal(answer, 400, "invalid_request" if name == "register" else "invalid_client_metadata")


MEMBERS = {
    "no statement": ({"software_statement": None}, "invalid_request"),
    "a statement in an array": ({"software_statement": ["x"]}, "invalid_request"),
    "a statement that is a number": ({"software_statement": 7}, "invalid_request"),
    "a statement that is true": ({"software_statement": True}, "invalid_request"),
    "an empty statement": ({"software_statement": ""}, "invalid_request"),
    "a statement of blanks": ({"software_statement": " \r\n"}, "invalid_request"),
    "a statement of dots": ({"software_statement": ".."}, "invalid_software_statement"),
    "a statement of 40,000 characters": ({"software_statement": "a" * 40_000}, "invalid_software_statement"),
    "a statement that is not ASCII": ({"software_statement": "ä.ö.ü"}, "invalid_software_statement"),
    "a redirect URI in an array": ({"redirect_uri": [live.REDIRECT_URI]}, "invalid_request"),
    "a redirect URI that is a number": ({"redirect_uri": 1}, "invalid_request"),
    "an empty redirect URI": ({"redirect_uri": ""}, "invalid_redirect_uri"),
    "an over-long redirect URI": ({"redirect_uri": live.REDIRECT_URI + "/" + "a" * 2000}, "invalid_redirect_uri"),
    "CR and LF in a redirect URI": ({"redirect_uri": live.REDIRECT_URI + "\r\nX: y"}, "invalid_redirect_uri"),
    "a redirect URI of another host": ({"redirect_uri": "https://evil.example/"}, "invalid_redirect_uri"),
    "a redirect URI that runs": ({"redirect_uri": "javascript:alert(1)"}, "invalid_redirect_uri"),
    "grant types in a string": ({"grant_types": "client_credentials"}, "invalid_request"),
    "grant types of numbers": ({"grant_types": [1]}, "invalid_request"),
    "grant types without ours": ({"grant_types": ["password"]}, "invalid_request"),
}


@pytest.mark.parametrize("attack", MEMBERS)
def test_members_of_the_wrong_type_or_size_are_refused(knock, nothing_stored, attack):
    door = knock("register")
    changed, error = MEMBERS[attack]
    assert is_refusal(door.ask(body=json.dumps({**json.loads(door.body), **changed}).encode()), 400, error)


def _b64(members) -> str:
    return base64.urlsafe_b64encode(json.dumps(members).encode()).rstrip(b"=").decode()


FORGERIES = {
    "unsigned": lambda header, payload, _: f"{_b64({'alg': 'none'})}.{payload}.",
    "unsigned, with a signature": lambda header, payload, signature: f"{_b64({'alg': 'none'})}.{payload}.{signature}",
    "HMAC": lambda header, payload, signature: f"{_b64({'alg': 'HS256'})}.{payload}.{signature}",
    "another payload": lambda header, payload, signature: f"{header}.{_b64({'sub': 'x'})}.{signature}",
    "another signature": lambda header, payload, signature: f"{header}.{payload}.{signature[::-1]}",
    "padded": lambda header, payload, signature: f"{header}=.{payload}.{signature}",
    "four parts": lambda header, payload, signature: f"{header}.{payload}.{signature}.x",
}


@pytest.mark.parametrize("attack", FORGERIES)
def test_a_forged_statement_is_refused(knock, place, nothing_stored, attack):
    forged = FORGERIES[attack](*place.statement.split("."))
    answer = knock("register").ask(body=json.dumps({"software_statement": forged}).encode())
    assert is_refusal(answer, 400, "invalid_software_statement")


def test_the_statement_of_another_environment_is_refused_and_told_which(knock, place, nothing_stored):
    answer = knock("register").ask(body=json.dumps({"software_statement": place.staging_statement}).encode())
    assert is_refusal(answer, 400, "invalid_software_statement")
    assert "release-staging" in answer.json["error_description"]


# --- Bodies: forms ---

FORM_ATTACKS = {
    "a parameter twice": lambda good: good + b"&" + good.split(b"&")[0],
    "a parameter twice, once encoded": lambda good: good + b"&%67rant_type=x&grant_type=y",
    "%FF": lambda good: good + b"&x=%FF",
    "a raw 0xFF": lambda good: good + b"&x=\xff",
    "a NUL": lambda good: good + b"&x=%00",
    "a raw NUL": lambda good: good + b"&x=\0",
    "a surrogate": lambda good: good + b"&x=%ED%A0%80",
    "more than 1,000 fields": lambda good: good + b"".join(b"&f%d=1" % n for n in range(1001)),
    "nothing": lambda _: b"",
    "JSON": lambda _: b'{"grant_type": "client_credentials"}',
    "UTF-16": lambda good: good.decode().encode("utf-16"),
}


@pytest.mark.parametrize("name", ["register_form", "token", "oauth_token", "introspect", "revoke"])
@pytest.mark.parametrize("attack", FORM_ATTACKS)
def test_a_form_that_is_not_strict_is_refused(knock, nothing_stored, name, attack):
    door = knock(name)
    assert is_refusal(door.ask(body=FORM_ATTACKS[attack](door.body)), 400, "invalid_request")


@pytest.mark.parametrize(
    "spelling",
    [str.upper, lambda i: "{" + i + "}", lambda i: i.replace("-", ""), lambda i: "urn:uuid:" + i]
    + [lambda i, s=s: i + s for s in ("%0D%0ASet-Cookie:+a", "%20", "a" * 5000, "'--", "%EF%BC%91", "%F0%9F%93%BA")],
)
def test_another_spelling_of_a_client_id_is_an_unknown_id(knock, device, nothing_stored, spelling):
    door = knock("token")
    spelt = door.body.replace(device.client_id.encode(), spelling(device.client_id).encode())
    assert spelt != door.body
    answer = door.ask(body=spelt)
    assert is_refusal(answer, 400, "invalid_client")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("secret", [b"wrong", b"a" * 60_000, b"%F0%9F%93%BA", b"%0D%0A"])
def test_a_wrong_secret_is_refused_whatever_it_is(knock, device, nothing_stored, secret):
    door = knock("token")
    answer = door.ask(body=door.body.replace(device.client_secret.encode(), secret))
    assert is_refusal(answer, 400, "invalid_client")


def test_credentials_in_the_url_are_refused_and_never_logged(knock, server, device, nothing_stored):
    door = knock("token")
    assert is_refusal(door.ask(target=f"{TOKEN}?{door.body.decode()}"), 400, "invalid_request")
    assert device.client_secret not in server.logged()


# --- Content type, coding and length ---


@pytest.mark.parametrize("name", WITH_A_BODY)
@pytest.mark.parametrize(
    "content_type", ["text/plain", "", "multipart/form-data; boundary=x", "application/jsonp", "application/xml", "*/*"]
)
def test_another_content_type_is_refused(knock, nothing_stored, name, content_type):
    assert is_refusal(knock(name).ask(headers={"Content-Type": content_type}), 400, "invalid_request")


def test_a_multipart_form_is_refused_on_the_token_endpoint(knock, nothing_stored):
    body = b'--x\r\nContent-Disposition: form-data; name="grant_type"\r\n\r\nclient_credentials\r\n--x--\r\n'
    answer = knock("token").ask(body=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert is_refusal(answer, 400, "invalid_request")


@pytest.mark.parametrize("name", WITH_A_BODY)
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "identity, gzip", "x"])
def test_a_coded_body_is_refused(knock, nothing_stored, name, coding):
    assert is_refusal(knock(name).ask(headers={"Content-Encoding": coding}), 400, "invalid_request")


def test_a_body_of_64_kib_is_read(knock, quiet_log):
    door = knock("register")
    assert door.ask(body=door.body.ljust(LIMIT)).status == 201


@pytest.mark.parametrize("name", WITH_A_BODY)
def test_a_larger_body_is_refused_and_the_connection_closed(knock, nothing_stored, name):
    door = knock(name)
    with Connection(door.port) as connection:
        connection.send(door.octets(body=door.body.ljust(LIMIT + 1)))
        answer = connection.answer()
        assert is_refusal(answer, 413, "invalid_request")
        assert answer.headers["connection"] == "close"
        assert connection.is_closed()


@pytest.mark.parametrize("name", WITH_A_BODY)
def test_a_larger_body_is_refused_when_it_is_only_announced(knock, nothing_stored, name):
    answer = knock(name).ask(body=b"", headers={"Content-Length": str(10**12)})
    assert is_refusal(answer, 413, "invalid_request")


@pytest.mark.parametrize("name", WITH_A_BODY)
def test_a_body_in_chunks_is_read(knock, quiet_log, name):
    door = knock(name)
    body = chunked(door.body[:7], door.body[7:])
    assert door.ask(body=body, headers={"Transfer-Encoding": "chunked"}).status == door.status


@pytest.mark.parametrize("name", WITH_A_BODY)
def test_a_larger_body_in_chunks_is_refused_while_it_is_read(knock, nothing_stored, name):
    door = knock(name)
    with Connection(door.port) as connection:
        # The last chunk never comes: the limit must count while reading.
        body = chunked(door.body, b" " * LIMIT)[: -len(b"0\r\n\r\n")]
        connection.send(door.octets(body=body, headers={"Transfer-Encoding": "chunked"}))
        answer = connection.answer()
        assert is_refusal(answer, 413, "invalid_request")
        assert answer.headers["connection"] == "close"


@pytest.mark.parametrize("name", WITH_A_BODY)
@pytest.mark.parametrize("missing", [1, 5000])
def test_a_body_shorter_than_announced_is_refused(knock, nothing_stored, name, missing):
    door = knock(name)
    with Connection(door.port) as connection:
        connection.send(door.octets(headers={"Content-Length": str(len(door.body) + missing)}))
        connection.end()
        assert is_refusal(connection.answer(), 400, "invalid_request")
        assert connection.is_closed()


@pytest.mark.parametrize("name", ["register", "token", "oauth_register", "manage_put"])
def test_half_a_body_in_chunks_is_refused(knock, nothing_stored, name):
    door = knock(name)
    half = door.body[: len(door.body) // 2]
    with Connection(door.port) as connection:
        connection.send(door.octets(body=b"fff\r\n" + half, headers={"Transfer-Encoding": "chunked"}))
        connection.end()
        answer = connection.answer()
        assert answer.status == 400
        assert answer.json["error"].startswith("invalid_")


def test_a_form_in_chunks_that_is_cut_gives_up_and_tells_of_no_token(knock, server, device):
    """The HTTP server passes a body whose last chunk never came on as a whole one. A token that is cut is none."""
    basic = base64.b64encode(f"{device.client_id}:{device.client_secret}".encode()).decode()
    headers = {"Transfer-Encoding": "chunked", "Authorization": f"Basic {basic}"}
    token = server.token(device.client_id, device.client_secret)[1]["access_token"]
    whole = b"token=" + token.encode()

    def cut_at(name, length):
        door = knock(name)
        with Connection(door.port) as connection:
            connection.send(door.octets(body=b"fff\r\n" + whole[:length], headers=headers))
            connection.end()
            return connection.answer()

    for name, said in (("introspect", {"active": False}), ("revoke", {})):
        for length in (len(whole) - 1, len(whole) // 2, len("token=e")):
            answer = cut_at(name, length)
            assert (answer.status, answer.json) == (200, said)
        for length in (len("token="), len("tok"), 0):
            assert is_refusal(cut_at(name, length), 400, "invalid_request")
    for name, active in (("introspect", True), ("revoke", None), ("introspect", False)):
        assert knock(name).ask(body=chunked(whole), headers=headers).json.get("active") is active


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("length", ["-1", "+5", "5, 6", "0x10", "9" * 30, "1e3", "", "five", "5 5"])
def test_a_content_length_that_is_no_number_is_refused(knock, nothing_stored, name, length):
    with Connection(knock(name).port) as connection:
        connection.send(knock(name).octets(headers={"Content-Length": length}))
        assert is_unreadable(connection.answer())
        assert connection.is_closed()


@pytest.mark.parametrize("name", EVERY)
def test_two_content_lengths_are_refused(knock, nothing_stored, name):
    with Connection(knock(name).port) as connection:
        connection.send(knock(name).octets(headers={"Content-Length": "3"}, lines=(b"Content-Length: 4",)))
        assert is_unreadable(connection.answer())
        assert connection.is_closed()


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("length", ["0", "5", "200"])
def test_transfer_encoding_beside_content_length_never_yields_a_second_answer(knock, place, quiet_log, name, length):
    door = knock(name)
    smuggled = request("POST", TOKEN, b"x", FORM)
    headers = {"Transfer-Encoding": "chunked", "Content-Length": length}
    with Connection(door.port) as connection:
        connection.send(door.octets(body=chunked(door.body or b"") + smuggled, headers=headers))
        answer = connection.answer()
        assert answer.status in {door.status, 400}
        assert connection.is_closed()


@pytest.mark.parametrize("name", WITH_A_BODY)
@pytest.mark.parametrize("coding", ["gzip, chunked", "chunked, chunked", "gzip", "identity", "xchunked", "chunked, x"])
def test_another_transfer_coding_is_refused(knock, nothing_stored, name, coding):
    door = knock(name)
    with Connection(door.port) as connection:
        connection.send(door.octets(body=chunked(door.body), headers={"Transfer-Encoding": coding}))
        answer = connection.answer()
        assert answer.is_bare or is_refusal(answer, 400, "invalid_request")
        assert answer.status == 400


# --- Kept-open connections ---

REFUSED_UNREAD = {
    "another method": {"method": "PUT"},
    "an ill-formed host": {"host": "a b"},
    "nothing there": {"target": "/o/client/nothing"},
    "nothing there in the API": {"target": "/api/nothing"},
    "a coded body": {"headers": {"Content-Encoding": "gzip"}},
}


@pytest.mark.parametrize("attack", REFUSED_UNREAD)
@pytest.mark.parametrize("name", WITHOUT_PUT)
def test_a_connection_survives_a_refusal_made_before_the_body_was_read(knock, quiet_log, name, attack):
    door = knock(name)
    with Connection(door.port) as connection:
        for _ in range(3):
            connection.send(door.octets(body=b"x" * 60_000, **REFUSED_UNREAD[attack]))
            refused = connection.answer()
            assert refused.status in ({400, 404, 405} if door.method == "POST" else {door.status, 400, 404, 405})
            assert refused.headers.get("connection") != "close"
            connection.send(door.octets())
            assert connection.answer().status == door.status


@pytest.mark.parametrize("name", WITHOUT_PUT)
def test_a_connection_survives_a_refusal_of_a_body_in_chunks(knock, quiet_log, name):
    door = knock(name)
    with Connection(door.port) as connection:
        body = chunked(b"x" * 30_000, b"x" * 30_000)
        connection.send(door.octets(method="PUT", body=body, headers={"Transfer-Encoding": "chunked"}))
        assert is_refusal(connection.answer(), 405, "invalid_request")
        connection.send(door.octets())
        assert connection.answer().status == door.status


@pytest.mark.parametrize("framing", ["announced", "in chunks"])
@pytest.mark.parametrize("name", WITHOUT_PUT)
def test_a_refusal_of_more_than_is_read_says_that_it_closes(knock, nothing_stored, name, framing):
    door = knock(name)
    body = b"x" * (LIMIT + 1)
    changes = {"body": body, "method": "PUT"}
    if framing == "in chunks":
        changes |= {"body": chunked(body), "headers": {"Transfer-Encoding": "chunked"}}
    with Connection(door.port) as connection:
        connection.send(door.octets(**changes))
        answer = connection.answer()
        assert is_refusal(answer, 405, "invalid_request")
        assert answer.headers["connection"] == "close"
        assert connection.is_closed()


def test_pipelined_requests_are_answered_in_their_order(knock, quiet_log):
    order = ["register", "validate", "token", "configuration", "validate"]
    with Connection(knock("register").port) as connection:
        connection.send(b"".join(knock(name).octets() for name in order))
        answers = [connection.answer() for _ in order]
    assert [answer.status for answer in answers] == [knock(name).status for name in order]
    assert "client_secret" in answers[0].json
    assert "software_id" in answers[1].json
    assert "access_token" in answers[2].json
    assert "requestor" in answers[3].json


def test_a_client_that_expects_to_be_asked_for_the_body_is_asked(knock, quiet_log):
    door = knock("register")
    with Connection(door.port) as connection:
        head, _, body = door.octets(lines=(b"Expect: 100-continue",)).partition(b"\r\n\r\n")
        connection.send(head + b"\r\n\r\n")
        assert connection.socket.recv(25).startswith(b"HTTP/1.1 100")
        connection.send(body)
        assert connection.answer().status == 201


def test_clients_that_hang_up_early_trouble_nobody(knock, quiet_log):
    door = knock("register")
    for announced in ("5", "5000", "60000"):
        for _ in range(10):
            with Connection(door.port) as connection:
                connection.send(door.octets(body=b"{", headers={"Content-Length": announced}))
    for _ in range(10):
        assert _quickly(door.ask).status == 201


def test_service_resumes_when_stalled_bodies_hang_up(knock, quiet_log):
    """On the bare server a worker waits for a body that trickles in; a buffering proxy is what prevents that."""
    door = knock("token")
    stalled = [Connection(door.port) for _ in range(20)]
    for connection in stalled:
        connection.send(door.octets(headers={"Content-Length": "60000"}))
    time.sleep(0.3)
    for connection in stalled:
        connection.socket.close()
    for _ in range(10):
        assert _quickly(door.ask).status == 201


# --- Host ---

HOSTS = ["", "localhost,evil.example", "a b", "user@localhost", "a\xffb", "localhost:99999999", "localhost/x", "[::1"]


@pytest.mark.parametrize("host", [None, *HOSTS, "a" * 254, "<script>", "http://localhost", "localhost:", "*", "%2e"])
@pytest.mark.parametrize("name", EVERY)
def test_an_ill_formed_host_is_refused(knock, nothing_stored, name, host):
    assert is_refusal(knock(name).ask(host=host), 400, "invalid_request")


@pytest.mark.parametrize("name", EVERY)
def test_two_hosts_are_refused(knock, nothing_stored, name):
    assert is_refusal(knock(name).ask(lines=(b"Host: evil.example",)), 400, "invalid_request")


POISON = {
    "Host": {"host": "evil.example"},
    "an absolute target": {"target": "http://evil.example{target}"},
    "an absolute target with a user": {"target": "http://user:evil@evil.example{target}"},
    "X-Forwarded-Host": {"headers": {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}},
    "Forwarded": {"headers": {"Forwarded": "host=evil.example;proto=https"}},
    "X-Forwarded-Prefix": {"headers": {"X-Forwarded-Prefix": "/evil", "SCRIPT_NAME": "/evil"}},
    "X-Original-URL": {"headers": {"X-Original-URL": "/evil", "X-Rewrite-URL": "/evil"}},
}


@pytest.mark.parametrize("attack", POISON)
@pytest.mark.parametrize("name", EVERY)
def test_nothing_that_is_answered_comes_from_the_host(knock, quiet_log, name, attack):
    door = knock(name)
    changes = dict(POISON[attack])
    if "target" in changes:
        changes["target"] = changes["target"].format(target=door.target)
    answer = door.ask(**changes)
    assert answer.status == door.status
    assert b"evil" not in answer.body
    if name == "token":
        claims = answer.json["access_token"].split(".")[1]
        assert json.loads(base64.urlsafe_b64decode(claims + "=="))["iss"] == live.ISSUER


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_token_and_a_client_are_unknown_at_the_host_of_another_environment(knock, nothing_stored, name):
    answer = knock(name).ask(host="release-staging.localhost")
    assert is_refusal(answer, *ELSEWHERE[name])


# --- Methods ---


@pytest.mark.parametrize("method", ["{lower}", "{other}", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "X"])
@pytest.mark.parametrize("name", EVERY)
def test_another_method_is_refused_with_those_that_are_taken(knock, nothing_stored, name, method):
    if name in ALLOW and method in {"PUT", "DELETE"}:
        return  # it takes these
    door = knock(name)
    other = "GET" if door.method == "POST" else "POST"
    answer = door.ask(method=method.format(lower=door.method.lower(), other=other), body=door.body or b"")
    assert is_refusal(answer, 405, "invalid_request")
    assert answer.headers["allow"] == ALLOW.get(
        name, "POST, OPTIONS" if door.method == "POST" else "GET, HEAD, OPTIONS"
    )


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
@pytest.mark.parametrize("name", EVERY)
def test_a_method_override_is_ignored(knock, quiet_log, name, header):
    door = knock(name)
    other = "GET" if door.method == "POST" else "POST"
    assert door.ask(headers={header: other}).status == door.status
    assert door.ask(method=other, body=b"", headers={header: door.method}).status == 405


@pytest.mark.parametrize("name", ["validate", "configuration"])
def test_head_is_get_without_the_body(knock, quiet_log, name):
    assert knock(name).ask(method="HEAD").status == 200


# --- Headers ---


@pytest.mark.parametrize("name", EVERY)
def test_a_header_of_16_kib_is_read_and_a_longer_one_refused(knock, quiet_log, name):
    door = knock(name)
    assert door.ask(headers={"X-Long": "a" * 16 * 1024}).status == door.status
    for length in (16 * 1024 + 1, 60_000):
        answer = door.ask(headers={"X-Long": "a" * length})
        assert is_refusal(answer, 431, "invalid_request")
        assert answer.headers["connection"] == "close"


@pytest.mark.parametrize(
    "lines",
    [
        tuple(b"X-%d: a" % n for n in range(120)),
        (b"X-Long: " + b"a" * 1_000_000,),
        (b"X-Split: a\rSet-Cookie: b",),
        (b"X-Nul: a\0b",),
        (b"X-Folded: a", b" b"),
        (b"X-Space : a",),
        (b"no colon",),
        (b": no name",),
    ],
    ids=["more than 100", "a megabyte", "a CR", "a NUL", "folded", "a space before the colon", "no colon", "no name"],
)
@pytest.mark.parametrize("name", EVERY)
def test_headers_that_cannot_be_read_get_a_bare_refusal(knock, nothing_stored, name, lines):
    door = knock(name)
    with Connection(door.port) as connection:
        connection.send(door.octets(lines=lines))
        answer = connection.answer()
        assert answer is None or answer.is_bare or is_refusal(answer, 431, "invalid_request")
        assert answer is None or answer.status in {400, 431}
        assert connection.is_closed()


AUTHORIZATIONS = [
    "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Bearer " + "a" * 10_000, "Bearer \xff\xfe", "Basic eDp5",
    "Digest x", "{token}", "Bearer {token}x", "Bearer {statement}", "Bearer {unsigned}", "Bearer, Bearer {token}", "",
]  # fmt: skip


@pytest.mark.parametrize("authorization", AUTHORIZATIONS)
@pytest.mark.parametrize("name", ["validate", "configuration"])
def test_a_bearer_token_that_is_none_of_ours_is_refused(knock, place, device, nothing_stored, name, authorization):
    unsigned = f"{_b64({'alg': 'none', 'typ': 'at+jwt'})}.{device.access_token.split('.')[1]}."
    sent = authorization.format(token=device.access_token, statement=place.statement, unsigned=unsigned)
    answer = knock(name).ask(headers={"Authorization": sent})
    assert is_refusal(answer, 401, "invalid_access_token_client_application")
    assert answer.headers["www-authenticate"].startswith("Bearer ")


@pytest.mark.parametrize("name", ["validate", "configuration"])
def test_two_authorization_headers_are_one_bad_one(knock, device, nothing_stored, name):
    answer = knock(name).ask(lines=(f"Authorization: Bearer {device.access_token}".encode(),))
    assert is_refusal(answer, 401, "invalid_access_token_client_application")


DEVICE_INFOS = {
    "no base64": "*" * 50,
    "no JSON": base64.b64encode(b"{").decode(),
    "deep": base64.b64encode(b"[" * 5000).decode(),
    "an array": base64.b64encode(b"[1]").decode(),
    "a NUL": base64.b64encode(b'{"osName": "iOS\\u0000"}').decode(),
    "a surrogate": base64.b64encode(b'{"osName": "\\ud800"}').decode(),
    "numbers": base64.b64encode(b'{"osName": 7}').decode(),
    "long": base64.b64encode(b'{"osName": "' + b"a" * 9000 + b'"}').decode(),
    "not ASCII": "\xff\xfe",
}


@pytest.mark.parametrize("info", DEVICE_INFOS)
def test_device_information_that_cannot_be_read_refuses_nobody_and_records_nothing(knock, place, quiet_log, info):
    headers = {"X-Device-Info": DEVICE_INFOS[info], "User-Agent": "\xff" * 9000}
    answer = knock("register").ask(headers=headers)
    assert answer.status == 201
    assert place.operator.ask("client", client_id=answer.json["client_id"])["platform"] == "UNIDENTIFIED"
    assert knock("configuration").ask(headers=headers).status == 200


def test_a_request_id_is_ours_and_never_the_callers(knock, quiet_log):
    answer = knock("validate").ask(headers={"X-Request-Id": "f" * 32})
    assert answer.headers["x-request-id"] != "f" * 32


def test_a_preflight_repeats_header_names_only_where_they_are_well_formed(knock, quiet_log):
    door = knock("register")
    good = door.ask(
        method="OPTIONS", body=None, headers={"Access-Control-Request-Headers": "content-type, x-device-info"}
    )
    assert good.status == 204
    assert good.headers["access-control-allow-headers"] == "content-type, x-device-info"
    bad = door.ask(method="OPTIONS", body=None, headers={"Access-Control-Request-Headers": "a; <script>"})
    assert bad.status == 204
    assert "access-control-allow-headers" not in bad.headers


# --- Targets ---


@pytest.mark.parametrize(
    "target",
    [
        "/o/",
        "/o/%ff",
        "/o/client",
        "/o/client/token%00",
        "/o/client/token%0d%0aSet-Cookie:a",
        "/o//client/token",
        "/o/client/../client/token",
        "/o/client/token;a=b",
        "/oauth/",
        "/.well-known/",
        "/.well-known/%2e%2e/x",
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "*/*", "application/xml"])
def test_an_unknown_target_is_not_found_in_json_whatever_is_accepted(server, device, nothing_stored, target, accept):
    answer = ask(server.port, request("POST", target, b"", {"Accept": accept}))
    assert is_refusal(answer, 404, "not_found")


@pytest.mark.parametrize("provider", ["%00", "%ff", "a" * 5000, "%0d%0aSet-Cookie:a", "..", "'--", "%F0%9F%93%BA"])
def test_a_service_provider_that_cannot_be_is_unknown(knock, nothing_stored, provider):
    answer = knock("configuration").ask(target=f"/api/v2/{provider}/configuration")
    assert is_refusal(answer, 400, "invalid_parameter_service_provider")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("target", [REGISTER, TOKEN, VALIDATE, CONFIGURATION])
@pytest.mark.parametrize("octets", [b"\xff", b" ", b"\t", b"\r"])
def test_a_target_that_cannot_be_read_gets_a_bare_refusal(server, device, nothing_stored, target, octets):
    with Connection(server.port) as connection:
        connection.send(b"GET " + target.encode() + octets + b"x HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert is_unreadable(connection.answer())
        assert connection.is_closed()


@pytest.mark.parametrize(
    "opening",
    [
        b"GET /o/client/validate\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01",
        b"\r\n\r\n\r\n!",
        b"GET /o/client/validate HTTP/9.9\r\nHost: localhost\r\n\r\n",
        b"GET /o/client/validate HTTP/1.1 x\r\n\r\n",
    ],
    ids=["0.9", "2.0", "TLS", "noise", "9.9", "four words"],
)
def test_what_is_no_http_gets_a_bare_refusal(server, device, nothing_stored, opening):
    with Connection(server.port) as connection:
        connection.send(opening)
        connection.end()
        assert is_unreadable(connection.answer())


def test_a_host_that_nobody_configured_is_misdirected_without_a_default_environment(place, device, knock):
    settings = {"DEFAULT_ENVIRONMENT": "", "ISSUER_RELEASE_PRODUCTION": live.ISSUER}
    with live.server(place, **settings) as strict:
        for name in NAMES:
            door = knock(name)
            assert ask(strict.port, door.octets()).status == door.status
            assert is_refusal(ask(strict.port, door.octets(host="evil.example")), 421, "invalid_request")
