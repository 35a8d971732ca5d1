"""Where a person lands, and how they get from one environment to another."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dashboard import crossing, drafts, history, permissions, todo
from dashboard.context import Shell
from dashboard.models import Role
from oauth.environments import Environment


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    environment = Shell(request).environment
    if environment is None:
        return render(request, "dashboard/nowhere.html")
    return redirect("home", environment.value)


@require_GET
def home(request: HttpRequest, environment: str) -> HttpResponse:
    rights = permissions.enter(request, environment)
    return render(
        request,
        "dashboard/home.html",
        {
            "pushes": history.pushes(rights, environment).prefetch_related(None)[:10],  # the log tells what undid them
            "todo": todo.items(rights, environment, drafts.of_request(request, environment)),
            "may_create": rights.everywhere(Role.TAM, environment),
        },
    )


@require_GET
def switch(request: HttpRequest, environment: str) -> HttpResponse:
    """To the same thing in this environment or, where it is not here, to what is nearest, saying so."""
    rights = permissions.enter(request, environment)
    try:
        landing = crossing.to(environment, rights, request.GET.get("from", ""))
    except Http404:
        landing = crossing.Landing("home", (environment,))
    messages.info(request, landing.note or _("You are in %s now.") % Environment(environment).label)
    return redirect(landing.name, *landing.arguments)
