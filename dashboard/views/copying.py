"""Copying applications and channels into one's draft of another environment."""

from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dashboard import changes, crumbs, lists, permissions
from dashboard.changes.copying import Piece, Plan, plan_of_channel, plans_of_applications
from dashboard.crumbs import Crumb
from dashboard.entities import Kind
from dashboard.forms.base import VerbForm
from dashboard.permissions import Rights
from dashboard.views.pages import form_page, sent
from oauth.environments import Environment
from oauth.problems import Invalid
from registration.models import RegisteredApplication
from registration.text import fold


@require_http_methods(["GET", "POST"])
def application(request: HttpRequest, environment: str, software_id: UUID) -> HttpResponse:
    source = permissions.application(request, environment, software_id)
    trail = crumbs.of_application(source)
    return _copy_applications(request, environment, [source], name=str(source), trail=trail, back=trail[-1].url)


@require_http_methods(["GET", "POST"])
def chosen(request: HttpRequest, environment: str) -> HttpResponse:
    """Those whose boxes were ticked in a list."""
    rights = permissions.enter(request, environment)
    sources = lists.chosen(rights, environment, request.GET)
    back = reverse("applications", args=[environment])
    if not sources:
        context = {"nothing": True, "back": back, "heading": _("Copy applications to another environment")}
        return form_page(request, VerbForm(sent(request)), "dashboard/copy.html", **context)
    words = ngettext("%(number)s application", "%(number)s applications", len(sources)) % {"number": len(sources)}
    trail = [Crumb(_("Applications"), back)]
    return _copy_applications(request, environment, sources, name=words, trail=trail, back=back)


@require_http_methods(["GET", "POST"])
def channel(request: HttpRequest, environment: str, cid: str) -> HttpResponse:
    source = permissions.channel(request, environment, cid)
    trail = crumbs.of_channel(source)
    actor, places = permissions.actor(request), _places(request, environment, [source.programmer.public_id])
    to = _target(request, environment, places, [source.programmer.public_id])
    plans = [plan_of_channel(source, to=to, by=actor)]
    verb = partial(changes.copy_channel, source, to=to, by=actor)
    name = source.display_name
    return _page(request, verb, plans, places, name=name, of_channel=True, trail=trail, back=trail[-1].url)


def _copy_applications(
    request: HttpRequest,
    environment: str,
    sources: list[RegisteredApplication],
    *,
    name: str,
    trail: list[Crumb],
    back: str,
) -> HttpResponse:
    programmers = {source.programmer_public_id for source in sources}
    actor, places = permissions.actor(request), _places(request, environment, programmers)
    to = _target(request, environment, places, programmers)
    plans = plans_of_applications(sources, to=to, by=actor)
    verb = partial(changes.copy_applications, sources, to=to, by=actor)
    return _page(request, verb, plans, places, name=name, trail=trail, back=back)


def _page(
    request: HttpRequest,
    verb: Callable[..., Any],
    plans: list[Plan],
    places: tuple[Environment, ...],
    *,
    name: str,
    trail: list[Crumb],
    back: str,
    of_channel: bool = False,
) -> HttpResponse:
    to, form = plans[0].to, VerbForm(sent(request))
    take = request.POST.getlist("take")
    if request.method == "POST" and form.carries_out(lambda: _copied(request, verb, take)):
        messages.success(request, _("%(name)s: copied into your draft of %(there)s.") % _names(name, to))
        return redirect("draft", to)
    query = [(key, value) for key in request.GET if key != "to" for value in request.GET.getlist(key)]
    return form_page(
        request,
        form,
        "dashboard/copy.html",
        heading=_("Copy %(name)s to %(there)s") % _names(name, to),
        crumbs=trail,
        to=Environment(to),
        places=[(each, "?" + urlencode([*query, ("to", each.value)])) for each in places],
        plans=[(plan, _groups(plan, take if form.is_bound else None)) for plan in plans],
        goes=_goes(plans, of_channel=of_channel),
        of_channel=of_channel,
        back=back,
    )


def _copied(request: HttpRequest, verb: Callable[..., Any], take: Collection[str]) -> Any:
    if "to" not in request.POST:
        raise Invalid({"": [_("Choose the environment to copy to.")]})
    return verb(take=take)


def _names(name: str, to: str) -> dict[str, str]:
    return {"name": name, "there": Environment(to).label}


def _goes(plans: list[Plan], *, of_channel: bool) -> bool:
    """Whether something is left to copy that this person may copy."""
    able = [plan for plan in plans if not any(piece.required and piece.refusal for piece in plan.missing.values())]
    return len(able) == len(plans) and any(plan.missing if of_channel else plan.applications for plan in able)


_TITLES: tuple[tuple[Kind, Callable[[], str]], ...] = (
    (Kind.PROGRAMMER, lambda: _("Programmer")),
    (Kind.CHANNEL, lambda: _("Channels")),
    (Kind.DOMAIN, lambda: _("Domains")),
    (Kind.SCHEME, lambda: _("Custom schemes")),
)
Boxes = list[tuple[Piece, bool]]


def _groups(plan: Plan, take: Collection[str] | None) -> list[tuple[str, list[Piece], Boxes]]:
    """By kind: a title, what is there already, and what is not with whether it is ticked."""
    groups = []
    for kind, title in _TITLES:
        there = [piece for piece in plan.there.values() if piece.kind == kind]
        missing = [
            (piece, not piece.refusal and (take is None or piece.required or piece.token in take))
            for piece in plan.missing.values()
            if piece.kind == kind
        ]
        if there or missing:
            groups.append((title(), there, missing))
    return groups


def _places(request: HttpRequest, environment: str, programmers: Iterable[str]) -> tuple[Environment, ...]:
    """The other environments where one edits all of these programmers; whoever has none may not copy."""
    rights = permissions.of_request(request)
    found = [set(rights.elsewhere(environment, each)) for each in programmers]
    places = tuple(each for each in Environment if all(each in those for those in found))
    if not places:
        raise PermissionDenied
    return places


def _target(request: HttpRequest, environment: str, places: tuple[Environment, ...], programmers: Iterable[str]) -> str:
    """The environment that was asked for; by default the next one, as apps go from staging to production."""
    asked = (request.POST if request.method == "POST" else request.GET).get("to", "")
    if not asked:
        order = list(Environment)
        later = [each for each in places if order.index(each) > order.index(Environment(environment))]
        return (later or places)[0].value
    if asked in places:
        return asked
    if _is_seen(permissions.of_request(request), asked, programmers):
        raise PermissionDenied
    raise Http404


def _is_seen(rights: Rights, environment: str, programmers: Iterable[str]) -> bool:
    return environment in rights.environments and all(rights.role(environment, fold(each)) for each in programmers)
