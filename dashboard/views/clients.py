from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dashboard import crumbs, permissions
from dashboard.forms.clients import NewSecretForm
from dashboard.models import Role
from dashboard.views.pages import form_page, sent
from registration import credentials
from registration.models import Client


@require_http_methods(["GET", "POST"])
def rotate_secret(request: HttpRequest, environment: str, software_id: UUID, number: int) -> HttpResponse:
    """A new secret for one client, by the number of its row; it is shown in the answer, once."""
    application = permissions.application(request, environment, software_id, needs=Role.TAM)
    client = Client.objects.filter(application=application, pk=number).first()
    if client is None:
        raise Http404
    back = reverse("application-clients", args=[environment, software_id])
    trail = [*crumbs.of_application(application), crumbs.Crumb(_("Clients"), back)]
    form, by = NewSecretForm(sent(request)), permissions.actor(request)
    if request.method == "POST" and form.carries_out(
        lambda: credentials.rotate(client, grace=form.lasting, reason=form.parsed["reason"], by=by)
    ):
        context = {"client": client, "renewed": form.outcome, "back": back, "crumbs": trail}
        return render(request, "dashboard/applications/renewed.html", context)
    until = client.previous_secret_until
    note = _("The secret before the present one, which was still good, ends now.")
    return form_page(
        request,
        form,
        crumbs=trail,
        heading=_("Make a new secret?"),
        lead=_("For the client %(id)s of %(application)s.") % {"id": client.client_id, "application": application},
        bullets=[
            ("info", _("For clients on servers, which somebody can give the new secret. A device registers again.")),
            ("clock", _("The old secret stays good for the time that you choose: nothing stops meanwhile.")),
            ("check", _("Its access tokens go on, whichever secret they were asked for with.")),
        ],
        note=note if until and until > timezone.now() else "",
        submit=_("Make a new secret"),
        back=back,
    )
