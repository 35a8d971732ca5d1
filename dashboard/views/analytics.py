"""The forms of a channel's analytics configurations. All of them are a TAM's."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dashboard import crumbs, drafts, permissions
from dashboard.entities import Kind
from dashboard.entities.analytics import FIELDS
from dashboard.forms.certificates import AnalyticsForm
from dashboard.forms.configuration import RemovalForm
from dashboard.models import Role
from dashboard.views.pages import form_page, sent, staged, tell


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, environment: str, cid: str) -> HttpResponse:
    channel = drafts.channel(request, environment, cid)
    programmer = channel.programmer
    if not permissions.of_request(request).may(Role.TAM, environment, programmer.public_id):
        raise PermissionDenied
    form, back = AnalyticsForm(sent(request)), crumbs.page("channel-analytics", channel)
    if staged(
        request,
        form,
        Kind.ANALYTICS,
        environment=environment,
        programmer=programmer.id_key,
        properties=lambda: {"channel": channel.id_key, **form.properties()},
    ):
        tell(request, form, _("The analytics configuration is in your draft."))
        return redirect(back)
    return form_page(
        request,
        form,
        crumbs=crumbs.of_channel(channel),
        heading=_("New analytics configuration"),
        lead=_("Of the channel %s. It is stored here for those who report its events.") % channel.display_name,
        submit=_("Add analytics configuration"),
        back=back,
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, environment: str, cid: str, number: int) -> HttpResponse:
    found = permissions.analytics(request, environment, cid, number, needs=Role.TAM)
    channel, key = found.channel, f"{found.channel.id_key}/{number}"
    live = {name: getattr(found, name) for name in FIELDS}
    shown = drafts.of_request(request, environment).laid(Kind.ANALYTICS, key, live)
    form = AnalyticsForm(sent(request), initial=shown, showing=shown)
    back = reverse("channel-analytics", args=[environment, channel.public_id])
    if staged(
        request,
        form,
        Kind.ANALYTICS,
        environment=environment,
        programmer=channel.programmer.id_key,
        key=key,
        properties=form.properties,
    ):
        tell(request, form, _("Your draft changes analytics configuration %s.") % number)
        return redirect(back)
    heading = _("Edit analytics configuration %s") % number
    trail = crumbs.of_channel(channel)
    return form_page(request, form, crumbs=trail, heading=heading, submit=_("Add to my draft"), back=back)


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, environment: str, cid: str, number: int) -> HttpResponse:
    found = permissions.analytics(request, environment, cid, number, needs=Role.TAM)
    channel, form = found.channel, RemovalForm(sent(request))
    back = reverse("channel-analytics", args=[environment, channel.public_id])
    if staged(
        request,
        form,
        Kind.ANALYTICS,
        environment=environment,
        programmer=channel.programmer.id_key,
        key=f"{channel.id_key}/{number}",
    ):
        tell(request, form, _("Your draft removes analytics configuration %s.") % number)
        return redirect(back)
    stops = _("The events of %s are no longer reported by it.") % channel.display_name
    return form_page(
        request,
        form,
        crumbs=crumbs.of_channel(channel),
        heading=_("Remove analytics configuration %s?") % number,
        bullets=[("ban", stops), ("check", _("Its number is not given again."))],
        submit=_("Remove analytics configuration"),
        keep=_("Keep analytics configuration"),
        danger=True,
        back=back,
    )
