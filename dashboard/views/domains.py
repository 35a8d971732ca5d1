from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dashboard import crumbs, permissions
from dashboard.entities import Kind
from dashboard.forms.configuration import DomainForm, RemovalForm
from dashboard.models import Role
from dashboard.views.channels import uses
from dashboard.views.pages import form_page, points_out, saved, sent
from registration.models import Channel, Domain, RegisteredApplication


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, environment: str, cid: str) -> HttpResponse:
    channel = permissions.channel(request, environment, cid, needs=Role.EDITOR)
    form, programmer = DomainForm(sent(request)), channel.programmer.id_key

    def properties() -> dict[str, str]:
        return {"channel": channel.id_key, "host": form.cleaned_data["host"]}

    notes = points_out(
        request, form, Kind.DOMAIN, environment=environment, programmer=programmer, properties=properties
    )
    if not notes and saved(
        request, form, Kind.DOMAIN, environment=environment, programmer=programmer, properties=properties
    ):
        messages.success(request, _("The domain is added. Applications use it once they name it."))
        return redirect("channel-domains", environment, channel.public_id)
    return form_page(
        request,
        form,
        crumbs=crumbs.of_channel(channel),
        heading=_("New domain"),
        lead=_("Of the channel %s.") % channel.display_name,
        notes=notes,
        present=list(Domain.objects.live().filter(channel=channel).order_by("host").values_list("host", flat=True)),
        submit=_("Add domain"),
        back=reverse("channel-domains", args=[environment, channel.public_id]),
    )


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, environment: str, cid: str, host: str) -> HttpResponse:
    domain = permissions.domain(request, environment, cid, host, needs=Role.EDITOR)
    channel = domain.channel
    form = RemovalForm(sent(request), proposal=_("Remove domain %s") % host)
    back = reverse("channel-domains", args=[environment, channel.public_id])
    if saved(
        request,
        form,
        Kind.DOMAIN,
        environment=environment,
        programmer=channel.programmer.id_key,
        key=f"{channel.id_key}/{host}",
    ):
        messages.success(request, _("%s is removed.") % host)
        return redirect(back)
    return form_page(
        request,
        form,
        crumbs=crumbs.of_channel(channel),
        heading=_("Remove %s?") % host,
        bullets=_cut_off(channel, host),
        naming=_naming(channel, host),
        submit=_("Remove domain"),
        keep=_("Keep domain"),
        danger=True,
        back=back,
    )


def _cut_off(channel: Channel, host: str) -> list[tuple[str, str]]:
    number = uses(channel, [host]).get(host, 0)
    named = ngettext(
        "%(number)s application names it: new registrations with a redirect URL on it are refused.",
        "%(number)s applications name it: new registrations with a redirect URL on it are refused.",
        number,
    ) % {"number": number}
    return [
        ("ban", named if number else _("No application names it.")),
        ("check", _("Clients that registered, and their tokens, go on working.")),
    ]


def _naming(channel: Channel, host: str) -> list[RegisteredApplication]:
    return list(
        RegisteredApplication.objects.live()
        .covering(channel)
        .filter(members__kind="domain", members__value=host)
        .order_by("name_key", "version")[:50]
    )
