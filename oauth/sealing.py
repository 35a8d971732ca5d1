"""Secrets at rest: encrypted under the newest of `KEY_ENCRYPTION_KEYS`, opened with whichever of them fits (Fernet)."""

from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from oauth.problems import Invalid


class Unreadable(Exception):
    """No key-encryption key opens it: that which sealed it was taken away, or what is stored is damaged."""


def seal(text: str) -> str:
    """`text` as it is stored, under the newest key-encryption key."""
    return MultiFernet(_ring()).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text that was sealed. Raises Unreadable."""
    try:
        return MultiFernet(_ring()).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


def opens(sealed: str) -> bool:
    """Whether a key-encryption key opens it."""
    try:
        unseal(sealed)
    except Unreadable:
        return False
    return True


def closed(what: str) -> Invalid:
    """The operator's one line, where no key-encryption key opens `what`."""
    line = f"KEY_ENCRYPTION_KEYS does not open {what}. Put the key that encrypted them back, behind the newest."
    return Invalid({"": [line]})


def sealed_anew(sealed: str) -> str | None:
    """The same under the newest key-encryption key, or None where it is already. Raises Unreadable."""
    newest = _ring()[0]
    try:
        newest.decrypt(sealed.encode())
    except InvalidToken:
        return seal(unseal(sealed))
    return None


def _ring() -> list[Fernet]:
    return _read(tuple(settings.KEY_ENCRYPTION_KEYS))


@cache
def _read(keys: tuple[str, ...]) -> list[Fernet]:
    return [Fernet(key) for key in keys]
