"""The pages that change a state. Each says before the click what stops, what goes on, and whom it hits."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dashboard import counting, crumbs, permissions, revocations
from dashboard.forms.base import ReasonForm
from dashboard.models import RevocationRequest, Role
from dashboard.views.applications import copies
from dashboard.views.pages import form_page, sent
from oauth.environments import Environment
from registration import applications, clients
from registration.models import Client, RegisteredApplication, State


@dataclass(frozen=True)
class Wording:
    """What a page says: bullets are an icon and a sentence, `warning` what devices will do."""

    heading: str
    bullets: list[tuple[str, str]]
    submit: str
    keep: str
    done: str
    warning: str = ""
    note: str = ""
    danger: bool = True
    extra: dict[str, Any] = field(default_factory=dict)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, environment: str, software_id: UUID) -> HttpResponse:
    application = permissions.application(request, environment, software_id, needs=Role.EDITOR)
    as_tam = permissions.of_request(request).may(Role.TAM, environment, application.programmer_public_id)
    wording = Wording(
        heading=_("Close %s to new registrations?") % application,
        bullets=[
            ("ban", _("No new client can register: it is told unapproved_software_statement.")),
            ("check", _("Clients that registered keep getting tokens, and the ones they hold stay good.")),
            ("check", _("Other versions and other applications keep working.")),
        ],
        submit=_("Close application"),
        keep=_("Keep it open"),
        done=_("%s is closed to new registrations.") % application,
        note=_("A TAM's closing is undone by a TAM.") if as_tam else _("Any editor can undo this."),
        danger=False,
    )
    return state_page(request, application, wording, partial(applications.close, application, as_tam=as_tam))


@require_http_methods(["GET", "POST"])
def suspend(request: HttpRequest, environment: str, software_id: UUID) -> HttpResponse:
    application = permissions.application(request, environment, software_id, needs=Role.TAM)
    wording = Wording(
        heading=_("Suspend %s?") % application,
        bullets=[
            ("ban", _("No new client can register.")),
            ("ban", _("Clients get no new access token, and the ones they hold are refused at the next request.")),
            ("check", _("Devices are told unauthorized_client and keep their credentials: nobody is signed out.")),
            ("check", _("Other versions and other applications keep working.")),
        ],
        warning=_(
            "Viewers on this version cannot play until the application is reinstated; then they go on as before."
        ),
        submit=_("Suspend application"),
        keep=_("Keep application"),
        done=_("%s is suspended.") % application,
        note=_("A TAM can reinstate it at any time."),
    )
    return state_page(request, application, wording, partial(applications.suspend, application))


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, environment: str, software_id: UUID) -> HttpResponse:
    application = permissions.application(request, environment, software_id, needs=Role.TAM)
    asked = RevocationRequest.objects.filter(application=application, outcome=None).first()
    wording = Wording(
        heading=_("Revoke %s?") % application,
        bullets=[
            ("ban", _("No new client can register with its statements.")),
            ("ban", _("Clients get no new access token, and the ones they hold are refused at the next request.")),
            ("check", _("Other versions and other applications keep working.")),
        ],
        warning=_(
            "Devices are told invalid_client and throw their credentials away: viewers on this version must sign in "
            "again, and cannot play until they update to another version."
        ),
        submit=_("Revoke application"),
        keep=_("Keep application"),
        done=_("%s is revoked. It is refused everywhere from now on.") % application,
        note=_("Can be restored for 30 days."),
        extra={"asked": asked},
    )
    return state_page(request, application, wording, partial(revocations.revoke, application))


@require_http_methods(["GET", "POST"])
def reinstate(request: HttpRequest, environment: str, software_id: UUID) -> HttpResponse:
    """By whoever may undo what is in force: an editor's closing by any editor, everything else by a TAM."""
    application = permissions.application(request, environment, software_id, needs=Role.EDITOR)
    state = State(application.state_now)  # type: ignore[attr-defined]
    rights, programmer = permissions.of_request(request), application.programmer_public_id
    if not rights.may(permissions.needed_to_reinstate(application), environment, programmer):
        raise PermissionDenied
    bullets = {
        State.ACTIVE: ("info", _("It is active: there is nothing to undo.")),
        State.CLOSED: ("check", _("New clients can register again.")),
        State.SUSPENDED: (
            "check",
            _("Its clients get tokens again at their next request, with the credentials they have."),
        ),
        State.REVOKED: ("check", _("Its clients are answered again, as far as devices kept their credentials.")),
    }
    beneath = _beneath(application, state)
    wording = Wording(
        heading=_("Reinstate %s?") % application,
        bullets=[bullets[state], *([("info", beneath)] if beneath else [])],
        submit=_("Reinstate application"),
        keep=_("Leave it as it is"),
        done=_shows_again(application, state),
        danger=False,
        extra={"clears": state.value},
    )
    shown = request.POST.get("clears", state.value)
    as_tam = rights.may(Role.TAM, environment, programmer)
    verb = partial(applications.reinstate, application, clears=shown, as_tam=as_tam)
    return state_page(request, application, wording, verb, confirm=False)


@require_http_methods(["GET", "POST"])
def revoke_client(request: HttpRequest, environment: str, software_id: UUID, number: int) -> HttpResponse:
    """One client, by the number of its row: client ids may hold any character."""
    application = permissions.application(request, environment, software_id, needs=Role.TAM)
    client = Client.objects.filter(application=application, pk=number).first()
    if client is None:
        raise Http404
    wording = Wording(
        heading=_("Revoke one client of %s?") % application,
        bullets=[
            ("ban", _("It gets no new access token, and the ones it holds are refused at the next request.")),
            ("info", _("It can register again: revoke the application or the statement to stop that.")),
            ("check", _("All other clients keep working.")),
        ],
        warning=_("This is final. The device throws its credentials away, and its viewer signs in again."),
        submit=_("Revoke client"),
        keep=_("Keep client"),
        done=_("The client is revoked."),
        extra={"client": client, "back": reverse("application-clients", args=[environment, software_id])},
    )
    return state_page(request, application, wording, partial(clients.revoke, client), confirm=False)


def state_page(
    request: HttpRequest,
    application: RegisteredApplication,
    wording: Wording,
    verb: Callable[..., Any],
    *,
    confirm: bool = True,
) -> HttpResponse:
    """Ask for the reason, and for the name where the application has clients or viewers are at stake."""
    found = counting.clients_of(application)
    at_stake = bool(found.number) or application.environment == Environment.RELEASE_PRODUCTION
    form = ReasonForm(sent(request), type_in=application.name if confirm and at_stake else "")
    trail = crumbs.of_application(application)
    back = wording.extra.get("back") or trail[-1].url
    if request.method == "POST" and form.carries_out(
        lambda: verb(reason=form.parsed["reason"], by=permissions.actor(request))
    ):
        messages.success(request, wording.done)
        return redirect(back)
    return form_page(
        request,
        form,
        "dashboard/applications/state.html",
        application=application,
        crumbs=trail,
        wording=wording,
        number_of_clients=found,
        copies=copies(application, permissions.of_request(request)),
        **{**wording.extra, "back": back},
    )


def _has_passed(instant: datetime | None) -> bool:
    """Those that lie ahead are planned, and hold nothing yet."""
    return instant is not None and instant <= timezone.now()


def _shows_again(application: RegisteredApplication, state: State) -> str:
    if state is State.REVOKED and _has_passed(application.suspended_at):
        return _("%s is suspended again.") % application
    if state in {State.REVOKED, State.SUSPENDED} and _has_passed(application.closed_at):
        return _("%s is closed to new registrations again.") % application
    return _("%s is reinstated.") % application


def _beneath(application: RegisteredApplication, state: State) -> str:
    """What shows again once the state in force is cleared."""
    if state is State.REVOKED and _has_passed(application.suspended_at):
        return _("It was suspended before, and will be suspended again.")
    if state in {State.REVOKED, State.SUSPENDED} and _has_passed(application.closed_at):
        return _("It was closed before, and will be closed again.")
    return ""
