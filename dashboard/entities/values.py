"""How single values are read: each function raises ValueError with a sentence that says what to do."""

import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from registration.redirects import FORBIDDEN_SCHEMES, MOST

_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+._-]*):[\x21-\x7e]+\Z")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def check_redirect_url(value: Any) -> str:
    """A channel's default redirect URL, or empty. Whether an application may use it is asked when an app registers."""
    url = value.strip() if isinstance(value, str) else ""
    if not url:
        return ""
    match = _URL.match(url)
    if match is None or len(url) > MOST or "\\" in url or "*" in url:
        raise ValueError(f"Enter a whole URL of at most {MOST} characters, such as https://example.com/signed-in.")
    try:
        parts, scheme = urlsplit(url), match["scheme"].lower()
        host = parts.hostname
    except ValueError:
        raise ValueError("Enter a whole URL, such as https://example.com/signed-in.") from None
    if "@" in parts.netloc:
        raise ValueError("Leave the user name and password out of the URL.")
    if scheme == "http" and host not in _LOOPBACK:
        raise ValueError("Use https. Plain http is for localhost only.")
    if scheme in FORBIDDEN_SCHEMES - {"http", "https"} or (scheme == "https" and not host):
        raise ValueError("Enter an https URL, or one with an app's custom scheme.")
    return url


def check_boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("Choose yes or no.")  # noqa: TRY004  (Problems.attempt reads ValueError)
    return value


def check_uuid(value: Any) -> str:
    try:
        return str(uuid.UUID(str(value).strip()))
    except ValueError:
        raise ValueError("Enter a UUID, such as 1b4e28ba-2fa1-41d2-883f-0016d3cca427.") from None


def check_reference(value: Any) -> str | None:
    return check_uuid(value) if value else None


def one_of(choices: Iterable[str], hint: str) -> Callable[[Any], str]:
    allowed = frozenset(choices)

    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise ValueError(hint)
        return str(value)

    return check


def set_of(parse: Callable[[Any], str]) -> Callable[[Any], list[str]]:
    """A sorted list without repetition, so that equal sets are equal lists."""

    def check(value: Any) -> list[str]:
        if not isinstance(value, list | tuple | set | frozenset):
            raise ValueError("Give a list.")  # noqa: TRY004  (Problems.attempt reads ValueError)
        return sorted({parse(member) for member in value})

    return check


def uuids(words: Iterable[str]) -> list[uuid.UUID]:
    """Those that are UUIDs: whatever else a URL or a draft holds is nobody's key."""
    found = []
    for word in words:
        try:
            found.append(uuid.UUID(word))
        except ValueError:
            continue
    return found
