"""The pages of what lives in one's draft only: to go on with it before it is pushed."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dashboard import drafts, permissions
from dashboard.crumbs import Crumb
from dashboard.entities import Kind, Operation, operation
from dashboard.entities.certificates import CHANNELS
from dashboard.forms.applications import ApplicationForm, Offer
from dashboard.forms.base import ConfigurationForm
from dashboard.forms.certificates import AnalyticsForm, CertificateUseForm
from dashboard.forms.configuration import ChannelForm, ProgrammerForm, SchemeForm
from dashboard.models import Change
from dashboard.views.access import in_words, ticked
from dashboard.views.pages import form_page, sent, staged, tell

Way = tuple[str, str]


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, environment: str, number: int) -> HttpResponse:
    """Go on with what my draft adds; what it changes has a page already."""
    change = drafts.change(request, environment, number)
    if change.kind not in Kind.values:
        raise Http404
    if operation(change) is not Operation.CREATE:
        return redirect(_live_page(change))
    if change.kind not in _FORMS:
        raise Http404
    form, template, context = _FORMS[Kind(change.kind)](request, change)
    if "preview" not in request.POST and staged(
        request,
        form,
        Kind(change.kind),
        environment=environment,
        programmer=change.programmer,
        key=change.key,
        properties=form.properties,  # type: ignore[attr-defined]
    ):
        tell(request, form, _("%s is in your draft.") % (form.change or change).label)
        return redirect("draft", environment)
    trail = [Crumb(_("Review and push"), reverse("draft", args=[environment]))]
    return form_page(
        request,
        form,
        template,
        crumbs=trail,
        heading=change.label,
        change=change,
        ways=_ways(change),
        submit=_("Keep in my draft"),
        back=trail[0].url,
        **context,
    )


def _ways(change: Change) -> list[Way]:
    """What can be added to something that is not live yet: words and where."""
    here = [change.change_set.environment, (change.after or {}).get("public_id", "")]
    if change.kind == Kind.PROGRAMMER:
        return [
            (_("Add a channel"), reverse("channel-new", args=here)),
            (_("Add an application"), reverse("application-new", args=here)),
            (_("Add a custom scheme"), reverse("programmer-scheme-new", args=here)),
            (_("Add a certificate"), reverse("programmer-certificate-new", args=here)),
        ]
    if change.kind == Kind.CHANNEL:
        return [
            (_("Add a domain"), reverse("domain-new", args=here)),
            (_("Add an application"), reverse("channel-application-new", args=here)),
            (_("Add a custom scheme"), reverse("channel-scheme-new", args=here)),
            (_("Add a certificate"), reverse("channel-certificate-new", args=here)),
        ]
    return []


def _live_page(change: Change) -> str:
    """Where a change to something live is made."""
    environment, key = change.change_set.environment, change.key
    if change.kind == Kind.DOMAIN:
        return reverse("channel-domains", args=[environment, key.partition("/")[0]])
    if change.kind == Kind.CERTIFICATE:
        owner, _slash, sha256 = key.partition("/")
        whose, _colon, public_id = owner.partition(":")
        of = "channel" if whose == CHANNELS else "programmer"
        return reverse(f"{of}-certificate-use", args=[environment, public_id, sha256])
    if change.kind == Kind.ANALYTICS:
        return reverse("analytics-edit", args=[environment, *key.split("/")])
    names = {
        Kind.PROGRAMMER: "programmer-edit",
        Kind.CHANNEL: "channel",
        Kind.SCHEME: "scheme-edit",
        Kind.APPLICATION: "application-narrow",
    }
    return reverse(names[Kind(change.kind)], args=[environment, key])


# --- One form for each kind ---

Page = tuple[ConfigurationForm, str, dict[str, Any]]
_PLAIN = "dashboard/draft/edit.html"


def _programmer(request: HttpRequest, change: Change) -> Page:
    after = change.after or {}
    return ProgrammerForm(sent(request), exists=True, initial=after), _PLAIN, {}


def _channel(request: HttpRequest, change: Change) -> Page:
    hosts = [each.label for each in _added_to(request, change, Kind.DOMAIN)]
    return ChannelForm(sent(request), exists=True, initial=change.after or {}), _PLAIN, {"present": hosts}


def _scheme(request: HttpRequest, change: Change) -> Page:
    return SchemeForm(sent(request), initial={"label": (change.after or {})["label"]}), _PLAIN, {}


def _certificate(request: HttpRequest, change: Change) -> Page:
    return CertificateUseForm(sent(request), initial=change.after or {}), _PLAIN, {}


def _analytics(request: HttpRequest, change: Change) -> Page:
    return AnalyticsForm(sent(request), initial=change.after or {}), _PLAIN, {}


def _application(request: HttpRequest, change: Change) -> Page:
    after, environment = change.after or {}, change.change_set.environment
    programmer = drafts.programmer(request, environment, change.programmer)
    of_one = after["level"] == "channel"
    channel = drafts.channel(request, environment, after["channels"][0]) if of_one else None
    mine = drafts.of_request(request, environment)
    offer = Offer.to(permissions.of_request(request), mine, programmer, channel)
    initial = {**ticked(after), "name": after["name"], "version": after["version"]}
    form = ApplicationForm(sent(request), offer=offer, level=after["level"], initial=initial)
    context = {"programmer": programmer, "channel": channel, **in_words(form, form.label)}
    return form, "dashboard/applications/new.html", context


def _added_to(request: HttpRequest, change: Change, kind: Kind) -> list[Change]:
    mine = drafts.of_request(request, change.change_set.environment)
    return mine.created(kind, channel=change.key)


_FORMS: dict[Kind, Callable[[HttpRequest, Change], Page]] = {
    Kind.PROGRAMMER: _programmer,
    Kind.CHANNEL: _channel,
    Kind.SCHEME: _scheme,
    Kind.CERTIFICATE: _certificate,
    Kind.ANALYTICS: _analytics,
    Kind.APPLICATION: _application,
}
