"""What stands around every page: a log line, the reader's time zone, and the second factor that is asked of some."""

import logging
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from dashboard import permissions, profiles, second_factors
from oauth import logs

_Answer = Callable[[HttpRequest], HttpResponseBase]

_OUTCOMES = {
    400: "invalid_request",
    403: "forbidden",
    404: "not_found",
    405: "invalid_request",
    409: "conflict",
    422: "invalid",
    429: "too_many_requests",
    503: "temporarily_unavailable",
}
# The words in URLs that name things. Others are links that open something to whoever has them.
_NAMES = {"pid": "programmer", "cid": "channel"}
# What stays open to whoever has to enrol first: the way there, the way out, and what anybody may read.
_OPEN = frozenset({"profile", "theme", "help", "help-error", "healthz"})
_OPEN_PREFIXES = ("account_", "mfa_")


class RequestLineMiddleware:
    """Stands behind the protocol's, around all that can answer. The path is not told: an invitation's is a secret."""

    def __init__(self, get_response: _Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = time.perf_counter()
        response = self.get_response(request)
        if logs.requests.isEnabledFor(logging.INFO):
            ms = round((time.perf_counter() - started) * 1000, 2)
            logs.requests.info("request", extra={"fields": _line(request, response.status_code, ms)})
        return response


class PrivateMiddleware:
    """What nobody said anything else of is kept by nobody: after signing out, Back shows nothing of what one saw."""

    def __init__(self, get_response: _Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class TimeZoneMiddleware:
    """Instants are read in the time zone of the person's profile, and in UTC by everybody else."""

    def __init__(self, get_response: _Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with timezone.override(profiles.zone_of(request.user)):
            return self.get_response(request)


class SecondFactorMiddleware:
    """With `REQUIRE_SECOND_FACTOR`, a TAM or an admin who has none opens nothing before they have enrolled one."""

    def __init__(self, get_response: _Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponseBase | None:
        user, match = request.user, request.resolver_match
        if not settings.REQUIRE_SECOND_FACTOR or not isinstance(user, User) or match is None:
            return None
        name = match.url_name or ""
        if name in _OPEN or name.startswith(_OPEN_PREFIXES):
            return None
        if not second_factors.missing(user, permissions.of_request(request)):
            return None
        words = _("Your role needs a second factor. Set up an authenticator app or a passkey first; then all is open.")
        messages.warning(request, words)
        return redirect("profile")


def _line(request: HttpRequest, status: int, ms: float) -> dict[str, Any]:
    match = request.resolver_match
    kwargs = dict(match.kwargs) if match else {}
    is_static = match is None and request.path_info.startswith(f"/{settings.STATIC_URL.strip('/')}/")
    line = {
        "request_id": getattr(request, "request_id", ""),
        "environment": kwargs.pop("environment", ""),
        "endpoint": (match.url_name or "") if match else "static" if is_static else "",
        "method": request.method if request.method in {"GET", "POST", "HEAD", "OPTIONS"} else "other",
        "status": status,
        "outcome": "ok" if status < 400 else _OUTCOMES.get(status, "server_error" if status >= 500 else "refused"),
        "ms": ms,
    }
    # Only where somebody asked already who it is: the line itself asks the database nothing.
    user = getattr(request, "_cached_user", None)
    if user is not None and user.is_authenticated:
        line["user"] = user.pk
    for name, value in kwargs.items():
        if isinstance(value, int | UUID):
            line[name] = str(value) if isinstance(value, UUID) else value
        elif name in _NAMES and status < 400:
            line[_NAMES[name]] = value
    return line
