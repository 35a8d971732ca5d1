"""The history of one thing, also when it or its programmer is gone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dashboard import history, permissions, places, timelines
from dashboard.changes import values
from dashboard.crumbs import Crumb
from dashboard.entities import Kind


@require_GET
def of_entity(request: HttpRequest, environment: str, kind: str, entity: str) -> HttpResponse:
    """What was pushed and decided about it, for whoever may see the programmer whose it is or was."""
    rights, key = permissions.enter(request, environment), entity.casefold()
    changes, entries = history.of_entity(rights, environment, kind, key)
    latest = changes.order_by("-change_set__version").first()
    if latest is None:
        raise Http404
    live = places.pages(environment, [latest]).get((kind, key), "")
    if live and kind == Kind.APPLICATION:
        return redirect("application-history", environment, key)
    number = request.GET.get("page", "1")
    context = {
        "page": timelines.page(number, changes, entries, rights=rights, environment=environment),
        "kind": values.kind_label(kind),
        "key": key,
        "label": latest.label,
        "programmer": history.name_of(environment, latest.programmer),
        "live": live,
        "crumbs": [Crumb(_("Changes log"), reverse("changes", args=[environment]))],
    }
    return render(request, "dashboard/changes/history.html", context)
