"""What an application may do: a new one, the next version, narrowing, removing."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dashboard import counting, crumbs, permissions, summaries
from dashboard.crumbs import Crumb
from dashboard.entities import Kind
from dashboard.forms.applications import ALL, CHOSEN, AccessForm, ApplicationForm, Offer
from dashboard.forms.configuration import RemovalForm
from dashboard.models import Role
from dashboard.views.pages import form_page, saved, sent
from registration import scopes
from registration.models import Channel, Programmer, RegisteredApplication

Level = RegisteredApplication.Level
_SETS = ("all_channels", "channels", "platforms", "domains", "scopes")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, environment: str, pid: str) -> HttpResponse:
    programmer = permissions.programmer(request, environment, pid, needs=Role.EDITOR)
    back = reverse("programmer-applications", args=[environment, programmer.public_id])
    return _new(request, programmer, trail=crumbs.of_programmer(programmer), back=back)


@require_http_methods(["GET", "POST"])
def new_for_channel(request: HttpRequest, environment: str, cid: str) -> HttpResponse:
    channel = permissions.channel(request, environment, cid, needs=Role.EDITOR)
    back = reverse("channel-applications", args=[environment, channel.public_id])
    return _new(request, channel.programmer, channel=channel, trail=crumbs.of_channel(channel), back=back)


@require_http_methods(["GET", "POST"])
def duplicate(request: HttpRequest, environment: str, software_id: UUID) -> HttpResponse:
    """The next version: a new application, filled in with this one's access and linked to it."""
    source = permissions.application(request, environment, software_id, needs=Role.EDITOR)
    channel = None
    if source.level == Level.CHANNEL:
        channel = Channel.objects.live().filter(environment=environment, id_key__in=source.channels).first()
    trail = crumbs.of_application(source)
    return _new(request, source.programmer, channel=channel, source=source, trail=trail, back=trail[-1].url)


@require_http_methods(["GET", "POST"])
def narrow(request: HttpRequest, environment: str, software_id: UUID) -> HttpResponse:
    application = permissions.application(request, environment, software_id, needs=Role.EDITOR)
    form = AccessForm(
        sent(request),
        offer=Offer.granted(application),
        initial=_held(application),
        showing={name: getattr(application, name) for name in _SETS},
        proposal=_("Narrow %s") % application,
    )
    trail = crumbs.of_application(application)
    if "preview" not in request.POST and saved(
        request,
        form,
        Kind.APPLICATION,
        environment=environment,
        programmer=application.programmer.id_key,
        key=str(application.software_id),
        properties=form.properties,
    ):
        messages.success(request, _("The access of %s is changed. It is live.") % application)
        return redirect("application", environment, application.software_id)
    return form_page(
        request,
        form,
        "dashboard/applications/narrow.html",
        application=application,
        crumbs=trail,
        number_of_clients=counting.clients_of(application),
        **_in_words(form, str(application)),
        back=trail[-1].url,
    )


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, environment: str, software_id: UUID) -> HttpResponse:
    application = permissions.application(request, environment, software_id, needs=Role.EDITOR)
    form = RemovalForm(sent(request), proposal=_("Remove application %s") % application)
    trail, key = crumbs.of_application(application), str(application.software_id)
    if saved(
        request,
        form,
        Kind.APPLICATION,
        environment=environment,
        programmer=application.programmer.id_key,
        key=key,
    ):
        messages.success(request, _("%s is removed.") % application)
        return redirect("programmer-applications", environment, application.programmer_public_id)
    return form_page(
        request,
        form,
        crumbs=trail,
        heading=_("Remove %s?") % application,
        bullets=[
            ("ban", _("It leaves the list, and its statements are refused as those of a revoked application.")),
            ("info", _("Only one that never had a client can be removed, or one that was revoked 30 days ago.")),
            ("check", _("Its name and version can be used again.")),
        ],
        submit=_("Remove application"),
        keep=_("Keep application"),
        danger=True,
        back=trail[-1].url,
    )


def _new(
    request: HttpRequest,
    programmer: Programmer,
    *,
    trail: list[Crumb],
    back: str,
    channel: Channel | None = None,
    source: RegisteredApplication | None = None,
) -> HttpResponse:
    environment, rights = programmer.environment, permissions.of_request(request)
    offer = Offer.to(rights, programmer, channel)
    form = ApplicationForm(
        sent(request),
        offer=offer,
        level=Level.CHANNEL if channel else Level.PROGRAMMER,
        may_enter_id=rights.may(Role.TAM, environment, programmer.public_id) and source is None,
        initial=_next(source) if source else _narrowest(offer),
    )
    link = {"replaces": str(source.software_id)} if source else {}
    if "preview" not in request.POST and saved(
        request,
        form,
        Kind.APPLICATION,
        environment=environment,
        programmer=programmer.id_key,
        properties=lambda: {**form.properties(), **link},
    ):
        made = RegisteredApplication.objects.get(software_id=form.outcome.changes.get().key)
        messages.success(request, _("%s is live, and its software statement is ready.") % made)
        return redirect("application", environment, made.software_id)
    name = f"{form['name'].value() or _('This application')} {form['version'].value() or ''}".strip()
    return form_page(
        request,
        form,
        "dashboard/applications/new.html",
        programmer=programmer,
        channel=channel,
        source=source,
        crumbs=trail,
        **_in_words(form, name),
        back=back,
    )


def _in_words(form: AccessForm, name: str) -> dict[str, object]:
    """The summary, once something was sent."""
    if not form.is_bound:
        return {}
    form.is_valid()
    return {"summary": summaries.sentence(form, name), "wider": summaries.wider(form)}


def _narrowest(offer: Offer) -> dict[str, object]:
    """No platform, no domain, one channel where there is but one, and the API that every new app uses."""
    only = [offer.channels[0].id_key] if len(offer.channels) == 1 else []
    return {"version": "1.0.0", "reach": CHOSEN, "channels": only, "scopes": ["rest-v2"]}


def _held(application: RegisteredApplication) -> dict[str, object]:
    held = set(application.scopes)
    return {
        "reach": ALL if application.all_channels else CHOSEN,
        "channels": application.channels,
        "platforms": application.platforms,
        "domains": application.domains,
        "scopes": [api.key for api in scopes.APIS if held.issuperset(api.scopes)],
    }


def _next(source: RegisteredApplication) -> dict[str, object]:
    """The next major version: `6.1.0` proposes `7.0.0`."""
    major, dot, rest = source.version.partition(".")
    version = (
        f"{int(major) + 1}{dot}{'.'.join('0' for _part in rest.split('.')) if rest else ''}"
        if major.isdecimal()
        else ""
    )
    return {**_held(source), "name": source.name, "version": version}
