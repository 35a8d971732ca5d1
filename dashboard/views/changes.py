"""The changes log: every version of every programmer that one may see, searched, filtered, paged, as CSV."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dashboard import changelog, exports, lists, permissions, timelines


@require_GET
def listing(request: HttpRequest, environment: str) -> HttpResponse:
    rights, query = permissions.enter(request, environment), changelog.Query.of(request.GET)
    pushes: Any = query.pushes(rights, environment)
    if query.states:
        entries = query.entries(rights, environment)
        page = timelines.page(query.page, pushes, entries, rights=rights, environment=environment)
    else:
        page = lists.page_of(pushes, query.page)
    context = {"query": query, "choices": changelog.choices(rights, environment), "page": page}
    return render(request, "dashboard/changes/list.html", context)


@require_GET
def export(request: HttpRequest, environment: str) -> StreamingHttpResponse:
    """What the log shows, with the same filters, all pages of it."""
    rights, query = permissions.enter(request, environment), changelog.Query.of(request.GET)
    return exports.answer(exports.lines(query, rights, environment), name=f"changes_{environment}")


@require_GET
def compare_ticked(request: HttpRequest, environment: str) -> HttpResponse:
    """From the two versions that were ticked in the log to what differs between them."""
    permissions.enter(request, environment)
    ticked = [each.rpartition("/") for each in request.GET.getlist("version")]
    programmers = {programmer for programmer, _slash, _number in ticked}
    numbers = [int(number) for *_programmer, number in ticked if number.isdecimal() and len(number) < 10]
    programmer = programmers.pop() if len(programmers) == 1 else ""
    if len(ticked) != 2 or len(numbers) != 2 or not programmer or "/" in programmer:
        messages.error(request, _("Tick two versions of the same programmer to compare them."))
        return redirect("changes", environment)
    try:
        where = reverse("version-compare", args=[environment, programmer])
    except NoReverseMatch:  # no id of ours is so long, or holds such characters
        raise Http404 from None
    return redirect(f"{where}?from={min(numbers)}&to={max(numbers)}")
