from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dashboard import counting, crumbs, drafts, permissions
from dashboard.crumbs import Crumb
from dashboard.entities import Kind
from dashboard.forms.configuration import RemovalForm, SchemeForm
from dashboard.models import Role
from dashboard.views.pages import came_through, form_page, sent, staged, tell
from registration.models import Channel, CustomScheme, Programmer


@require_http_methods(["GET", "POST"])
def new_for_programmer(request: HttpRequest, environment: str, pid: str) -> HttpResponse:
    programmer = drafts.programmer(request, environment, pid)
    back = crumbs.page("programmer-schemes", programmer)
    return _new(request, programmer, None, back, crumbs.of_programmer(programmer))


@require_http_methods(["GET", "POST"])
def new_for_channel(request: HttpRequest, environment: str, cid: str) -> HttpResponse:
    channel = drafts.channel(request, environment, cid)
    back = crumbs.page("channel-schemes", channel)
    return _new(request, channel.programmer, channel, back, crumbs.of_channel(channel))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, environment: str, scheme: str) -> HttpResponse:
    found = permissions.scheme(request, environment, scheme, needs=Role.EDITOR)
    shown = drafts.of_request(request, environment).laid(Kind.SCHEME, found.scheme_key, {"label": found.label})
    form = SchemeForm(sent(request), initial=shown, showing=shown)
    if staged(
        request,
        form,
        Kind.SCHEME,
        environment=environment,
        programmer=found.programmer.id_key,
        key=found.scheme_key,
        properties=form.properties,
    ):
        tell(request, form, _("Your draft labels %s.") % found.scheme)
        return redirect(_back(found))
    heading = _("Edit the label of %s") % found.scheme
    return form_page(
        request, form, crumbs=_trail(found), heading=heading, submit=_("Add to my draft"), back=_back(found)
    )


@require_http_methods(["GET", "POST"])
def retire(request: HttpRequest, environment: str, scheme: str) -> HttpResponse:
    """Retire it, or bring a retired one back: the same page, the other way round."""
    found = permissions.scheme(request, environment, scheme, needs=Role.EDITOR)
    live = {"retired": found.retired}
    retired = drafts.of_request(request, environment).laid(Kind.SCHEME, found.scheme_key, live)["retired"]
    verb, name = _("Bring back") if retired else _("Retire"), found.label or found.scheme
    form = RemovalForm(sent(request), showing={"retired": retired})
    if staged(
        request,
        form,
        Kind.SCHEME,
        environment=environment,
        programmer=found.programmer.id_key,
        key=found.scheme_key,
        properties=lambda: {"retired": not retired},
    ):
        done = _("Your draft brings %s back.") if retired else _("Your draft retires %s.")
        tell(request, form, done % name)
        return redirect(_back(found))
    return form_page(
        request,
        form,
        crumbs=_trail(found),
        heading=f"{verb}: {name}",
        bullets=_bullets(found, retired=retired),
        submit=_("Bring scheme back") if retired else _("Retire scheme"),
        keep=_("Leave it retired") if retired else _("Keep scheme"),
        danger=not retired,
        back=_back(found),
    )


def _bullets(scheme: CustomScheme, *, retired: bool) -> list[tuple[str, str]]:
    """What bringing it back, or retiring it, does to whom."""
    found = counting.of_schemes([scheme], programmer=scheme.programmer_id, most=counting.ON_THE_PAGE)
    used = ("users", came_through(found[scheme.scheme_key]))
    if retired:
        return [used, ("check", _("New registrations may use it again."))]
    return [
        used,
        ("ban", _("New registrations with a redirect URL of this scheme are refused.")),
        ("check", _("Clients that registered go on working. It can be brought back.")),
    ]


def _new(
    request: HttpRequest, programmer: Programmer, channel: Channel | None, back: str, trail: list[Crumb]
) -> HttpResponse:
    rights = permissions.of_request(request)
    form = SchemeForm(sent(request), may_enter=rights.may(Role.TAM, programmer.environment, programmer.public_id))
    if staged(
        request,
        form,
        Kind.SCHEME,
        environment=programmer.environment,
        programmer=programmer.id_key,
        properties=lambda: {**form.properties(), **({"channel": channel.id_key} if channel else {})},
    ):
        tell(request, form, _("The custom scheme is in your draft."))
        return redirect(back)
    owner = channel.display_name if channel else _("%s and all its channels") % programmer.display_name
    return form_page(
        request,
        form,
        crumbs=trail,
        heading=_("New custom scheme"),
        lead=_("For %s. It is generated, and cannot be guessed.") % owner,
        submit=_("Add custom scheme"),
        back=back,
    )


def _back(scheme: CustomScheme) -> str:
    owner = scheme.owner
    return crumbs.page("channel-schemes" if isinstance(owner, Channel) else "programmer-schemes", owner)


def _trail(scheme: CustomScheme) -> list[Crumb]:
    owner = scheme.owner
    if isinstance(owner, Programmer):
        return crumbs.of_programmer(owner)
    owner.programmer = scheme.programmer
    return crumbs.of_channel(owner)
