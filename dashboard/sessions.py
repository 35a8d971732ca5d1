"""Sessions, in the database, each with the person whose it is: so that one can see one's own, and end the others."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from dashboard.models import Session
from oauth import audit, throttling
from oauth.audit import Actor, Event

_SIGNED_IN = "signed_in"
# In this order: most of them also say that they are one of those that follow.
_BROWSERS = {
    "Edg/": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "CriOS/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


class SessionStore(db.SessionStore):
    """A cookie may hold any octets, and PostgreSQL refuses a NUL: only an id that we could have made counts."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        return row

    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and key.isascii() and key.isalnum() and 8 <= len(key) <= 40


@dataclass(frozen=True)
class Place:
    """A browser in which a person is signed in."""

    browser: str
    address: str
    since: datetime | None
    until: datetime
    here: bool


def began(request: HttpRequest) -> None:
    """Keep with the session when, from where and with what it was opened. It goes when the session goes."""
    request.session[_SIGNED_IN] = {
        "at": timezone.now().isoformat(),
        "address": throttling.address_of(request.META),
        "agent": request.META.get("HTTP_USER_AGENT", "")[:300],
    }


def of(user: User, session: SessionBase) -> list[Place]:
    """Where the person is signed in, this browser first. A change of the password ended what was opened before it."""
    now_good = user.get_session_auth_hash()
    rows = [(row, row.get_decoded()) for row in _open(user)]
    places = [
        _place(row, data.get(_SIGNED_IN, {}), here=row.session_key == session.session_key)
        for row, data in rows
        if constant_time_compare(data.get(HASH_SESSION_KEY, ""), now_good)
    ]
    return sorted(places, key=lambda place: (not place.here, -place.until.timestamp()))


@transaction.atomic
def end_others(user: User, *, keep: SessionBase, by: Actor) -> int:
    """Sign the person out everywhere but here. Answers how many sessions that ended."""
    ended, _each = _open(user).exclude(session_key=keep.session_key).delete()
    if ended:
        event = Event("session:end", kind="person", key=str(user.pk), label=user.email, data={"sessions": ended})
        audit.record(event, environment="", by=by)
    return ended


def _open(user: User) -> "QuerySet[Session]":
    return Session.objects.filter(user=user, expire_date__gt=timezone.now())


def _place(row: Session, began_with: dict[str, str], *, here: bool) -> Place:
    since = datetime.fromisoformat(began_with["at"]) if began_with else None
    return Place(_words(began_with.get("agent", "")), began_with.get("address", ""), since, row.expire_date, here)


def _words(agent: str) -> str:
    """`Firefox on Windows`, as far as the browser says what it is."""
    browser = next((name for mark, name in _BROWSERS.items() if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS.items() if mark in agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Unknown browser")
