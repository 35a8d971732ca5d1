"""Strict parsing of a compact JWS before any JWT library sees it (RFC 7515, RFC 7519, RFC 8725 section 3)."""

import base64
import hashlib
import json
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jwt.algorithms import get_default_algorithms

from oauth import bodies

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
MAX_LENGTH = 32 * 1024
_SEGMENT = re.compile(r"[A-Za-z0-9_-]+\Z")
_REMAINDER_BITS = {2: 0x0F, 3: 0x03}
_ALPHABET = {c: i for i, c in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")}
_implementations = {name: get_default_algorithms()[name] for name in ALGORITHMS}


class NotAToken(ValueError):
    """The text is not a well-formed JWS; the message says why, in words fit for an `error_description`."""


@dataclass(frozen=True)
class Parsed:
    """A well-formed JWS whose signature was not looked at yet."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signing_input: bytes
    signature: bytes

    @property
    def kid(self) -> str | None:
        return self.header.get("kid")

    @property
    def typ(self) -> str:
        return str(self.header.get("typ", "")).lower()

    @property
    def digest(self) -> str:
        """SHA-256 of `header.payload`, hex: what identifies the token whatever its signature."""
        return hashlib.sha256(self.signing_input).hexdigest()


def digest_of(text: str) -> str:
    """The `digest` of a token that we signed ourselves."""
    return hashlib.sha256(text.rpartition(".")[0].encode()).hexdigest()


def parse(text: str) -> Parsed:
    """`text` as a JWS. Raises NotAToken for anything but canonical base64url of strict JSON objects.

    `exp`, `nbf` and `iat` are finite numbers within 2^53 where present; `sub`, `iss` and `jti` non-empty strings where
    present. `crit` and `b64` are refused, `jwk jku x5u x5c` ignored.
    """
    if len(text) > MAX_LENGTH:
        raise NotAToken("It is too long.")
    parts = text.split(".")
    if len(parts) != 3:
        raise NotAToken("It does not have three parts separated by dots.")
    header = _object(_decode(parts[0]), "header")
    claims = _object(_decode(parts[1]), "payload")
    signature = _decode(parts[2])
    if "crit" in header or "b64" in header:
        raise NotAToken("Its header uses crit or b64.")
    for name in ("alg", "kid", "typ"):
        if name in header and not isinstance(header[name], str):
            raise NotAToken(f"The header member {name} is not a string.")
    for name in ("exp", "nbf", "iat"):
        if name in claims and not _is_date(claims[name]):
            raise NotAToken(f"The claim {name} is not a date in seconds.")
    for name in ("sub", "iss", "jti"):
        if name in claims and not (isinstance(claims[name], str) and claims[name]):
            raise NotAToken(f"The claim {name} is not a non-empty string.")
    return Parsed(header, claims, f"{parts[0]}.{parts[1]}".encode(), signature)


def verify(parsed: Parsed, *, alg: str, key: Any) -> bool:
    """Whether `key` signed it. `alg` is the key's own; a header naming another is refused (RFC 8725 section 3.1)."""
    if parsed.header.get("alg") != alg:
        return False
    try:
        return bool(_implementations[alg].verify(parsed.signing_input, key, parsed.signature))
    except (ValueError, TypeError):
        return False


def sign(claims: dict[str, Any], *, typ: str, alg: str, kid: str, key: Any) -> str:
    """A compact JWS (RFC 7515 section 3.1) of these claims."""
    payload = encode(json.dumps(claims, separators=(",", ":"), ensure_ascii=False).encode())
    signing_input = f"{_header(typ, alg, kid)}.{payload}"
    return f"{signing_input}.{encode(_implementations[alg].sign(signing_input.encode(), key))}"


def encode(data: bytes) -> str:
    """Base64url without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@lru_cache(maxsize=256)
def _header(typ: str, alg: str, kid: str) -> str:
    return encode(json.dumps({"alg": alg, "kid": kid, "typ": typ}, separators=(",", ":")).encode())


def _decode(segment: str) -> bytes:
    """Canonical, unpadded base64url: the same octets have one spelling."""
    remainder = len(segment) % 4
    if not _SEGMENT.match(segment) or remainder == 1:
        raise NotAToken("A part is not base64url without padding.")
    if remainder and _ALPHABET[segment[-1]] & _REMAINDER_BITS[remainder]:
        raise NotAToken("A part is not canonical base64url.")
    return base64.urlsafe_b64decode(segment + "=" * (-remainder % 4))


def _object(data: bytes, what: str) -> dict[str, Any]:
    try:
        return bodies.parse_json(data)
    except bodies.Malformed:
        raise NotAToken(f"Its {what} is not a strict JSON object.") from None


def _is_date(value: Any) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and (isinstance(value, int) or math.isfinite(value))
        and abs(value) <= 2**53
    )
