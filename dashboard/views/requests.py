"""Revocation requests: editors ask, TAMs see the queue and act from it."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dashboard import crumbs, lists, permissions, revocations
from dashboard.forms.base import ReasonForm, VerbForm
from dashboard.models import RevocationRequest, RevocationRequestQuerySet, Role
from dashboard.permissions import Rights
from dashboard.views.pages import form_page, sent
from dashboard.views.states import Wording, state_page


@require_GET
def listing(request: HttpRequest, environment: str) -> HttpResponse:
    rights = permissions.enter(request, environment)
    decided = visible_requests(rights, environment).exclude(outcome=None).order_by("-decided_at")
    context = {
        "open": _marked(open_requests(rights, environment), rights, permissions.actor(request).key),
        "page": lists.page_of(decided, request.GET.get("page", "1")),
    }
    return render(request, "dashboard/requests/list.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, environment: str, software_id: UUID) -> HttpResponse:
    application = permissions.application(request, environment, software_id, needs=Role.EDITOR)
    wording = Wording(
        heading=_("Request the revocation of %s?") % application,
        bullets=[
            ("info", _("A TAM sees your request and decides. Nothing changes until then.")),
            ("check", _("You can withdraw it as long as it is open.")),
        ],
        submit=_("Send request"),
        keep=_("Keep application"),
        done=_("The request is sent. TAMs see it in their queue."),
        danger=False,
    )
    return state_page(request, application, wording, partial(revocations.request, application), confirm=False)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, environment: str, number: int) -> HttpResponse:
    asked = _visible(request, environment, number)
    actor, form = permissions.actor(request), VerbForm(sent(request))
    if asked.requested_by_key != actor.key:
        raise PermissionDenied
    if request.method == "POST" and form.carries_out(partial(revocations.withdraw, asked, by=actor)):
        messages.success(request, _("The request is withdrawn."))
        return redirect("requests", environment)
    return form_page(
        request,
        form,
        crumbs=crumbs.of_application(asked.application),
        heading=_("Withdraw the request about %s?") % asked.application,
        bullets=[("info", _("You asked because: %s") % asked.reason)],
        submit=_("Withdraw request"),
        keep=_("Leave it open"),
        back=reverse("requests", args=[environment]),
    )


@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, environment: str, number: int) -> HttpResponse:
    asked = _visible(request, environment, number)
    if not permissions.of_request(request).may(Role.TAM, environment, asked.application.programmer_public_id):
        raise PermissionDenied
    actor, form = permissions.actor(request), ReasonForm(sent(request))
    if request.method == "POST" and form.carries_out(
        lambda: revocations.decline(asked, reason=form.parsed["reason"], by=actor)
    ):
        messages.success(request, _("The request is declined."))
        return redirect("requests", environment)
    return form_page(
        request,
        form,
        crumbs=crumbs.of_application(asked.application),
        heading=_("Decline the request about %s?") % asked.application,
        bullets=[("info", _("%(who)s asked because: %(why)s") % {"who": asked.requested_by_name, "why": asked.reason})],
        submit=_("Decline request"),
        keep=_("Leave it open"),
        back=reverse("requests", args=[environment]),
    )


def visible_requests(rights: Rights, environment: str) -> RevocationRequestQuerySet:
    seen = rights.seen(environment, "application__programmer__id_key")
    return RevocationRequest.objects.filter(seen).select_related("application__programmer")


def open_requests(rights: Rights, environment: str) -> RevocationRequestQuerySet:
    """The queue, oldest first."""
    return visible_requests(rights, environment).waiting().order_by("at", "pk")


def _marked(found: RevocationRequestQuerySet, rights: Rights, me: str) -> list[dict[str, object]]:
    return [
        {
            "request": asked,
            "is_mine": asked.requested_by_key == me,
            "may_decide": rights.may(Role.TAM, asked.environment, asked.application.programmer_public_id),
        }
        for asked in found[: lists.A_PAGE]
    ]


def _visible(request: HttpRequest, environment: str, number: int) -> RevocationRequest:
    rights = permissions.enter(request, environment)
    asked = visible_requests(rights, environment).filter(pk=number).first()
    if asked is None:
        raise Http404
    return asked
