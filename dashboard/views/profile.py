"""My own page: my name and time zone, my roles, my second factors, and where I am signed in."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dashboard import directory, permissions, profiles, second_factors, sessions
from dashboard.crumbs import Crumb
from dashboard.forms.base import VerbForm
from dashboard.forms.profile import ProfileForm
from dashboard.views.pages import form_page, sent


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    user = _myself(request)
    initial = {"name": user.get_full_name(), "time_zone": profiles.zone_name(user)}
    form = ProfileForm(sent(request), initial=initial)
    by = permissions.actor(request)
    if request.method == "POST" and form.carries_out(
        lambda: profiles.change(
            user, name=form.parsed.get("name", ""), time_zone=form.parsed.get("time_zone", ""), by=by
        )
    ):
        messages.success(request, _("Saved."))
        return redirect("profile")
    return form_page(
        request,
        form,
        "dashboard/profile/page.html",
        person=user,
        memberships=directory.of(user),
        factors=second_factors.of(user),
        places=sessions.of(user, request.session),
    )


@require_http_methods(["GET", "POST"])
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    user = _myself(request)
    form = VerbForm(sent(request))
    by = permissions.actor(request)
    if request.method == "POST" and form.carries_out(lambda: sessions.end_others(user, keep=request.session, by=by)):
        ended = ngettext("%d other browser is signed out.", "%d other browsers are signed out.", form.outcome)
        messages.success(request, ended % form.outcome)
        return redirect("profile")
    return form_page(
        request,
        form,
        crumbs=[Crumb(_("Your profile"), reverse("profile"))],
        heading=_("Sign out everywhere else?"),
        bullets=[
            ("ban", _("Every other browser in which you are signed in has to sign in again.")),
            ("check", _("This one stays signed in.")),
        ],
        submit=_("Sign out the others"),
        keep=_("Keep them"),
        danger=True,
        back=reverse("profile"),
    )


def _myself(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise TypeError(user)  # the middleware lets nobody else come here
    return user
