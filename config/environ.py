"""Reads the process environment. A bad value stops the start with one line that says what to write instead."""

import base64
import binascii
import contextlib
import os
import secrets
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

T = TypeVar("T")
Network = IPv4Network | IPv6Network


def read(name: str, parse: Callable[[str], T], default: T, expected: str) -> T:
    """The parsed value of the variable `name`, or `default` where it is unset or empty."""
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    try:
        return parse(text)
    except ValueError as error:
        detail = f" ({error})" if str(error) else ""
        raise SystemExit(f"settings: {name} must be {expected}{detail}") from None


def string(name: str, default: str = "") -> str:
    """The variable as it stands, without white space around it."""
    return os.environ.get(name, "").strip() or default


def boolean(name: str, *, default: bool) -> bool:
    def parse(text: str) -> bool:
        if text.lower() in {"1", "true", "yes", "on"}:
            return True
        if text.lower() in {"0", "false", "no", "off"}:
            return False
        raise ValueError

    return read(name, parse, default, "1 or 0")


def integer(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number from `least` to `most`, both included."""

    def parse(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise ValueError
        return int(text)

    return read(name, parse, default, f"a whole number from {least} to {most}")


def number(name: str, default: float, *, least: float, most: float) -> float:
    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise ValueError from None
        if not least <= value <= most:
            raise ValueError
        return value

    return read(name, parse, default, f"a number from {least} to {most}")


def choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError
        return text

    return read(name, parse, default, "one of " + ", ".join(choice for choice in choices if choice))


def url(name: str, default: str) -> str:
    """The http or https URL of a server, without a slash at its end."""

    def parse(text: str) -> str:
        parts = urlsplit(text)
        _check_port(parts)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError
        if parts.query or parts.fragment or parts.username:
            raise ValueError
        return text.rstrip("/")

    return read(name, parse, default, "an http or https URL without query or fragment")


def service(name: str, schemes: tuple[str, ...], example: str) -> str:
    """The URL of a service that is reached by one of `schemes`, or an empty string where none is set."""

    def parse(text: str) -> str:
        parts = urlsplit(text)
        _check_port(parts)
        if parts.scheme not in schemes or not (parts.hostname or parts.path):
            raise ValueError
        return text

    return read(name, parse, "", f"a URL such as {example}")


def _check_port(parts: SplitResult) -> None:
    """`urlsplit` reads the port only when asked; whoever asks first would meet the error."""
    try:
        _ = parts.port
    except ValueError:
        raise ValueError("the port is not a number up to 65535") from None


def folder(name: str, default: Path) -> Path:
    """A folder that is there, or can be made, for the owner alone."""

    def parse(text: str) -> Path:
        try:
            Path(text).mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ValueError(error.strerror) from None
        return Path(text)

    path = read(name, parse, default, "a folder that can be written")
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def networks(name: str) -> tuple[Network, ...]:
    def parse(text: str) -> tuple[Network, ...]:
        return tuple(ip_network(item.strip()) for item in text.split(",") if item.strip())

    return read(name, parse, (), "IP addresses or networks, separated by commas")


def host_map(name: str, environments: tuple[str, ...]) -> dict[str, str]:
    """`host=environment` pairs; a host is in lower case and without a dot at its end, as requests are looked up."""

    def parse(text: str) -> dict[str, str]:
        hosts = {}
        for item in filter(None, (part.strip() for part in text.split(","))):
            host, equals, environment = item.partition("=")
            if not equals or environment.strip() not in environments:
                raise ValueError(f"not {item!r}")
            hosts[host.strip().lower().rstrip(".")] = environment.strip()
        return hosts

    return read(name, parse, {}, "host=environment pairs, separated by commas")


def keyring(name: str, make_default: Callable[[], str]) -> tuple[tuple[str, bytes], ...]:
    """`id:base64` pairs, newest first; each key has 32 bytes or more."""

    def parse(text: str) -> tuple[tuple[str, bytes], ...]:
        ring = []
        for item in filter(None, (part.strip() for part in text.split(","))):
            key_id, colon, encoded = item.partition(":")
            if not colon or not key_id.isalnum():
                raise ValueError
            try:
                key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
            except binascii.Error:
                raise ValueError from None
            if len(key) < 32:
                raise ValueError("a key is shorter than 32 bytes")
            ring.append((key_id, key))
        if len({key_id for key_id, _ in ring}) != len(ring) or not ring:
            raise ValueError
        return tuple(ring)

    expected = "id:base64 pairs of 32 bytes or more, newest first, separated by commas"
    return read(name, parse, (), expected) or parse(make_default())


def fernet_keys(name: str, make_default: Callable[[], str]) -> tuple[str, ...]:
    """Keys of 32 bytes in base64url, newest first."""

    def parse(text: str) -> tuple[str, ...]:
        ring = tuple(key.strip() for key in text.split(","))
        try:
            sizes = {len(base64.urlsafe_b64decode(key)) for key in ring}
        except (binascii.Error, ValueError):
            raise ValueError from None
        if sizes != {32}:
            raise ValueError
        return ring

    expected = "Fernet keys (32 bytes in base64url), newest first, separated by commas"
    return read(name, parse, (), expected) or parse(make_default())


def made_once(path: Path, make: Callable[[], str]) -> str:
    """The text of a secret file, made on first use with mode 0600; two processes that start at once agree on one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        # Not by the process's id: in a container that is always the same, and a crash may have left its draft behind.
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_text(make())
        try:
            os.link(draft, path)
        finally:
            draft.unlink()
    return path.read_text()


def random_base64() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
