"""What somebody who is lost is told: a page where `Accept` names HTML, and JSON in the protocol's words elsewhere."""

import logging
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.template import loader
from django.views import defaults

from oauth import errors, logs

_logger = logging.getLogger("dashboard.failures")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _html(request):
        # Django's page asks for the forgery check, which would read the body that could not be read once more.
        request._mark_post_parse_error()  # type: ignore[attr-defined]  # noqa: SLF001
        return defaults.bad_request(request, exception)
    return _json(errors.InvalidRequest("This server does not take such a request. Check its Host header and URL."))


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001  (Django's words, for developers)
    """A form that is not of this session: mostly of a page that was open while somebody signed in again."""
    if _html(request):
        return HttpResponseForbidden(loader.render_to_string("403_csrf.html", {}, request))
    error = errors.InvalidRequest("The form is not of this session. Load its page again and send it from there.")
    return JsonResponse({"error": error.error, "error_description": error.description}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _html(request):
        return defaults.page_not_found(request, exception)
    return _json(errors.NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """Whatever nobody caught. A database that cannot be asked is no fault of the request: 503, try again."""
    kind, error, _ = sys.exc_info()
    fields = {"request_id": getattr(request, "request_id", ""), "error": kind.__name__ if kind else ""}
    if isinstance(error, OperationalError | InterfaceError):
        _logger.error("database unavailable", extra={"fields": fields})
        return _unavailable(request)
    _logger.error("unexpected", extra={"fields": {**fields, "trace": logs.trace_of(error)}})
    if _html(request):
        return defaults.server_error(request)
    return _json(errors.ServerError())


def _unavailable(request: HttpRequest) -> HttpResponse:
    error = errors.TemporarilyUnavailable()
    # Without the request: what a page's frame shows is asked of the database.
    response = HttpResponse(loader.render_to_string("503.html"), status=503) if _html(request) else _json(error)
    for name, value in error.headers.items():
        response.headers[name.replace("_", "-")] = value
    response.headers["Cache-Control"] = "no-store"
    return response


def _html(request: HttpRequest) -> bool:
    return "text/html" in request.META.get("HTTP_ACCEPT", "")


def _json(error: errors.ProtocolError) -> JsonResponse:
    return JsonResponse({"error": error.error, "error_description": error.description}, status=error.status)
