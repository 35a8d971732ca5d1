"""Who has which role where; inviting, and taking roles away. For TAMs and admins, and not under an environment."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from dashboard import directory, invitations, lists, permissions
from dashboard import people as verbs
from dashboard.crumbs import Crumb
from dashboard.forms.base import VerbForm
from dashboard.forms.people import AcceptanceForm, InvitationForm
from dashboard.models import Invitation, Membership, Role
from dashboard.permissions import Rights
from dashboard.views.pages import form_page, sent


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    rights = _enter(request)
    found = User.objects.filter(pk__in=Membership.objects.filter(verbs.seen_by(rights)).values("user"))
    page = lists.page_of(found.order_by("email"), request.GET.get("page", "1"))
    context = {
        "page": page,
        "people": directory.people(page.object_list, rights, by=permissions.actor(request)),
        "invitations": directory.invitations(rights),
    }
    return render(request, "dashboard/people/list.html", context)


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    form = InvitationForm(sent(request), rights=_enter(request))
    by = permissions.actor(request)
    if request.method == "POST" and form.carries_out(
        lambda: invitations.invite(email=form.parsed["email"], memberships=form.memberships(), by=by)
    ):
        invitation, url = form.outcome
        if not invitations.mail(invitation, url):
            context = {"invitation": invitation, "url": url, "crumbs": _trail()}
            return render(request, "dashboard/people/invited.html", context)
        messages.success(request, _("The invitation is on its way to %s.") % invitation.email)
        return redirect("people")
    return form_page(request, form, "dashboard/people/invite.html", crumbs=_trail())


@require_http_methods(["GET", "POST"])
def remove_membership(request: HttpRequest, person_id: int, membership_id: int) -> HttpResponse:
    row = _membership(request, person_id, membership_id)
    form = VerbForm(sent(request))
    by = permissions.actor(request)
    if request.method == "POST" and form.carries_out(lambda: verbs.remove_membership(row, by=by)):
        messages.success(request, _("%s has that role no more.") % row.user.email)
        return redirect("people" if permissions.of_user(request.user).anywhere(Role.TAM) else "index")
    words = directory.words(row)
    return form_page(
        request,
        form,
        crumbs=_trail(),
        heading=_("Take a role away from %s?") % row.user.email,
        lead=_("%(role)s of %(programmer)s, %(environment)s.")
        % {"role": words.role, "programmer": words.programmer, "environment": words.environment},
        bullets=[("ban", _("They lose it at their next request.")), ("clock", _("What they did stays in the log."))],
        submit=_("Take the role away"),
        keep=_("Keep it"),
        danger=True,
        back=reverse("people"),
    )


@require_http_methods(["GET", "POST"])
def withdraw_invitation(request: HttpRequest, invitation_id: int) -> HttpResponse:
    invitation = _invitation(request, invitation_id)
    form = VerbForm(sent(request))
    by = permissions.actor(request)
    if request.method == "POST" and form.carries_out(lambda: invitations.withdraw_invitation(invitation, by=by)):
        messages.success(request, _("The invitation of %s is withdrawn.") % invitation.email)
        return redirect("people")
    return form_page(
        request,
        form,
        crumbs=_trail(),
        heading=_("Withdraw the invitation of %s?") % invitation.email,
        bullets=[("ban", _("Its link opens nothing from now on."))],
        submit=_("Withdraw"),
        keep=_("Keep it"),
        danger=True,
        back=reverse("people"),
    )


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    response = _accept(request, token)
    # The link is a secret: its path must not travel on as a referrer. (`no-referrer` would also blank the Origin of the
    # form's own POST, which the forgery check reads.)
    response.headers["Referrer-Policy"] = "strict-origin"
    return response


def _accept(request: HttpRequest, token: str) -> HttpResponse:
    invitation = invitations.of_token(token)
    if invitation is None:
        return render(request, "dashboard/people/invitation_gone.html", status=404)
    person = request.user if isinstance(request.user, User) else None
    known = verbs.by_email(invitation.email) is not None
    form = AcceptanceForm(sent(request), known=known)
    if request.method == "POST" and form.carries_out(
        lambda: invitations.accept_invitation(
            token,
            password=form.parsed.get("password", ""),
            name=form.parsed.get("name", ""),
            person=person,
            request_id=getattr(request, "request_id", ""),
        )
    ):
        messages.success(request, _("Welcome. Your roles are yours now."))
        if known:
            return redirect("index")
        signed_in: HttpResponse = perform_login(
            request, form.outcome, email_verification="none", redirect_url=reverse("index")
        )
        return signed_in
    stranger = person is not None and person.email != invitation.email
    context = {"invitation": invitation, "gives": directory.gives(invitation), "known": known, "stranger": stranger}
    return form_page(request, form, "dashboard/people/accept.html", **context)


# --- Gates ---


def _enter(request: HttpRequest) -> Rights:
    """The rights of a TAM or admin of anything; 403 for everyone else."""
    rights = permissions.of_request(request)
    if not rights.anywhere(Role.TAM):
        raise PermissionDenied
    return rights


def _membership(request: HttpRequest, person_id: int, membership_id: int) -> Membership:
    rights = _enter(request)
    seen = Membership.objects.filter(verbs.seen_by(rights), pk=membership_id, user=person_id)
    row = seen.select_related("user").first()
    if row is None:
        raise Http404
    if not verbs.may_keep(rights, row):
        raise PermissionDenied
    return row


def _invitation(request: HttpRequest, invitation_id: int) -> Invitation:
    rights = _enter(request)
    invitation = invitations.still_open().filter(pk=invitation_id).first()
    if invitation is None or not invitations.seen_by(invitation, rights):
        raise Http404
    if not all(verbs.may_keep(rights, grant) for grant in invitations.grants_of(invitation)):
        raise PermissionDenied
    return invitation


def _trail() -> list[Crumb]:
    return [Crumb(_("People"), reverse("people"))]
