from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dashboard import counting, crumbs, drafts, permissions
from dashboard.entities import Kind
from dashboard.forms.configuration import DomainForm, RemovalForm
from dashboard.models import Role
from dashboard.views.channels import covered_by, uses
from dashboard.views.pages import came_through, form_page, points_out, sent, staged, tell
from registration.models import Channel, Domain, RegisteredApplication


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, environment: str, cid: str) -> HttpResponse:
    channel = drafts.channel(request, environment, cid)
    form, programmer = DomainForm(sent(request)), channel.programmer.id_key
    back = crumbs.page("channel-domains", channel)

    def properties() -> dict[str, str]:
        return {"channel": channel.id_key, "host": form.cleaned_data["host"]}

    notes = points_out(
        request, form, Kind.DOMAIN, environment=environment, programmer=programmer, properties=properties
    )
    if not notes and staged(
        request, form, Kind.DOMAIN, environment=environment, programmer=programmer, properties=properties
    ):
        tell(request, form, _("The domain is in your draft. Applications use it once they name it."))
        return redirect(back)
    return form_page(
        request,
        form,
        crumbs=crumbs.of_channel(channel),
        heading=_("New domain"),
        lead=_("Of the channel %s.") % channel.display_name,
        notes=notes,
        present=drafts.of_request(request, environment).hosts([channel])[channel.id_key],
        submit=_("Add domain"),
        back=back,
    )


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, environment: str, cid: str, host: str) -> HttpResponse:
    domain = permissions.domain(request, environment, cid, host, needs=Role.EDITOR)
    channel = domain.channel
    form, back = RemovalForm(sent(request)), crumbs.page("channel-domains", channel)
    if staged(
        request,
        form,
        Kind.DOMAIN,
        environment=environment,
        programmer=channel.programmer.id_key,
        key=f"{channel.id_key}/{host}",
    ):
        tell(request, form, _("Your draft removes %s.") % host)
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
    match = f"domain:{host}"
    found = counting.registrations([match], programmer=channel.programmer_id, most=counting.ON_THE_PAGE)
    within = Domain.objects.live().filter(channel=channel, host=host).annotate(covered_by=covered_by())
    covering = [above for above in within.values_list("covered_by", flat=True) if above]
    still = _("%s covers it still: applications that name that too go on as before.")
    return [
        ("ban", named if number else _("No application names it.")),
        *(("info", still % above) for above in covering),
        ("users", came_through(found[match])),
        ("check", _("Clients that registered, and their tokens, go on working.")),
    ]


def _naming(channel: Channel, host: str) -> list[RegisteredApplication]:
    return list(
        RegisteredApplication.objects.live()
        .covering(channel)
        .filter(members__kind="domain", members__value=host)
        .order_by("name_key", "version")[:50]
    )
