"""What is done to several applications at once: those whose boxes were ticked in a list."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dashboard import counting, lists, permissions
from dashboard.counting import Clients
from dashboard.crumbs import Crumb
from dashboard.forms.base import ReasonForm
from dashboard.models import Role
from dashboard.permissions import Rights
from dashboard.views.pages import form_page, sent
from oauth.environments import Environment
from registration import applications
from registration.models import RegisteredApplication, State


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, environment: str) -> HttpResponse:
    """Those that cannot be closed are told before; the others are closed all together or not at all."""
    rights = permissions.enter(request, environment)
    asked = request.POST if request.method == "POST" else request.GET
    chosen = lists.chosen(rights, environment, asked)
    refused = {each: why for each in chosen if (why := _refusal(each, rights))}
    closing = [each for each in chosen if each not in refused]
    tams = {each.pk for each in closing if rights.may(Role.TAM, environment, each.programmer_public_id)}
    place, back = Environment(environment).label, reverse("applications", args=[environment])
    clients = counting.clients(closing)
    at_stake = environment == Environment.RELEASE_PRODUCTION or any(each.number for each in clients.values())
    form = ReasonForm(sent(request), type_in=place if at_stake else "")
    if request.method == "POST" and any(not _may_close(each, rights) for each in chosen):
        raise PermissionDenied
    verb = partial(applications.close_all, chosen, as_tam=tams, by=permissions.actor(request))
    if request.method == "POST" and form.carries_out(lambda: verb(reason=form.parsed["reason"])):
        words = ngettext("%(number)s application is closed.", "%(number)s applications are closed.", len(closing))
        messages.success(request, words % {"number": len(closing)})
        return redirect(back)
    return form_page(
        request,
        form,
        "dashboard/applications/close_all.html",
        heading=_("Close applications to new registrations"),
        crumbs=[Crumb(_("Applications"), back)],
        closing=[(each, clients.get(each.pk, Clients())) for each in closing],
        refused=refused.items(),
        by_tam=bool(tams),
        back=back,
    )


def _refusal(application: RegisteredApplication, rights: Rights) -> str:
    state = State(application.state_now)  # type: ignore[attr-defined]
    if not _may_close(application, rights):
        return _("An editor may do this.")
    return "" if state is State.ACTIVE else _("It is not active: %s.") % _(state.label).lower()


def _may_close(application: RegisteredApplication, rights: Rights) -> bool:
    return rights.may(Role.EDITOR, application.environment, application.programmer_public_id)
