"""Client secrets: made here, shown once, kept as a keyed hash."""

import hashlib
import hmac
import secrets

from django.conf import settings


def make() -> str:
    """A new secret: 43 characters of `[A-Za-z0-9_-]`, 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def seal(digest: bytes) -> str:
    """What is stored for a secret whose SHA-256 is `digest`: `pepper id:mac`, under the newest pepper."""
    pepper_id, pepper = settings.CLIENT_SECRET_PEPPERS[0]
    return f"{pepper_id}:{_mac(pepper, digest)}"


def matches(secret: str, stored: tuple[str, ...]) -> bool:
    """Whether `secret` is one of those that `stored` was sealed from. Takes the same time whether or not it is."""
    presented = digest(secret)
    peppers = dict(settings.CLIENT_SECRET_PEPPERS)
    found = False
    for sealed in stored:
        pepper_id, _, mac = sealed.partition(":")
        pepper = peppers.get(pepper_id)
        expected = _mac(pepper or b"\0" * 32, presented)
        found |= hmac.compare_digest(expected, mac) and pepper is not None
    return found


# Compared against when there is no such client, so that an unknown id takes as long as a wrong secret.
NOBODY = ("-:" + "0" * 64,)


def _mac(pepper: bytes, digest: bytes) -> str:
    return hmac.digest(pepper, digest, "sha256").hex()
