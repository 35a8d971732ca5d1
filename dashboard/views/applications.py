from typing import Any
from uuid import UUID

from django.db.models import Case, Q, When
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dashboard import actions, counting, crumbs, exports, history, inventory, lists, permissions, timelines
from dashboard.entities import Kind
from dashboard.models import Role
from registration import scopes
from registration.applications import can_return
from registration.models import Channel, Client, Domain, RegisteredApplication, State
from registration.platforms import GROUPS


@require_GET
def listing(request: HttpRequest, environment: str) -> HttpResponse:
    rights = permissions.enter(request, environment)
    found = lists.applications(rights, environment, request.GET)
    return render(request, "dashboard/applications/list.html", {"listing": found})


@require_GET
def export(request: HttpRequest, environment: str) -> StreamingHttpResponse:
    """What the list shows, with the same filters, all pages of it."""
    rights = permissions.enter(request, environment)
    found = lists.matching(rights, environment, request.GET)
    return exports.answer(inventory.lines(found), name=f"applications_{environment}")


@require_GET
def details(request: HttpRequest, environment: str, software_id: UUID) -> HttpResponse:
    application = permissions.application(request, environment, software_id)
    rights = permissions.of_request(request)
    frame, found = _frame(request, application, "details"), copies(application, rights)
    context = {
        **frame,
        "statement": lists.statements_of(application).filter(pk__in=lists.usable_statements().values("pk")).first(),
        "actions": actions.of(application, rights, used=frame["number_of_clients"].last is not None),
        "access": access(application),
        "earlier": application.replaces,
        "later": application.replaced_by.filter(removed_in=None).first(),
        "copies": found,
        "source": next((each for each in found if each.pk == application.copied_from_id), None),
        "can_return": application.state_now == State.REVOKED and can_return(application),  # type: ignore[attr-defined]
    }
    return render(request, "dashboard/applications/details.html", context)


@require_GET
def statements(request: HttpRequest, environment: str, software_id: UUID) -> HttpResponse:
    application = permissions.application(request, environment, software_id)
    page = lists.page_of(lists.statements_of(application), request.GET.get("page", "1"))
    context = {**_frame(request, application, "statements"), "page": page}
    return render(request, "dashboard/applications/statements.html", context)


@require_GET
def clients(request: HttpRequest, environment: str, software_id: UUID) -> HttpResponse:
    """The newest first. Pages go as far as the count does: nobody leafs through a million."""
    application = permissions.application(request, environment, software_id)
    asked = request.GET.get("q", "").replace("\0", "").strip()
    found = Client.objects.filter(application=application)
    found = found.filter(client_id=asked) if asked else found
    newest = found.order_by("-created").values("pk")[: counting.ON_THE_PAGE]
    gone = Q(statement__revoked_at__lte=Now()) | Q(statement__signing_key__withdrawn_at__isnull=False)
    rows = Client.objects.filter(pk__in=newest).annotate(statement_gone=Case(When(gone, then=True), default=False))
    page = lists.page_of(rows.order_by("-created", "-pk"), request.GET.get("page", "1"))
    context = {**_frame(request, application, "clients"), "page": page, "asked": asked, "now": timezone.now()}
    return render(request, "dashboard/applications/clients.html", context)


@require_GET
def history_tab(request: HttpRequest, environment: str, software_id: UUID) -> HttpResponse:
    application = permissions.application(request, environment, software_id)
    rights, key = permissions.of_request(request), str(application.software_id)
    found = history.of_entity(rights, environment, Kind.APPLICATION, key)
    page = timelines.page(request.GET.get("page", "1"), *found, rights=rights, environment=environment)
    context = {**_frame(request, application, "history"), "page": page}
    return render(request, "dashboard/applications/history.html", context)


def access(application: RegisteredApplication) -> dict[str, Any]:
    """What it may do, in people's words: what it names and what of that lives."""
    live = Channel.objects.live().filter(programmer=application.programmer).order_by("name_key")
    covered = list(live if application.all_channels else live.filter(id_key__in=application.channels))
    by_channel: dict[str, list[str]] = {}
    for host, channel in (
        Domain.objects.live()
        .filter(channel__in=covered, host__in=application.domains)
        .order_by("channel__name_key", "host")
        .values_list("host", "channel__display_name")
    ):
        by_channel.setdefault(channel, []).append(host)
    alive = {host for hosts in by_channel.values() for host in hosts}
    return {
        "channels": covered,
        "channels_gone": sorted(set(application.channels) - {channel.id_key for channel in covered}),
        "domains": by_channel,
        "domains_gone": [host for host in application.domains if host not in alive],
        "platforms": [
            (label if len(members) > 1 else "", [each for each in members if each.value in application.platforms])
            for label, members in GROUPS
            if set(application.platforms).intersection(members)
        ],
        "apis": scopes.api_names(application.scopes),
        "privileged": bool(scopes.PRIVILEGED.intersection(application.scopes)),
    }


def copies(application: RegisteredApplication, rights: permissions.Rights) -> list[RegisteredApplication]:
    """Its copies, what it was copied from, and the same name and version, in other environments that one may see."""
    same = Q(name_key=application.name_key, version=application.version) | Q(copied_from=application.pk)
    found = (
        RegisteredApplication.objects.live()
        .filter(same | Q(pk=application.copied_from_id), programmer__id_key=application.programmer.id_key)
        .filter(environment__in=rights.environments)
        .exclude(environment=application.environment)
        .order_by("pk")
    )
    return [each for each in found if rights.role(each.environment, each.programmer_public_id)]


def _frame(request: HttpRequest, application: RegisteredApplication, tab: str) -> dict[str, Any]:
    rights = permissions.of_request(request)
    clients, statements = counting.clients_and_statements_of(application)
    return {
        "application": application,
        "programmer": application.programmer,
        "tab": tab,
        "crumbs": crumbs.of_application(application)[:-1],
        "number_of_clients": clients,
        "number_of_statements": statements,
        "may_issue": rights.may_issue(application),
        "is_editor": rights.may(Role.EDITOR, application.environment, application.programmer_public_id),
        "is_tam": rights.may(Role.TAM, application.environment, application.programmer_public_id),
        "privileged": bool(scopes.PRIVILEGED.intersection(application.scopes)),
    }
