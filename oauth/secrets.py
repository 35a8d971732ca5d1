"""Client secrets: made here, shown once, kept as a keyed hash.

What is stored is `pepper id:mac`. Where an old pepper was retired the mac was wrapped in another under the newest, and
the ids say so, the outermost first: `p3+p1:mac` is HMAC(p3, HMAC(p1, SHA-256(secret))). The token path writes nothing,
so a secret is never sealed anew when its client comes by.
"""

import hashlib
import hmac
import secrets

from django.conf import settings

WRAPPED_IN = "+"
MOST_LENGTH = 255


def make() -> str:
    """A new secret: 43 characters of `[A-Za-z0-9_-]`, 256 random bits."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """SHA-256: what is sealed, and all that an import of clients has to know."""
    return hashlib.sha256(secret.encode()).digest()


def seal(digest: bytes) -> str:
    """What is stored for a secret whose SHA-256 is `digest`: `pepper id:mac`, under the newest pepper."""
    pepper_id, pepper = settings.CLIENT_SECRET_PEPPERS[0]
    return f"{pepper_id}:{_mac(pepper, digest).hex()}"


def matches(secret: str, stored: tuple[str, ...]) -> bool:
    """Whether `secret` is one of those that `stored` was sealed from. Takes the same time whether or not it is."""
    presented = digest(secret)
    peppers = dict(settings.CLIENT_SECRET_PEPPERS)
    found = False
    for sealed in stored:
        ids, _, mac = sealed.partition(":")
        expected, known = presented, True
        for pepper_id in reversed(ids.split(WRAPPED_IN)):
            pepper = peppers.get(pepper_id)
            known &= pepper is not None
            expected = _mac(pepper or b"\0" * 32, expected)
        found |= hmac.compare_digest(expected.hex(), mac) and known
    return found


def rewrapped(sealed: str) -> str | None:
    """The stored value wrapped under the newest pepper, or None where that is its outermost already.

    Raises ValueError for a value that is not one of ours, or too long to be kept.
    """
    newest, pepper = settings.CLIENT_SECRET_PEPPERS[0]
    ids, colon, mac = sealed.partition(":")
    if not colon:
        raise ValueError(sealed)
    if ids.split(WRAPPED_IN)[0] == newest:
        return None
    wrapped = f"{newest}{WRAPPED_IN}{ids}:{_mac(pepper, bytes.fromhex(mac)).hex()}"
    if len(wrapped) > MOST_LENGTH:
        raise ValueError(sealed)
    return wrapped


# Compared against when there is no such client, so that an unknown id takes as long as a wrong secret.
NOBODY = ("-:" + "0" * 64,)


def _mac(pepper: bytes, message: bytes) -> bytes:
    return hmac.digest(pepper, message, "sha256")
