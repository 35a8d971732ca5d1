"""What somebody who is lost is told: a page where `Accept` names HTML, and JSON in the protocol's words elsewhere."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

from oauth import errors


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _html(request):
        # Django's page asks for the forgery check, which would read the body that could not be read once more.
        request._mark_post_parse_error()  # type: ignore[attr-defined]  # noqa: SLF001
        return defaults.bad_request(request, exception)
    return _json(errors.InvalidRequest("This server does not take such a request. Check its Host header and URL."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _html(request):
        return defaults.page_not_found(request, exception)
    return _json(errors.NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    if _html(request):
        return defaults.server_error(request)
    return _json(errors.ServerError())


def _html(request: HttpRequest) -> bool:
    return "text/html" in request.META.get("HTTP_ACCEPT", "")


def _json(error: errors.ProtocolError) -> JsonResponse:
    return JsonResponse({"error": error.error, "error_description": error.description}, status=error.status)
