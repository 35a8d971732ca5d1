"""The changes log: every version of every programmer that one may see. Comparing and undoing come later."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dashboard import history, lists, permissions
from dashboard.crumbs import Crumb
from dashboard.entities import Kind, Operation, operation
from dashboard.models import Change
from registration.text import fold


@dataclass(frozen=True)
class Line:
    """One property of one change: before and after as people write it."""

    name: str
    before: str | None
    after: str | None


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
    lines = [
        (change, _(Kind(change.kind).label), _doing(change), of(change)) for change in pushed.changes.order_by("pk")
    ]
    trail = [Crumb(_("Changes log"), reverse("changes", args=[environment]))]
    return render(request, "dashboard/changes/version.html", {"pushed": pushed, "changes": lines, "crumbs": trail})


def of(change: Change) -> list[Line]:
    """What a change does to each property that it touches. An absent entity has none."""
    before, after = change.before or {}, change.after or {}
    return [
        Line(name, _written(before.get(name)), _written(after.get(name)))
        for name in sorted({*before, *after})
        if _written(before.get(name)) != _written(after.get(name))
    ]


def _doing(change: Change) -> tuple[str, str]:
    """Tone and word."""
    return {
        Operation.CREATE: ("ok", _("Added")),
        Operation.UPDATE: ("warn", _("Changed")),
        Operation.REMOVE: ("bad", _("Removed")),
    }[operation(change)]


def _written(value: Any) -> str | None:
    if value is None or value in ("", []):
        return None
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(str(member) for member in value)
    return str(value)
