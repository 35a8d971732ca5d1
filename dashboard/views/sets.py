"""Other people's drafts: read by editors, approved by whoever may push them, taken over where their author left."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dashboard import changes, permissions, reviews
from dashboard.changes import adopting, approvals
from dashboard.crumbs import Crumb
from dashboard.forms.base import VerbForm
from dashboard.forms.drafts import ApproveForm
from dashboard.models import ChangeSet, Role
from dashboard.reviews import Group
from dashboard.views.pages import form_page, sent


@require_GET
def page(request: HttpRequest, environment: str, draft_id: UUID) -> HttpResponse:
    """Somebody's draft, to read; one's own is on the review."""
    change_set = permissions.draft(request, environment, draft_id)
    by = permissions.actor(request)
    if change_set.author_key == by.key:
        return redirect("draft", environment)
    group = _group(request, change_set)
    context = {
        "change_set": change_set,
        "group": group,
        "crumbs": _trail(environment),
        "abandoned": adopting.is_abandoned(change_set),
        "approved": group is not None and any(each.by_key == by.key for each in group.standing.approvals),
        "is_tam": permissions.of_request(request).may(Role.TAM, environment, change_set.programmer),
    }
    return render(request, "dashboard/draft/set.html", context)


@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, environment: str, draft_id: UUID) -> HttpResponse:
    change_set = permissions.draft(request, environment, draft_id)
    by = permissions.actor(request)
    permissions.demand_another(change_set.author_key, by)
    rows = list(change_set.changes.all())
    seen = approvals.digest(rows, version=changes.version_of(change_set))
    form = ApproveForm(sent(request), initial={"seen": seen})
    verb = partial(changes.approve, change_set, seen=request.POST.get("seen", ""), by=by)
    if request.method == "POST" and form.carries_out(verb):
        messages.success(request, _("You approved it. %s can push it now.") % change_set.author_name)
        return redirect("draft-set", environment, draft_id)
    return form_page(
        request,
        form,
        "dashboard/draft/approve.html",
        heading=_("Approve the draft of %s?") % change_set.author_name,
        group=_group(request, change_set),
        submit=_("Approve"),
        back=reverse("draft-set", args=[environment, draft_id]),
        crumbs=_trail(environment),
    )


@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest, environment: str, draft_id: UUID) -> HttpResponse:
    change_set = permissions.draft(request, environment, draft_id, needs=Role.TAM)
    form = VerbForm(sent(request))
    verb = partial(changes.adopt, change_set, by=permissions.actor(request))
    if request.method == "POST" and form.carries_out(verb):
        messages.success(request, _("The draft of %s is yours now.") % change_set.author_name)
        return redirect("draft", environment)
    return form_page(
        request,
        form,
        heading=_("Take over the draft of %s?") % change_set.author_name,
        lead=_("Its changes become yours. Where you have changed the same thing, your values stay."),
        submit=_("Take it over"),
        back=reverse("draft-set", args=[environment, draft_id]),
        crumbs=_trail(environment),
    )


@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, environment: str, draft_id: UUID) -> HttpResponse:
    change_set = permissions.draft(request, environment, draft_id, needs=Role.TAM)
    form = VerbForm(sent(request))
    verb = partial(changes.discard, change_set, by=permissions.actor(request))
    if request.method == "POST" and form.carries_out(verb):
        messages.success(request, _("The draft of %s is dismissed.") % change_set.author_name)
        return redirect("draft", environment)
    return form_page(
        request,
        form,
        heading=_("Dismiss the draft of %s?") % change_set.author_name,
        lead=_("Its changes are thrown away, for good. What is live stays as it is."),
        submit=_("Dismiss changes"),
        keep=_("Keep it"),
        danger=True,
        back=reverse("draft-set", args=[environment, draft_id]),
        crumbs=_trail(environment),
    )


def _group(request: HttpRequest, change_set: ChangeSet) -> Group | None:
    """None where everything in it was un-staged."""
    rows = change_set.changes.select_related("change_set").order_by("pk")
    rights, page = permissions.of_request(request), request.GET.get("page", "1")
    return next(iter(reviews.groups(rows, environment=change_set.environment, rights=rights, page=page)), None)


def _trail(environment: str) -> list[Crumb]:
    return [Crumb(_("Review and push"), reverse("draft", args=[environment]))]
