"""The changes log: every version of every programmer that one may see. Comparing and undoing come later."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dashboard import history, lists, permissions
from dashboard.changes import diffs
from dashboard.crumbs import Crumb
from registration.text import fold


@require_GET
def listing(request: HttpRequest, environment: str) -> HttpResponse:
    rights = permissions.enter(request, environment)
    asked = request.GET.get("q", "").replace("\0", "").strip()[:200]
    found = history.pushes(rights, environment)
    for term in asked.split()[:8]:
        found = found.filter(history.mentions(term))
    context = {"page": lists.page_of(found, request.GET.get("page", "1")), "asked": asked}
    return render(request, "dashboard/changes/list.html", context)


@require_GET
def version(request: HttpRequest, environment: str, pid: str, version: int) -> HttpResponse:
    rights = permissions.enter(request, environment)
    pushed = history.pushes(rights, environment).filter(programmer=fold(pid), version=version).first()
    if pushed is None:
        raise Http404
    shown = [diffs.of(change) for change in pushed.changes.order_by("pk")]
    trail = [Crumb(_("Changes log"), reverse("changes", args=[environment]))]
    return render(request, "dashboard/changes/version.html", {"pushed": pushed, "changes": shown, "crumbs": trail})
