"""What an application may do: a new one, the next version, narrowing, removing."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dashboard import counting, crumbs, drafts, permissions, summaries
from dashboard.crumbs import Crumb
from dashboard.entities import Kind
from dashboard.forms.applications import ALL, CHOSEN, AccessForm, ApplicationForm, Offer
from dashboard.forms.configuration import RemovalForm
from dashboard.models import Role
from dashboard.views.pages import form_page, sent, staged, tell
from registration import scopes
from registration.models import Channel, Programmer, RegisteredApplication

Level = RegisteredApplication.Level
_SETS = ("all_channels", "channels", "platforms", "domains", "scopes")


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, environment: str, pid: str) -> HttpResponse:
    programmer = drafts.programmer(request, environment, pid)
    back = crumbs.page("programmer-applications", programmer)
    return _new(request, programmer, trail=crumbs.of_programmer(programmer), back=back)


@require_http_methods(["GET", "POST"])
def new_for_channel(request: HttpRequest, environment: str, cid: str) -> HttpResponse:
    channel = drafts.channel(request, environment, cid)
    back = crumbs.page("channel-applications", channel)
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
    mine, key = drafts.of_request(request, environment), str(application.software_id)
    held = mine.laid(Kind.APPLICATION, key, {name: getattr(application, name) for name in _SETS})
    form = AccessForm(sent(request), offer=Offer.granted(mine, application), initial=ticked(held), showing=held)
    trail = crumbs.of_application(application)
    if "preview" not in request.POST and staged(
        request,
        form,
        Kind.APPLICATION,
        environment=environment,
        programmer=application.programmer.id_key,
        key=key,
        properties=form.properties,
    ):
        tell(request, form, _("Your draft changes the access of %s.") % application)
        return redirect("application", environment, application.software_id)
    return form_page(
        request,
        form,
        "dashboard/applications/narrow.html",
        application=application,
        crumbs=trail,
        number_of_clients=counting.clients_of(application),
        **in_words(form, str(application)),
        back=trail[-1].url,
    )


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, environment: str, software_id: UUID) -> HttpResponse:
    application = permissions.application(request, environment, software_id, needs=Role.EDITOR)
    form = RemovalForm(sent(request))
    trail, key = crumbs.of_application(application), str(application.software_id)
    if staged(
        request,
        form,
        Kind.APPLICATION,
        environment=environment,
        programmer=application.programmer.id_key,
        key=key,
    ):
        tell(request, form, _("Your draft removes %s.") % application)
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
    offer = Offer.to(rights, drafts.of_request(request, environment), programmer, channel)
    form = ApplicationForm(
        sent(request),
        offer=offer,
        level=Level.CHANNEL if channel else Level.PROGRAMMER,
        may_enter_id=rights.may(Role.TAM, environment, programmer.public_id) and source is None,
        initial=_next(source) if source else _narrowest(offer),
    )
    link = {"replaces": str(source.software_id)} if source else {}
    if "preview" not in request.POST and staged(
        request,
        form,
        Kind.APPLICATION,
        environment=environment,
        programmer=programmer.id_key,
        properties=lambda: {**form.properties(), **link},
    ):
        tell(request, form, _("%s is in your draft. Pushing it issues its software statement.") % form.label)
        return redirect(back)
    return form_page(
        request,
        form,
        "dashboard/applications/new.html",
        programmer=programmer,
        channel=channel,
        source=source,
        crumbs=trail,
        **in_words(form, form.label),
        back=back,
    )


def in_words(form: AccessForm, name: str) -> dict[str, object]:
    """The summary, once something was sent."""
    if not form.is_bound:
        return {}
    form.is_valid()
    return {"summary": summaries.sentence(form, name), "wider": summaries.wider(form)}


def _narrowest(offer: Offer) -> dict[str, object]:
    """No platform, no domain, one channel where there is but one, and the API that every new app uses."""
    only = [offer.channels[0].id_key] if len(offer.channels) == 1 else []
    return {"version": "1.0.0", "reach": CHOSEN, "channels": only, "scopes": ["rest-v2"]}


def ticked(held: dict[str, Any]) -> dict[str, object]:
    """The boxes of what an application holds."""
    scope_names = set(held["scopes"])
    return {
        "reach": ALL if held["all_channels"] else CHOSEN,
        "channels": held["channels"],
        "platforms": held["platforms"],
        "domains": held["domains"],
        "scopes": [api.key for api in scopes.APIS if scope_names.issuperset(api.scopes)],
    }


def _next(source: RegisteredApplication) -> dict[str, object]:
    """The next major version: `6.1.0` proposes `7.0.0`."""
    major, dot, rest = source.version.partition(".")
    version = (
        f"{int(major) + 1}{dot}{'.'.join('0' for _part in rest.split('.')) if rest else ''}"
        if major.isdecimal()
        else ""
    )
    return {**ticked({name: getattr(source, name) for name in _SETS}), "name": source.name, "version": version}
