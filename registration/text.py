"""Names and ids as people type them, and the folded form by which they are compared, sorted and searched."""

import re
import unicodedata

PUBLIC_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}\Z")
VERSION_MOST = 50
NAME_MOST = 255
KEY_MOST = 400
# Ordering the marks of one character takes the square of their number: half a megabyte of them kept a process busy for
# a minute. Nothing of ours is as long as this, in whatever form it was typed.
_READ_MOST = 4_000
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# What takes no room, or looks like a space: two names that look alike could not be told apart. The joiners stay, since
# emoji and several scripts need them.
_UNSEEN = frozenset("\u00ad\u115f\u1160\u180e\u200b\u2800\u3164\ufeff\uffa0") | frozenset(
    chr(code)
    for first, last in ((0x2060, 0x2064), (0x206A, 0x206F), (0xE0000, 0xE007F))
    for code in range(first, last + 1)
)


def fold(text: str) -> str:
    """Case-folded NFKC: `É` equals `é`, and both databases sort and match alike."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text[:_READ_MOST]).casefold())


def tidy(text: str) -> str:
    """Trimmed NFC. What is too long to be anything is cut where it still is too long."""
    return unicodedata.normalize("NFC", text.strip()[:_READ_MOST]).strip()


def is_plain(text: str) -> bool:
    """No control, bidi-format, invisible, surrogate or unassigned characters."""
    return not any(
        c in _BIDI or c in _UNSEEN or unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} for c in text
    )


def check_name(text: object) -> str:
    """A display name: 1 to 255 characters, NFC, trimmed. Raises ValueError with a sentence that says what to do."""
    if not isinstance(text, str) or not tidy(text):
        raise ValueError("Enter a name.")
    name = tidy(text)
    if len(name) > NAME_MOST:
        raise ValueError(f"Use at most {NAME_MOST} characters; this has {len(text.strip())}.")
    if not is_plain(name):
        raise ValueError("Leave out control, text-direction and invisible characters.")
    if len(fold(name)) > KEY_MOST:
        raise ValueError("Use fewer characters: some of these stand for several.")
    return name


def check_version(text: object) -> str:
    """An application's version: 1 to 50 printable characters without a slash."""
    version = tidy(text) if isinstance(text, str) else ""
    if not version:
        raise ValueError("Enter a version, such as 1.0.0.")
    if len(version) > VERSION_MOST or "/" in version or not is_plain(version):
        raise ValueError(f"Use 1 to {VERSION_MOST} printable characters without a slash, such as 1.0.0.")
    return version


def check_public_id(text: object) -> str:
    """A programmer's or channel's id, kept as typed."""
    public_id = text.strip() if isinstance(text, str) else ""
    if not PUBLIC_ID.match(public_id):
        raise ValueError("Use 1 to 64 letters, digits or . _ ~ - and begin with a letter or digit.")
    if public_id.lower() == "new":
        raise ValueError("The id new is taken by the page that adds one. Choose another.")
    return public_id
