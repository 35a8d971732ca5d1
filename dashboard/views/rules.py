"""What admins decide for one environment."""

from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dashboard import permissions, policies
from dashboard.forms.drafts import EnvironmentForm
from dashboard.views.pages import form_page, sent
from oauth.environments import Environment


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, environment: str) -> HttpResponse:
    permissions.administer(request, environment)
    form = EnvironmentForm(sent(request), initial={"four_eyes": policies.of(environment).four_eyes})
    wanted = "four_eyes" in request.POST
    verb = partial(policies.change, environment, four_eyes=wanted, by=permissions.actor(request))
    if request.method == "POST" and form.carries_out(verb):
        messages.success(request, _("Saved."))
        return redirect("environment-settings", environment)
    return form_page(
        request,
        form,
        heading=_("Settings of %s") % Environment(environment).label,
        lead=_("Suspending, closing and revoking never wait for approval."),
        submit=_("Save settings"),
        back=reverse("home", args=[environment]),
    )
