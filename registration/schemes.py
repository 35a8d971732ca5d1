"""Custom URL schemes, by which an app on a device is called back: made here, or brought along by shipped apps."""

import base64
import re
import secrets

from registration.redirects import FORBIDDEN_SCHEMES

MOST = 255
_EXISTING = re.compile(r"[A-Za-z][A-Za-z0-9+._-]*\Z")


def generate() -> str:
    """A new scheme: RFC 3986 characters, lower case, 128 random bits."""
    return "tve." + base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def check_existing(text: object) -> str:
    """A scheme that shipped apps already use, kept as typed: `_` and capitals may occur in it.

    Raises ValueError with a sentence that says what to do.
    """
    scheme = text.strip().removesuffix("://") if isinstance(text, str) else ""
    if not scheme:
        raise ValueError("Enter the scheme that the apps use, such as com.example.app.")
    if len(scheme) > MOST or not _EXISTING.match(scheme):
        raise ValueError(f"Begin with a letter; use at most {MOST} letters, digits and + . _ - without ://.")
    # Any app's redirects would pass below adobepass, which is allowed with a reversed domain only (redirects.py).
    if scheme.lower() in FORBIDDEN_SCHEMES | {"adobepass"}:
        raise ValueError(f"{scheme} belongs to everybody and cannot be an app's own. Enter another.")
    return scheme
