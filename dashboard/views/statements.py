from datetime import UTC
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from dashboard import crumbs, lists, permissions, snippets, tallies
from dashboard.counting import Clients
from dashboard.forms.base import ReasonForm
from dashboard.forms.statements import StatementForm
from dashboard.models import Role
from dashboard.tallies import Question
from dashboard.views.pages import form_page, sent
from oauth import environments, jose
from registration import rehearsal, scopes, statements
from registration.models import RegisteredApplication, SoftwareStatement


@require_GET
def page(request: HttpRequest, environment: str, software_id: UUID, statement_id: UUID) -> HttpResponse:
    application = permissions.application(request, environment, software_id)
    statement, rights = _of(application, statement_id), permissions.of_request(request)
    may_issue = rights.may_issue(application)
    parsed = jose.parse(statement.text)
    context = {
        "application": application,
        "statement": statement,
        "crumbs": _trail(application),
        "may_issue": may_issue,
        "is_tam": rights.may(Role.TAM, environment, application.programmer_public_id),
        "privileged": bool(scopes.PRIVILEGED.intersection(application.scopes)),
        "alg": parsed.header.get("alg"),
        "file_name": statements.file_name(statement),
        "registered": _registered(statement),
        **({"parsed": parsed, "snippets": snippets.of_statement(statement)} if may_issue else {}),
    }
    return render(request, "dashboard/statements/page.html", context)


@require_GET
def download(request: HttpRequest, environment: str, software_id: UUID, statement_id: UUID) -> HttpResponse:
    """The statement and nothing else: the same bytes, always."""
    application = permissions.application(request, environment, software_id)
    if not permissions.of_request(request).may_issue(application):
        raise PermissionDenied
    statement = _of(application, statement_id)
    response = HttpResponse(statement.text, content_type="text/plain; charset=us-ascii")
    response["Content-Disposition"] = f'attachment; filename="{statements.file_name(statement)}"'
    return response


@require_GET
def test(request: HttpRequest, environment: str, software_id: UUID, statement_id: UUID) -> HttpResponse:
    """What an app that registers with it would be answered now. Nothing is made, so whoever sees the page may ask."""
    application = permissions.application(request, environment, software_id)
    statement = _of(application, statement_id)
    redirect_uri = request.GET.get("redirect_uri", "").strip()
    tried = rehearsal.rehearse(statement.text, redirect_uri=redirect_uri, environment=environment)
    context = {
        "application": application,
        "statement": statement,
        "crumbs": _trail(application),
        "redirect_uri": redirect_uri,
        "tried": tried,
        "hours": settings.ACCESS_TOKEN_SECONDS / 3600,
    }
    return render(request, "dashboard/statements/test.html", context)


@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, environment: str, software_id: UUID) -> HttpResponse:
    application = permissions.application(request, environment, software_id, needs=Role.EDITOR)
    if not permissions.of_request(request).may_issue(application):
        raise PermissionDenied
    ends = statements.default_expiry(application.scopes)
    form = StatementForm(sent(request), initial={"expires_at": ends.astimezone(UTC) if ends else None})
    if request.method == "POST" and form.carries_out(
        lambda: statements.issue(application, expires_at=form.expires_at_utc, by=permissions.actor(request))
    ):
        messages.success(request, _("The statement is issued. Older ones stay valid."))
        return redirect("statement", environment, application.software_id, form.outcome.pk)
    trail = _trail(application)
    return form_page(
        request,
        form,
        crumbs=trail,
        heading=_("Issue a software statement"),
        lead=_("For %s. Older ones stay valid until they expire or a TAM revokes them.") % application,
        submit=_("Issue statement"),
        back=trail[-1].url,
    )


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, environment: str, software_id: UUID, statement_id: UUID) -> HttpResponse:
    application = permissions.application(request, environment, software_id, needs=Role.TAM)
    statement = _of(application, statement_id)
    found = _registered(statement)
    used = found is None or found.number
    type_in = application.name if used or environment == environments.Environment.RELEASE_PRODUCTION else ""
    form = ReasonForm(sent(request), type_in=type_in)
    back = reverse("statement", args=[environment, application.software_id, statement.pk])
    if request.method == "POST" and form.carries_out(
        lambda: statements.revoke(statement, reason=form.parsed["reason"], by=permissions.actor(request))
    ):
        messages.success(request, _("The statement is revoked."))
        return redirect(back)
    return form_page(
        request,
        form,
        crumbs=_trail(application),
        heading=_("Revoke this statement of %s?") % application,
        bullets=[
            ("users", _came_by(found)),
            ("ban", _("Nobody can register with it any more.")),
            ("ban", _("Clients that registered with it are refused at their next request, and must register anew.")),
            ("check", _("Other statements of the application, and their clients, keep working.")),
        ],
        note=_("Can be restored for 30 days."),
        submit=_("Revoke statement"),
        keep=_("Keep statement"),
        danger=True,
        back=back,
    )


@require_http_methods(["GET", "POST"])
def reinstate(request: HttpRequest, environment: str, software_id: UUID, statement_id: UUID) -> HttpResponse:
    application = permissions.application(request, environment, software_id, needs=Role.TAM)
    statement = _of(application, statement_id)
    form = ReasonForm(sent(request))
    back = reverse("statement", args=[environment, application.software_id, statement.pk])
    if request.method == "POST" and form.carries_out(
        lambda: statements.reinstate(statement, reason=form.parsed["reason"], by=permissions.actor(request))
    ):
        messages.success(request, _("The statement is good again."))
        return redirect(back)
    return form_page(
        request,
        form,
        crumbs=_trail(application),
        heading=_("Reinstate this statement of %s?") % application,
        bullets=[("check", _("It can register again, and the clients that registered with it are answered again."))],
        submit=_("Reinstate statement"),
        keep=_("Leave it revoked"),
        back=back,
    )


def _registered(statement: SoftwareStatement) -> Clients | None:
    """How many clients registered with it; None where counting them takes too long."""
    question = Question(application=str(statement.application.software_id), statement=str(statement.pk))
    numbers = tallies.count([question], statement.environment)
    return Clients(numbers[0]) if numbers else None


def _came_by(found: Clients | None) -> str:
    if found is None:
        return _("How many clients registered with it was not counted in time.")
    words = ngettext("%s client registered with it.", "%s clients registered with it.", found.number)
    return words % found if found.number else _("No client registered with it.")


def _of(application: RegisteredApplication, statement_id: UUID) -> SoftwareStatement:
    found = lists.statements_of(application).filter(pk=statement_id).first()
    if found is None:
        raise Http404
    found.application = application
    return found


def _trail(application: RegisteredApplication) -> list[crumbs.Crumb]:
    url = reverse("application-statements", args=[application.environment, application.software_id])
    return [*crumbs.of_application(application), crumbs.Crumb(_("Statements"), url)]
