"""HTTP over a bare socket: what no client library would send, and every octet of what comes back."""

import json
import socket
from dataclasses import dataclass
from typing import Any, Self

from tests import live

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
NO_BODY = {204, 304}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def is_bare(self) -> bool:
        """What granian says of a request that it cannot read: a status, no body, and it hangs up."""
        return not self.body and "content-type" not in self.headers


def request(
    method: str,
    target: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    *,
    lines: tuple[bytes, ...] = (),
    host: str | None = "localhost",
    version: str = "HTTP/1.1",
) -> bytes:
    """A request as octets. `lines` are further header lines as they are; Content-Length is right unless given."""
    fields = dict(headers or {})
    if host is not None:
        fields = {"Host": host, **fields}
    if body is not None and not any(name.lower() in {"content-length", "transfer-encoding"} for name in fields):
        fields["Content-Length"] = str(len(body))
    head = [f"{method} {target} {version}".encode("latin-1")]
    head += [f"{name}: {value}".encode("latin-1") for name, value in fields.items()]
    return b"\r\n".join([*head, *lines, b"", body or b""])


def chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in (*chunks, b""))


class Connection:
    """One socket. `answer` reads exactly one response, so that what follows it is seen too."""

    def __init__(self, port: int, timeout: float = live.PATIENCE, source: str = "127.0.0.1") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout, source_address=(source, 0))
        self._buffer = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, octets: bytes) -> None:
        self.socket.sendall(octets)

    def end(self) -> None:
        """No more will be sent, but answers are read."""
        self.socket.shutdown(socket.SHUT_WR)

    def answer(self, *, to: str = "") -> Answer | None:
        """The next final response, or None where the server hung up. A response to HEAD has no body."""
        while b"\r\n\r\n" not in self._buffer:
            if not self._more():
                assert not self._buffer, self._buffer
                return None
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        status = int(first.split(" ")[1])
        if status == 100:
            return self.answer(to=to)
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
        return Answer(status, headers, b"" if to == "HEAD" or status in NO_BODY else self._body(headers))

    def is_closed(self) -> bool:
        """Whether the server hangs up without another octet."""
        return not self._buffer and not self._more()

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") == "chunked":
            return self._chunks()
        if "content-length" not in headers:
            while self._more():
                pass
            body, self._buffer = self._buffer, b""
            return body
        return self._take(int(headers["content-length"]))

    def _chunks(self) -> bytes:
        body = b""
        while True:
            while b"\r\n" not in self._buffer:
                assert self._more()
            size, _, self._buffer = self._buffer.partition(b"\r\n")
            chunk = self._take(int(size, 16) + 2)[:-2]
            if not chunk:
                return body
            body += chunk

    def _take(self, length: int) -> bytes:
        while len(self._buffer) < length:
            assert self._more(), "the response was cut short"
        taken, self._buffer = self._buffer[:length], self._buffer[length:]
        return taken

    def _more(self) -> bool:
        try:
            received = self.socket.recv(65536)
        except ConnectionResetError:
            received = b""
        self._buffer += received
        return bool(received)


def ask(port: int, octets: bytes) -> Answer:
    """One request on a connection of its own, and its answer."""
    with Connection(port) as connection:
        connection.send(octets)
        answer = connection.answer(to=octets.partition(b" ")[0].decode("latin-1"))
        assert answer is not None, "the server hung up without an answer"
        return answer
