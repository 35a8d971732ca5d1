from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Concat, Length, Right
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dashboard import counting, crumbs, drafts, filters, lists, permissions
from dashboard.entities import Kind
from dashboard.forms.configuration import ChannelForm, RemovalForm
from dashboard.models import Role
from dashboard.views.pages import form_page, sent, staged, staged_page, tell
from registration.models import (
    AnalyticsConfiguration,
    ApplicationMember,
    Certificate,
    Channel,
    CustomScheme,
    Domain,
    RegisteredApplication,
)


@require_GET
def listing(request: HttpRequest, environment: str) -> HttpResponse:
    rights = permissions.enter(request, environment)
    query = filters.Query.of(request.GET)
    found = Channel.objects.live().filter(rights.seen(environment, "programmer__id_key"), query.named)
    counted = found.select_related("programmer").annotate(domain_count=domain_count())
    page = lists.page_of(counted.order_by(query.by_name), query.page)
    return render(request, "dashboard/channels/list.html", {"page": page, "query": query})


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, environment: str, cid: str) -> HttpResponse:
    """The settings tab: what is set, for everyone; the form, for those who may change it."""
    needs = Role.EDITOR if request.method == "POST" else Role.VIEWER
    channel = permissions.channel(request, environment, cid, needs=needs)
    live = {name: getattr(channel, name) for name in ("display_name", "default_redirect_url", "error_reporting")}
    initial = drafts.of_request(request, environment).laid(Kind.CHANNEL, channel.id_key, live)
    form = ChannelForm(sent(request), exists=True, initial=initial, showing=initial)
    if staged(
        request,
        form,
        Kind.CHANNEL,
        environment=environment,
        programmer=channel.programmer.id_key,
        key=channel.id_key,
        properties=form.properties,
    ):
        tell(request, form, _("Your draft changes the settings of %s.") % channel.display_name)
        return redirect("channel", environment, channel.public_id)
    return form_page(request, form, "dashboard/channels/settings.html", **_frame(request, channel, "settings"))


@require_GET
def domains(request: HttpRequest, environment: str, cid: str) -> HttpResponse:
    channel = permissions.channel(request, environment, cid)
    frame = _frame(request, channel, "domains")
    found = Domain.objects.live().filter(channel=channel).annotate(covered_by=covered_by()).order_by("host")
    page = lists.page_of(found, request.GET.get("page", "1"), count=frame["counts"]["domains"])
    hosts = [domain.host for domain in page]
    context = {
        **frame,
        "page": page,
        "used": uses(channel, hosts),
        "registered": counting.registrations((f"domain:{host}" for host in hosts), programmer=channel.programmer_id),
    }
    return render(request, "dashboard/channels/domains.html", context)


@require_GET
def applications(request: HttpRequest, environment: str, cid: str) -> HttpResponse:
    channel = permissions.channel(request, environment, cid)
    listing = lists.applications(permissions.of_request(request), environment, request.GET, within=_covering(channel))
    context = {"listing": listing, **_frame(request, channel, "applications")}
    return render(request, "dashboard/channels/applications.html", context)


@require_GET
def schemes(request: HttpRequest, environment: str, cid: str) -> HttpResponse:
    channel = permissions.channel(request, environment, cid)
    found = _schemes(channel).select_related("channel").order_by("retired", "label", "pk")
    page = lists.page_of(found, request.GET.get("page", "1"))
    registered = counting.of_schemes(page, programmer=channel.programmer_id)
    context = {"page": page, "registered": registered, **_frame(request, channel, "schemes")}
    return render(request, "dashboard/channels/schemes.html", context)


@require_GET
def certificates(request: HttpRequest, environment: str, cid: str) -> HttpResponse:
    channel = permissions.channel(request, environment, cid)
    found = _certificates(channel).select_related("programmer", "channel")
    page = lists.page_of(found.order_by("-used_for_user_metadata", "-not_after", "pk"), request.GET.get("page", "1"))
    context = {"page": page, "now": datetime.now(UTC), **_frame(request, channel, "certificates")}
    return render(request, "dashboard/channels/certificates.html", context)


@require_GET
def analytics(request: HttpRequest, environment: str, cid: str) -> HttpResponse:
    channel = permissions.channel(request, environment, cid)
    found = AnalyticsConfiguration.objects.live().filter(channel=channel).order_by("number")
    context = {"page": lists.page_of(found, request.GET.get("page", "1")), **_frame(request, channel, "analytics")}
    return render(request, "dashboard/channels/analytics.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, environment: str, pid: str) -> HttpResponse:
    programmer = drafts.programmer(request, environment, pid)
    form = ChannelForm(sent(request))
    if staged(
        request, form, Kind.CHANNEL, environment=environment, programmer=programmer.id_key, properties=form.properties
    ):
        tell(request, form, _("%s is in your draft. Add its domains next.") % form.cleaned_data["display_name"])
        return staged_page(form, back=crumbs.page("programmer-channels", programmer))
    return form_page(
        request,
        form,
        crumbs=crumbs.of_programmer(programmer),
        heading=_("New channel"),
        lead=_("Of %s, for good.") % programmer.display_name,
        submit=_("Add channel"),
        back=crumbs.of_programmer(programmer)[-1].url,
    )


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, environment: str, cid: str) -> HttpResponse:
    channel = permissions.channel(request, environment, cid, needs=Role.EDITOR)
    form, trail, naming = RemovalForm(sent(request)), crumbs.of_channel(channel), list(_naming(channel))
    held = _("It cannot be removed while the applications below name it. Narrow or remove them first.")
    if staged(
        request, form, Kind.CHANNEL, environment=environment, programmer=channel.programmer.id_key, key=channel.id_key
    ):
        tell(request, form, _("Your draft removes %s.") % channel.display_name)
        return redirect("programmer", environment, channel.programmer.public_id)
    return form_page(
        request,
        form,
        crumbs=trail,
        heading=_("Remove %s?") % channel.display_name,
        bullets=[
            *([("warn", held)] if naming else []),
            (
                "ban",
                _("Its domains, certificates and analytics configurations go with it; its custom schemes are retired."),
            ),
            ("ban", _("Tokens are refused for it at their next request, with applications that cover all channels.")),
            ("check", _("The channel ID stays with %s.") % channel.programmer.display_name),
        ],
        naming=naming,
        submit=_("Remove channel"),
        keep=_("Keep channel"),
        danger=True,
        back=trail[-1].url,
    )


def domain_count() -> Coalesce:
    rows = Domain.objects.live().filter(channel=OuterRef("pk")).order_by().values("channel")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def uses(channel: Channel, hosts: list[str]) -> dict[str, int]:
    """How many live applications that cover the channel name each of the hosts."""
    named = ApplicationMember.objects.filter(
        kind=ApplicationMember.Kind.DOMAIN, value__in=hosts, application__in=_covering(channel)
    )
    return dict(named.values("value").annotate(n=Count("pk")).values_list("value", "n"))


def covered_by() -> Subquery:
    """The nearest domain of the same channel that covers this one already, so that the channel could do without."""
    end = Right(OuterRef("host"), Length("host") + 1)
    above = (
        Domain.objects.live().filter(channel=OuterRef("channel")).annotate(end=end, suffix=Concat(Value("."), "host"))
    )
    return Subquery(above.filter(end=F("suffix")).order_by(Length("host").desc()).values("host")[:1])


def _covering(channel: Channel) -> "QuerySet[RegisteredApplication]":
    return RegisteredApplication.objects.live().covering(channel)


def _naming(channel: Channel) -> "QuerySet[RegisteredApplication]":
    """The live applications that name the channel, which keep it from being removed."""
    named = ApplicationMember.objects.filter(kind=ApplicationMember.Kind.CHANNEL, value=channel.id_key)
    return _covering(channel).filter(all_channels=False, pk__in=named.values("application"))[: lists.A_PAGE]


def _schemes(channel: Channel) -> "QuerySet[CustomScheme]":
    """Its own, and those that it inherits from its programmer."""
    own_or_inherited = Q(channel=channel) | Q(channel=None, programmer=channel.programmer_id)
    return CustomScheme.objects.live().filter(own_or_inherited)


def _certificates(channel: Channel) -> "QuerySet[Certificate]":
    """Its own, and those that it inherits from its programmer."""
    return Certificate.objects.live().filter(Q(channel=channel) | Q(channel=None, programmer=channel.programmer_id))


def _tabs(channel: Channel) -> dict[str, "QuerySet[Any]"]:
    return {
        "domains": Domain.objects.live().filter(channel=channel),
        "applications": _covering(channel),
        "schemes": _schemes(channel),
        "certificates": _certificates(channel),
        "analytics": AnalyticsConfiguration.objects.live().filter(channel=channel),
    }


def _frame(request: HttpRequest, channel: Channel, tab: str) -> dict[str, Any]:
    rights = permissions.of_request(request)
    return {
        "channel": channel,
        "programmer": channel.programmer,
        "tab": tab,
        "crumbs": crumbs.of_programmer(channel.programmer),
        "counts": counting.of_each(**_tabs(channel)),
        "is_editor": rights.may(Role.EDITOR, channel.environment, channel.programmer.public_id),
        "is_tam": rights.may(Role.TAM, channel.environment, channel.programmer.public_id),
        "may_copy": bool(rights.elsewhere(channel.environment, channel.programmer.public_id)),
    }
