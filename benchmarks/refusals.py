"""Every refusal beside the success of the same endpoint: one worker, one kept-open connection, all kinds in turn."""

import base64
import contextlib
import json
import random
import socket
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median, quantiles

from benchmarks.contenders import Contender, credentials_form
from benchmarks.errors import WrongAnswer
from benchmarks.load import FORM, JSON
from benchmarks.ours import Installation, token_of

SUCCESS, WRONG_SECRET, UNKNOWN_CLIENT = "success", "wrong secret", "unknown client"
# As long as a parameter may be before the body is too large, and as a header may be before it is.
_HUGE_BODY, _HUGE_HEADER = 60 * 1024, 15 * 1024
_MANY_MEMBERS = {f"member{n}": n for n in range(900)}


@dataclass
class Kind:
    """One kind of request to one endpoint, how it is answered, and how long that took, in milliseconds."""

    endpoint: str
    name: str
    request: bytes
    status: int
    took: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return median(self.took)

    @property
    def p99(self) -> float:
        return quantiles(self.took, n=100)[98]


@dataclass(frozen=True)
class _Known:
    """What the installation knows, and what of it was revoked."""

    client: tuple[str, str]
    revoked_client: tuple[str, str]
    token: str
    revoked_token: str
    statement: str
    revoked_statement: str
    redirect_uri: str


def measure(where: Installation, contender: Contender, *, redirect_uri: str, turns: int) -> list[Kind]:
    """Revokes a client and a statement of `where` first. Raises WrongAnswer."""
    kinds = list(_kinds(_known(where, contender, redirect_uri)))
    with contextlib.closing(socket.create_connection(("127.0.0.1", contender.server.port), timeout=10)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(turns):
            # Shuffled: what was answered before warms the caches for what comes after.
            for kind in random.sample(kinds, len(kinds)):
                started = time.perf_counter()
                connection.sendall(kind.request)
                status, text = _answer(connection)
                kind.took.append((time.perf_counter() - started) * 1000)
                if status != kind.status:
                    raise WrongAnswer(f"{kind.endpoint}, {kind.name}: {status} {text[:200]!r}, expected {kind.status}")
    return kinds


def _known(where: Installation, contender: Contender, redirect_uri: str) -> _Known:
    first, second, *_ = [line.split() for line in (where.folder / "credentials").read_text().splitlines()]
    revoked_token = token_of(contender.server, second[0], second[1])
    statements = (where.folder / "statements").read_text().split()
    where.ask("revoke", client_id=second[0], statement=statements[-1])
    return _Known(
        client=(first[0], first[1]),
        revoked_client=(second[0], second[1]),
        token=token_of(contender.server, first[0], first[1]),
        revoked_token=revoked_token,
        statement=statements[0],
        revoked_statement=statements[-1],
        redirect_uri=redirect_uri,
    )


def _kinds(known: _Known) -> Iterator[Kind]:
    yield from _tokens("/o/client/token", known, good=201, bad=400)
    yield from _tokens("/oauth/token", known, good=200, bad=401)
    yield from _registrations("/o/client/register", known)
    yield from _registrations("/oauth/register", known)
    yield from _bearers("/o/client/validate", known)
    yield from _introspections("/oauth/introspect", known)


def _tokens(endpoint: str, known: _Known, *, good: int, bad: int) -> Iterator[Kind]:
    client_id, secret = known.client
    sent = {
        SUCCESS: (credentials_form(client_id, secret), good),
        WRONG_SECRET: (credentials_form(client_id, secret[::-1]), bad),
        UNKNOWN_CLIENT: (credentials_form(str(uuid.uuid4()), secret), bad),
        "revoked client": (credentials_form(*known.revoked_client), bad),
        "malformed body": (credentials_form(client_id, secret, f"&client_id={client_id}"), 400),
        "huge secret": (credentials_form(client_id, "x" * _HUGE_BODY), bad),
        "1,000 parameters": (credentials_form(client_id, "x", "&a=1" * 990), 400),
        "unknown scope": (credentials_form(client_id, secret, "&scope=nothing"), 400),
    }
    for name, (body, status) in sent.items():
        yield Kind(endpoint, name, _post(endpoint, body, FORM), status)


def _registrations(endpoint: str, known: _Known) -> Iterator[Kind]:
    uris = (
        {"redirect_uri": known.redirect_uri} if endpoint.startswith("/o/") else {"redirect_uris": [known.redirect_uri]}
    )
    bodies = {
        SUCCESS: (json.dumps({"software_statement": known.statement, **uris}), 201),
        "bad signature": (json.dumps({"software_statement": _forged(known.statement)}), 400),
        "huge statement": (json.dumps({"software_statement": _huge(known.statement, _HUGE_BODY)}), 400),
        "largest statement": (json.dumps({"software_statement": _huge(known.statement, 31 * 1024)}), 400),
        "revoked statement": (json.dumps({"software_statement": known.revoked_statement}), 400),
        "malformed body": ('{"software_statement": ', 400),
        "deep body": ("[" * _HUGE_BODY, 400),
        "many members": (json.dumps({**_MANY_MEMBERS, "software_statement": "x.y.z"}), 400),
    }
    for name, (body, status) in bodies.items():
        yield Kind(endpoint, name, _post(endpoint, body, JSON), status)


def _bearers(endpoint: str, known: _Known) -> Iterator[Kind]:
    sent = {
        SUCCESS: (known.token, 200),
        "bad signature": (_forged(known.token), 401),
        "huge token": (_huge(known.token, _HUGE_HEADER), 401),
        "revoked client": (known.revoked_token, 401),
        "statement for a token": (known.statement, 401),
        "no token": ("x", 401),
    }
    for name, (token, status) in sent.items():
        yield Kind(endpoint, name, _request("GET", endpoint, f"Authorization: Bearer {token}\r\n"), status)


def _introspections(endpoint: str, known: _Known) -> Iterator[Kind]:
    sent = {
        SUCCESS: (known.client, f"token={known.token}", 200),
        WRONG_SECRET: ((known.client[0], known.client[1][::-1]), f"token={known.token}", 401),
        UNKNOWN_CLIENT: ((str(uuid.uuid4()), known.client[1]), f"token={known.token}", 401),
        "bad signature": (known.client, f"token={_forged(known.token)}", 200),
        "huge token": (known.client, f"token={_huge(known.token, _HUGE_BODY)}", 200),
        "revoked client": (known.client, f"token={known.revoked_token}", 200),
        "malformed body": (known.client, "token=a&token=b", 400),
    }
    for name, (credentials, body, status) in sent.items():
        basic = base64.b64encode(":".join(credentials).encode()).decode()
        yield Kind(endpoint, name, _post(endpoint, body, FORM, f"Authorization: Basic {basic}\r\n"), status)


def _forged(token: str) -> str:
    head, _, signature = token.rpartition(".")
    return f"{head}.{signature[::-1]}"


def _huge(token: str, length: int) -> str:
    """The same key's name over claims of that length."""
    claims = base64.urlsafe_b64encode(json.dumps({"sub": "x" * (length // 4 * 3 - 500)}).encode()).rstrip(b"=").decode()
    header, _, signature = token.split(".")
    return f"{header}.{claims}.{signature}"


def _post(path: str, body: str, content_type: str, headers: str = "") -> bytes:
    return _request("POST", path, f"Content-Type: {content_type}\r\n{headers}", body)


def _request(method: str, path: str, headers: str, body: str = "") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n{headers}\r\n{body}".encode()


def _answer(connection: socket.socket) -> tuple[int, bytes]:
    """Raises WrongAnswer where the server closes the connection."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    while len(body) < int(fields[b"content-length"]):
        body += _more(connection)
    return int(head.split()[1]), body


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(65_536)
    if not part:
        raise WrongAnswer("The server closed a connection that should stay open.")
    return part
