"""One version of a programmer's configuration: what it changed, and how it differs from another one."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dashboard import changes, history, lists, permissions, places, references
from dashboard.changes import diffs
from dashboard.changes.diffs import Shown
from dashboard.crumbs import Crumb
from dashboard.forms.configuration import RemovalForm
from dashboard.models import Change, ChangeSet, Head, Role
from dashboard.permissions import Rights
from dashboard.views.pages import form_page, sent


@require_GET
def version(request: HttpRequest, environment: str, pid: str, version: int) -> HttpResponse:
    head = permissions.configuration(request, environment, pid)
    found = ChangeSet.objects.filter(environment=environment, programmer=head.programmer, version=version)
    pushed = get_object_or_404(history.told(found))
    page = lists.page_of(pushed.changes.order_by("pk"), request.GET.get("page", "1"))
    context = {
        "pushed": pushed,
        "name": _name(pushed.whose, version),  # type: ignore[attr-defined]
        "page": page,
        "changes": shown(page, permissions.of_request(request), environment),
        "newest": head.version,
        "crumbs": _trail(environment),
        "may_undo": permissions.of_request(request).may(Role.EDITOR, environment, pushed.programmer),
    }
    return render(request, "dashboard/changes/version.html", context)


@require_GET
def compare(request: HttpRequest, environment: str, pid: str) -> HttpResponse:
    head = permissions.configuration(request, environment, pid)
    end = _number(request.GET.get("to", ""), head, head.version)
    start = _number(request.GET.get("from", ""), head, max(end - 1, 0))
    found = changes.compare(environment=environment, programmer=head.programmer, start=start, end=end)
    page = lists.page_of(found, request.GET.get("page", "1"))
    context = {
        "head": head,
        "programmer": history.name_of(environment, head.programmer),
        "start": start,
        "end": end,
        "page": page,
        "changes": shown(page, permissions.of_request(request), environment),
        "crumbs": _trail(environment),
    }
    return render(request, "dashboard/changes/compare.html", context)


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, environment: str, pid: str, version: int) -> HttpResponse:
    """What undoing a push would stage and what it cannot, told before; then on to the review."""
    pushed = permissions.version(request, environment, pid, version, needs=Role.EDITOR)
    form, by = RemovalForm(sent(request)), permissions.actor(request)
    if request.method == "POST" and form.carries_out(lambda: changes.undo(pushed, by=by)):
        messages.success(request, _("Your draft undoes version %s. Push it to make that live.") % pushed.version)
        return redirect("draft", environment)
    plan = changes.plan(pushed, by=by)
    name = _name(history.name_of(environment, pushed.programmer), version)
    staged = plan.staged[: lists.A_PAGE]
    told = [*staged, *(change for change, _why in plan.refused)]
    names = references.names(told, permissions.of_request(request), environment)
    context = {
        "pushed": pushed,
        "name": name,
        "staged": [diffs.of(change, names) for change in staged],
        "number": len(plan.staged),
        "more": len(plan.staged) - len(staged),
        "refused": [(diffs.of(change, names), why) for change, why in plan.refused],
        "crumbs": [*_trail(environment), Crumb(name, _url(pushed))],
        "undone": pushed.undone_by.pushed().order_by("version"),
    }
    return form_page(request, form, "dashboard/changes/undo.html", **context)


def _name(programmer: str, version: int) -> str:
    return _("%(programmer)s, version %(version)s") % {"programmer": programmer, "version": version}


def _url(pushed: ChangeSet) -> str:
    return reverse("version", args=[pushed.environment, pushed.programmer, pushed.version])


def shown(found: Iterable[Change], rights: Rights, environment: str) -> list[tuple[Shown, str]]:
    """Each change as people read it, with the page of what it is about, or nothing where that is gone."""
    listed = list(found)
    pages, names = places.pages(environment, listed), references.names(listed, rights, environment)
    return [(diffs.of(change, names), pages.get(change.place, "")) for change in listed]


def _trail(environment: str) -> list[Crumb]:
    return [Crumb(_("Changes log"), reverse("changes", args=[environment]))]


def _number(asked: str, head: Head, default: int) -> int:
    """A version that there is, or the nearest."""
    return min(int(asked), head.version) if asked.isdecimal() and asked.isascii() and len(asked) < 10 else default
