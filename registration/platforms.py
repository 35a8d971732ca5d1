"""Platforms: what an application may run on, and how a device says what it is (`X-Device-Info`, User-Agent)."""

import base64
import binascii
from collections.abc import Iterable
from typing import Any

from django.db import models

from oauth import bodies


class Platform(models.TextChoices):
    DESKTOP = "DESKTOP", "Desktop"
    IOS = "IOS", "iOS"
    ANDROID = "ANDROID", "Android"
    MOBILE_OTHER = "MOBILE_OTHER", "Other mobile"
    TVOS = "TVOS", "Apple TV"
    ROKU = "ROKU", "Roku"
    FIRETV = "FIRETV", "Fire TV"
    TV_OTHER = "TV_OTHER", "Other TV"
    UNIDENTIFIED = "UNIDENTIFIED", "Unidentified"


GROUPS = (
    ("Desktop", (Platform.DESKTOP,)),
    ("Mobile", (Platform.IOS, Platform.ANDROID, Platform.MOBILE_OTHER)),
    ("TV connected", (Platform.TVOS, Platform.ROKU, Platform.FIRETV, Platform.TV_OTHER)),
    ("Unidentified", (Platform.UNIDENTIFIED,)),
)


def labels(values: Iterable[str]) -> list[str]:
    """What these platforms are called, in the order in which they are shown everywhere."""
    named = set(values)
    return [str(platform.label) for platform in Platform if platform.value in named]


_FIELDS = ("osName", "primaryHardwareType", "manufacturer")
_TV = {"TV", "SetTopBox", "MediaPlayer"}
_MOBILE = {"MobilePhone", "Tablet"}
_DESKTOP = {"Windows", "Mac OS", "OS X", "Linux", "Chrome OS", "OpenBSD"}
_USER_AGENTS = (
    ("roku", Platform.ROKU),
    ("appletv", Platform.TVOS),
    ("apple tv", Platform.TVOS),
    ("tvos", Platform.TVOS),
    ("aftt", Platform.FIRETV),
    ("aftm", Platform.FIRETV),
    ("aftb", Platform.FIRETV),
    ("fire tv", Platform.FIRETV),
    ("android tv", Platform.TV_OTHER),
    ("googletv", Platform.TV_OTHER),
    ("web0s", Platform.TV_OTHER),
    ("webos", Platform.TV_OTHER),
    ("tizen", Platform.TV_OTHER),
    ("smart-tv", Platform.TV_OTHER),
    ("playstation", Platform.TV_OTHER),
    ("xbox", Platform.TV_OTHER),
    ("iphone", Platform.IOS),
    ("ipad", Platform.IOS),
    ("android", Platform.ANDROID),
    ("windows nt", Platform.DESKTOP),
    ("macintosh", Platform.DESKTOP),
    ("x11", Platform.DESKTOP),
)


def device_info(header: str) -> dict[str, str]:
    """What a device says of itself in `X-Device-Info` (base64 JSON); empty where it cannot be decoded.

    The original's own sample is invalid JSON, so this never refuses.
    """
    header = header.strip()
    try:
        text = base64.b64decode(header + "=" * (-len(header) % 4), altchars=b"-_", validate=False)
        members = bodies.parse_json(text)
    except (binascii.Error, ValueError, bodies.Malformed):
        return {}
    fields = {name: members[name] for name in _FIELDS if members.get(name) is not None}
    return fields if all(isinstance(value, str) for value in fields.values()) else {}


def named_by(header: str) -> Platform | None:
    """The platform that an `X-Device-Info` header names, or None where it cannot be decoded or is not in the table.

    Only a platform named here can ever refuse a registration.
    """
    info = device_info(header) if header else {}
    return _first_match(*(info.get(name, "") for name in _FIELDS)) if info else None


def guessed_from(user_agent: str) -> Platform:
    """What a User-Agent suggests: recorded, never a reason to refuse."""
    lower = user_agent.lower()
    return next((platform for mark, platform in _USER_AGENTS if mark in lower), Platform.UNIDENTIFIED)


def recorded(meta: dict[str, Any]) -> tuple[Platform, bool]:
    """The platform to record for a request, and whether the device named it itself (only then may it be refused)."""
    header = meta.get("HTTP_X_DEVICE_INFO", "")
    named = named_by(header)
    if named:
        return named, True
    if header:
        return Platform.UNIDENTIFIED, False
    return guessed_from(meta.get("HTTP_USER_AGENT", "")), False


def _first_match(os: str, hardware: str, manufacturer: str) -> Platform | None:  # noqa: PLR0911
    if os == "Roku OS":
        return Platform.ROKU
    if os == "tvOS":
        return Platform.TVOS
    if os == "iOS":
        return Platform.IOS
    if os == "Android" and hardware in _TV:
        return Platform.FIRETV if manufacturer == "Amazon" else Platform.TV_OTHER
    if os == "Android":
        return Platform.ANDROID
    if hardware in _MOBILE:
        return Platform.MOBILE_OTHER
    if os in _DESKTOP and hardware == "Desktop":
        return Platform.DESKTOP
    if os == "webOS" or hardware in _TV | {"GamesConsole"}:
        return Platform.TV_OTHER
    return None
