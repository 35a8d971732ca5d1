from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dashboard import counting, crumbs, drafts, filters, history, lists, permissions, timelines
from dashboard.crumbs import Crumb
from dashboard.entities import Kind
from dashboard.forms.configuration import ProgrammerForm, RemovalForm
from dashboard.models import Role
from dashboard.views.channels import domain_count
from dashboard.views.pages import form_page, points_out, sent, staged, staged_page, tell
from oauth.environments import Environment
from registration.models import Certificate, Channel, CustomScheme, Programmer, RegisteredApplication


@require_GET
def listing(request: HttpRequest, environment: str) -> HttpResponse:
    rights = permissions.enter(request, environment)
    query = filters.Query.of(request.GET)
    found = Programmer.objects.live().filter(rights.seen(environment, "id_key"), query.named)
    counted = found.annotate(channel_count=_number(Channel), application_count=_number(RegisteredApplication))
    page = lists.page_of(counted.order_by(query.by_name), query.page)
    may_create = rights.everywhere(Role.TAM, environment)
    context = {"page": page, "query": query, "may_create": may_create}
    return render(request, "dashboard/programmers/list.html", context)


@require_GET
def choose(request: HttpRequest, environment: str, to: str) -> HttpResponse:
    """Whose a new application or channel will be; straight on to the form `to` where one edits one programmer only."""
    rights, query = permissions.enter(request, environment), filters.Query.of(request.GET)
    if not rights.edits(environment):
        raise PermissionDenied
    found = Programmer.objects.live().filter(rights.seen(environment, "id_key", needs=Role.EDITOR), query.named)
    page = lists.page_of(found.order_by("name_key"), query.page)
    if page.paginator.count == 1 and not query.q:
        return redirect(to, environment, page[0].public_id)
    name, words = ("applications", _("Applications")) if to == "application-new" else ("channels", _("Channels"))
    trail = [Crumb(words, reverse(name, args=[environment]))]
    context = {"page": page, "query": query, "to": to, "crumbs": trail}
    return render(request, "dashboard/programmers/choose.html", context)


@require_GET
def channels(request: HttpRequest, environment: str, pid: str) -> HttpResponse:
    programmer = permissions.programmer(request, environment, pid)
    query = filters.Query.of(request.GET)
    found = Channel.objects.live().filter(query.named, programmer=programmer).annotate(domain_count=domain_count())
    page = lists.page_of(found.order_by(query.by_name), query.page)
    context = {"page": page, "query": query, **_frame(request, programmer, "channels")}
    return render(request, "dashboard/programmers/channels.html", context)


@require_GET
def applications(request: HttpRequest, environment: str, pid: str) -> HttpResponse:
    programmer = permissions.programmer(request, environment, pid)
    within = RegisteredApplication.objects.live().filter(programmer=programmer)
    listing = lists.applications(permissions.of_request(request), environment, request.GET, within=within)
    context = {"listing": listing, **_frame(request, programmer, "applications")}
    return render(request, "dashboard/programmers/applications.html", context)


@require_GET
def schemes(request: HttpRequest, environment: str, pid: str) -> HttpResponse:
    programmer = permissions.programmer(request, environment, pid)
    found = CustomScheme.objects.live().filter(programmer=programmer).select_related("channel")
    page = lists.page_of(found.order_by("retired", "label", "pk"), request.GET.get("page", "1"))
    registered = counting.of_schemes(page, programmer=programmer.pk)
    context = {"page": page, "registered": registered, **_frame(request, programmer, "schemes")}
    return render(request, "dashboard/programmers/schemes.html", context)


@require_GET
def certificates(request: HttpRequest, environment: str, pid: str) -> HttpResponse:
    programmer = permissions.programmer(request, environment, pid)
    found = Certificate.objects.live().filter(programmer=programmer).select_related("programmer", "channel")
    page = lists.page_of(found.order_by("-used_for_user_metadata", "-not_after", "pk"), request.GET.get("page", "1"))
    context = {"page": page, "now": datetime.now(UTC), **_frame(request, programmer, "certificates")}
    return render(request, "dashboard/programmers/certificates.html", context)


@require_GET
def activity(request: HttpRequest, environment: str, pid: str) -> HttpResponse:
    """The programmer's pushes, and what else happened to what it has."""
    programmer = permissions.programmer(request, environment, pid)
    rights = permissions.of_request(request)
    pushes = history.pushes(rights, environment).filter(programmer=programmer.id_key)
    entries = history.state_entries(rights, environment).filter(programmer=programmer.id_key)
    page = timelines.page(request.GET.get("page", "1"), pushes, entries, rights=rights, environment=environment)
    context = {"page": page, **_frame(request, programmer, "activity")}
    return render(request, "dashboard/programmers/activity.html", context)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, environment: str) -> HttpResponse:
    if not permissions.enter(request, environment).everywhere(Role.TAM, environment):
        raise PermissionDenied
    form = ProgrammerForm(sent(request))
    where = {"environment": environment, "programmer": request.POST.get("public_id", "").strip()}
    notes = points_out(request, form, Kind.PROGRAMMER, properties=form.properties, **where)
    if not notes and staged(request, form, Kind.PROGRAMMER, properties=form.properties, **where):
        tell(request, form, _("%s is in your draft.") % form.cleaned_data["display_name"])
        return staged_page(form, back=crumbs.programmers(environment)[-1].url)
    return form_page(
        request,
        form,
        crumbs=crumbs.programmers(environment),
        heading=_("New programmer"),
        lead=_("A media company in %s.") % Environment(environment).label,
        notes=notes,
        submit=_("Add programmer"),
        back=crumbs.programmers(environment)[-1].url,
    )


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, environment: str, pid: str) -> HttpResponse:
    programmer = permissions.programmer(request, environment, pid, needs=Role.EDITOR)
    key, trail = programmer.id_key, crumbs.of_programmer(programmer)
    live = {"display_name": programmer.display_name}
    initial = drafts.of_request(request, environment).laid(Kind.PROGRAMMER, key, live)
    form = ProgrammerForm(sent(request), exists=True, initial=initial, showing=initial)
    if staged(
        request, form, Kind.PROGRAMMER, environment=environment, programmer=key, key=key, properties=form.properties
    ):
        tell(request, form, _("Your draft renames %s.") % programmer.display_name)
        return redirect("programmer", environment, programmer.public_id)
    heading = _("Edit %s") % programmer.display_name
    return form_page(request, form, crumbs=trail, heading=heading, submit=_("Add to my draft"), back=trail[-1].url)


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, environment: str, pid: str) -> HttpResponse:
    programmer = permissions.programmer(request, environment, pid, needs=Role.TAM)
    if not permissions.of_request(request).everywhere(Role.TAM, environment):
        raise PermissionDenied
    form = RemovalForm(sent(request))
    key, trail = programmer.id_key, crumbs.of_programmer(programmer)
    if staged(request, form, Kind.PROGRAMMER, environment=environment, programmer=key, key=key):
        tell(request, form, _("Your draft removes %s.") % programmer.display_name)
        return redirect("programmers", environment)
    return form_page(
        request,
        form,
        crumbs=trail,
        heading=_("Remove %s?") % programmer.display_name,
        bullets=[
            ("ban", _("It leaves the list, and its ID stays taken.")),
            ("ban", _("Its certificates go with it.")),
            ("check", _("Only a programmer without channels, applications and custom schemes can be removed.")),
        ],
        submit=_("Remove programmer"),
        keep=_("Keep programmer"),
        danger=True,
        back=trail[-1].url,
    )


def _number(of: Any) -> Coalesce:
    rows = of.objects.live().filter(programmer=OuterRef("pk")).order_by().values("programmer")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def _tabs(programmer: Programmer) -> dict[str, "QuerySet[Any]"]:
    return {
        "channels": Channel.objects.live().filter(programmer=programmer),
        "applications": RegisteredApplication.objects.live().filter(programmer=programmer),
        "schemes": CustomScheme.objects.live().filter(programmer=programmer),
        "certificates": Certificate.objects.live().filter(programmer=programmer),
    }


def _frame(request: HttpRequest, programmer: Programmer, tab: str) -> dict[str, object]:
    rights = permissions.of_request(request)
    return {
        "programmer": programmer,
        "tab": tab,
        "crumbs": crumbs.programmers(programmer.environment),
        "counts": counting.of_each(**_tabs(programmer)),
        "is_editor": rights.may(Role.EDITOR, programmer.environment, programmer.public_id),
        "is_tam": rights.may(Role.TAM, programmer.environment, programmer.public_id),
        "may_remove": rights.everywhere(Role.TAM, programmer.environment),
    }
