"""The pages of a certificate, of a programmer or of a channel: `pid` or `cid` says which."""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from dashboard import crumbs, drafts, expiries, permissions
from dashboard.crumbs import Crumb
from dashboard.entities import Kind
from dashboard.entities.certificates import CHANNELS, PROGRAMMERS, key_of
from dashboard.forms.certificates import CertificateForm
from dashboard.forms.configuration import RemovalForm
from dashboard.models import Role
from dashboard.views.pages import form_page, points_out, sent, staged, tell
from registration.models import Certificate


@sensitive_post_parameters("pem")
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, environment: str, pid: str = "", cid: str = "") -> HttpResponse:
    channel = drafts.channel(request, environment, cid) if cid else None
    programmer = channel.programmer if channel else drafts.programmer(request, environment, pid)
    owner = f"{CHANNELS}:{channel.id_key}" if channel else f"{PROGRAMMERS}:{programmer.id_key}"
    form = CertificateForm(sent(request), request.FILES or None)
    where = {"environment": environment, "programmer": programmer.id_key}
    back = crumbs.page(f"{'channel' if channel else 'programmer'}-certificates", channel or programmer)

    def properties() -> dict[str, object]:
        return {"owner": owner, **form.properties()}

    notes = points_out(request, form, Kind.CERTIFICATE, properties=properties, **where)
    if not notes and staged(request, form, Kind.CERTIFICATE, properties=properties, **where):
        tell(request, form, _("The certificate is in your draft."))
        return redirect(back)
    return form_page(
        request,
        form,
        crumbs=crumbs.of_channel(channel) if channel else crumbs.of_programmer(programmer),
        heading=_("New certificate"),
        lead=_("For %s.")
        % (channel.display_name if channel else _("%s and all its channels") % programmer.display_name),
        notes=notes,
        submit=_("Add certificate"),
        back=back,
    )


@require_GET
def page(request: HttpRequest, environment: str, sha256: str, pid: str = "", cid: str = "") -> HttpResponse:
    found = permissions.certificate(request, environment, sha256, programmer_id=pid, channel_id=cid)
    rights = permissions.of_request(request)
    context = {
        "certificate": found,
        "key": key_of(found),
        "validity": expiries.validity(found, datetime.now(UTC)),
        "is_editor": rights.may(Role.EDITOR, environment, found.programmer.public_id),
        "crumbs": _trail(found),
    }
    return render(request, "dashboard/certificates/page.html", context)


@require_GET
def download(request: HttpRequest, environment: str, sha256: str, pid: str = "", cid: str = "") -> HttpResponse:
    found = permissions.certificate(request, environment, sha256, programmer_id=pid, channel_id=cid)
    of = found.channel.id_key if found.channel else found.programmer.id_key
    name = f"{of}_{found.sha256[:12]}.pem"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(found.pem, content_type="application/x-pem-file", headers=headers)


@require_http_methods(["GET", "POST"])
def use(request: HttpRequest, environment: str, sha256: str, pid: str = "", cid: str = "") -> HttpResponse:
    """Use it for user metadata, or stop: the same page, the other way round."""
    found = permissions.certificate(request, environment, sha256, programmer_id=pid, channel_id=cid, needs=Role.EDITOR)
    live = {"used_for_user_metadata": found.used_for_user_metadata}
    used = drafts.of_request(request, environment).laid(Kind.CERTIFICATE, key_of(found), live)["used_for_user_metadata"]
    form = RemovalForm(sent(request), showing={"used_for_user_metadata": used})
    if staged(
        request,
        form,
        Kind.CERTIFICATE,
        environment=environment,
        programmer=found.programmer.id_key,
        key=key_of(found),
        properties=lambda: {"used_for_user_metadata": not used},
    ):
        done = _("Your draft stops using %s.") if used else _("Your draft uses %s to encrypt user metadata.")
        tell(request, form, done % found.name)
        return redirect(crumbs.certificate("certificates", found))
    heading = _("Stop using %s to encrypt user metadata?") if used else _("Use %s to encrypt user metadata?")
    return form_page(
        request,
        form,
        crumbs=_trail(found, itself=True),
        heading=heading % found.name,
        bullets=_stops() if used else _begins(found),
        submit=_("Stop using it") if used else _("Use certificate"),
        keep=_("Leave it as it is"),
        danger=used,
        back=crumbs.certificate("certificate", found),
    )


@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, environment: str, sha256: str, pid: str = "", cid: str = "") -> HttpResponse:
    found = permissions.certificate(request, environment, sha256, programmer_id=pid, channel_id=cid, needs=Role.EDITOR)
    form, active = RemovalForm(sent(request)), found.used_for_user_metadata
    if staged(
        request,
        form,
        Kind.CERTIFICATE,
        environment=environment,
        programmer=found.programmer.id_key,
        key=key_of(found),
    ):
        tell(request, form, _("Your draft removes %s.") % found.name)
        return redirect(crumbs.certificate("certificates", found))
    cut_off = _("This is an active certificate: user metadata is encrypted to it, and no longer will be.")
    heading = _("Remove the active certificate %s?") if active else _("Remove the certificate %s?")
    inherited = [] if found.channel else [("ban", _("All its channels inherit it, and lose it too."))]
    return form_page(
        request,
        form,
        crumbs=_trail(found, itself=True),
        heading=heading % found.name,
        bullets=[
            ("ban", cut_off) if active else ("check", _("Nothing is encrypted to it.")),
            *inherited,
            ("check", _("Adding the same certificate again brings it back.")),
        ],
        submit=_("Remove certificate"),
        keep=_("Keep certificate"),
        danger=True,
        back=crumbs.certificate("certificate", found),
    )


def _begins(certificate: Certificate) -> list[tuple[str, str]]:
    return [
        *_doubts(certificate),
        ("check", _("User metadata is encrypted to it; whoever reads that needs the private key.")),
        ("check", _("Others that are used go on being used, so that a certificate can be renewed without a gap.")),
    ]


def _stops() -> list[tuple[str, str]]:
    return [
        ("ban", _("User metadata is no longer encrypted to it.")),
        ("check", _("It stays in the list and can be used again.")),
    ]


def _doubts(certificate: Certificate) -> list[tuple[str, str]]:
    """Why one had better not encrypt to it."""
    valid = expiries.validity(certificate, datetime.now(UTC))
    held = [] if valid.tone == "ok" else [f"{valid.words}."]
    return [("warn", words) for words in [*held, *certificate.weaknesses]]


def _trail(certificate: Certificate, *, itself: bool = False) -> list[Crumb]:
    channel = certificate.channel
    above = crumbs.of_channel(channel) if channel else crumbs.of_programmer(certificate.programmer)
    trail = [*above, Crumb(_("Certificates"), crumbs.certificate("certificates", certificate))]
    if not itself:
        return trail
    label = f"{certificate.name} ({certificate.sha256[:8]})"  # those of one name are told apart
    return [*trail, Crumb(label, crumbs.certificate("certificate", certificate))]
