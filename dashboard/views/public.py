"""What anybody may open: whether the server answers, what an error means, and light or dark."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from dashboard import guide as words
from dashboard import wire
from dashboard.context import THEME_COOKIE, THEMES
from oauth import environments
from registration import openapi

_A_YEAR = 365 * 24 * 3600


@login_not_required
@require_GET
def healthz(_request: HttpRequest) -> HttpResponse:
    """`ok` where the database answers; where it does not, an exception, and so a 503."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@login_not_required
@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    return render(
        request, "dashboard/help/guide.html", {"words": words.WORDS, "errors": words.ERRORS, "states": words.STATES}
    )


@login_not_required
@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document for people: the same tables, without a script."""
    environment = settings.DEFAULT_ENVIRONMENT or environments.Environment.RELEASE_PRODUCTION
    context = {
        "groups": wire.groups(openapi.document(environment)),
        "issuers": [(each.label, environments.issuer(each)) for each in environments.Environment],
    }
    return render(request, "dashboard/help/reference.html", context)


@login_not_required
@require_GET
def error(request: HttpRequest, code: str) -> HttpResponse:
    """The page that `helpUrl` names: what a code of the protocol means, and what to do."""
    entry = words.ERRORS.get(code)
    if entry is None:
        raise Http404
    return render(request, "dashboard/help/error.html", {"code": code, "entry": entry, "errors": words.ERRORS})


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark or (any other word) as the system has it; then back to the page."""
    back = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    # Not `redirect`: it would take what is no path for the name of a view, and fail.
    response = HttpResponseRedirect(back if here and back.startswith("/") else "/")
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(THEME_COOKIE, chosen, max_age=_A_YEAR, secure=secure, samesite="Lax")
    else:
        response.delete_cookie(THEME_COOKIE)
    return response
