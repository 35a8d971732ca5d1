"""Signing keys, for admins: what each is used for and still verifies, rotating, withdrawing, the public parts."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from dashboard import crumbs, permissions
from dashboard.forms.base import ReasonForm, VerbForm
from dashboard.views.pages import form_page, sent
from oauth import keys
from oauth.keys import Purpose, Status
from oauth.models import SigningKey
from registration import signing

_ORDER = [Status.CURRENT, Status.NEXT, Status.RETIRED]
_FEED_LIFE = timedelta(seconds=60)
_WHAT = {
    Purpose.STATEMENT: gettext_lazy("Sign the software statements that apps ship with."),
    Purpose.TOKEN: gettext_lazy("Sign the access tokens that clients ask for."),
    Purpose.FEED: gettext_lazy("Sign the revocation feed for resource servers."),
}


@dataclass(frozen=True)
class Line:
    """A key as the list shows it. `since` is when its status began, `verifies` what still hangs on it, in words."""

    key: SigningKey
    since: datetime | None
    verifies: str
    earliest: datetime | None

    @property
    def is_withdrawn(self) -> bool:
        return self.key.withdrawn_at is not None


@dataclass(frozen=True)
class Group:
    """The keys of one purpose. `is_due` says that the next key may sign now."""

    purpose: Purpose
    lines: list[Line]

    @property
    def what(self) -> str:
        return str(_WHAT[self.purpose])

    @property
    def next(self) -> Line | None:
        return next((line for line in self.lines if line.key.status == Status.NEXT), None)

    @property
    def has_current(self) -> bool:
        return any(line.key.status == Status.CURRENT for line in self.lines)

    @property
    def is_due(self) -> bool:
        return self.next is not None and self.next.earliest is not None and self.next.earliest <= timezone.now()


@require_GET
def listing(request: HttpRequest, environment: str) -> HttpResponse:
    permissions.administer(request, environment)
    rows = SigningKey.objects.filter(environment=environment).order_by("-pk")
    counts = signing.statements_by_key(environment)
    groups = [
        Group(purpose, [_line(row, counts) for row in sorted(rows, key=_place) if row.purpose == purpose])
        for purpose in Purpose
    ]
    context = {"groups": [group for group in groups if group.lines]}
    return render(request, "dashboard/keys/list.html", context)


@require_http_methods(["GET", "POST"])
def publish_next(request: HttpRequest, environment: str, purpose: str) -> HttpResponse:
    permissions.administer(request, environment)
    kind, form, by = _purpose(purpose), VerbForm(sent(request)), permissions.actor(request)
    if request.method == "POST" and form.carries_out(
        lambda: keys.publish_next(environment=environment, purpose=kind, by=by)
    ):
        messages.success(request, _("The next key is published. It can sign in 24 hours."))
        return redirect("keys", environment)
    return form_page(
        request,
        form,
        crumbs=_trail(environment),
        heading=_("Publish the next key: %s") % _(kind.label),
        bullets=[
            ("check", _("A new key is made, and published in the JWKS. It signs nothing yet.")),
            ("clock", _("After 24 hours, when every resource server has fetched it, it can take over.")),
        ],
        submit=_("Publish next key"),
        back=reverse("keys", args=[environment]),
    )


@require_http_methods(["GET", "POST"])
def rotate(request: HttpRequest, environment: str, purpose: str) -> HttpResponse:
    permissions.administer(request, environment)
    kind, form, by = _purpose(purpose), VerbForm(sent(request)), permissions.actor(request)
    if request.method == "POST" and form.carries_out(
        lambda: keys.rotate(environment=environment, purpose=kind, at_once=False, by=by)
    ):
        messages.success(request, _("%s signs from now on.") % form.outcome.kid)
        return redirect("keys", environment)
    return form_page(
        request,
        form,
        crumbs=_trail(environment),
        heading=_("Rotate the key: %s") % _(kind.label),
        bullets=[
            ("check", _("The next key signs from now on; the current one is retired.")),
            ("check", _("Everything that the retired key signed stays valid.")),
            ("clock", _("The next key must have been published for 24 hours.")),
        ],
        submit=_("Rotate"),
        keep=_("Keep the current key"),
        back=reverse("keys", args=[environment]),
    )


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, environment: str, number: int) -> HttpResponse:
    key = permissions.key(request, environment, number)
    form, by = ReasonForm(sent(request), type_in=key.kid), permissions.actor(request)
    if request.method == "POST" and form.carries_out(
        lambda: signing.withdraw(key, reason=form.parsed["reason"], by=by)
    ):
        messages.success(request, _("The key is withdrawn. What it signed is refused everywhere from now on."))
        return redirect("keys", environment)
    context = {"key": key, "radius": signing.blast_radius(key), "most": signing.MOST_CLIENTS, "bullets": _stops(key)}
    return form_page(
        request,
        form,
        "dashboard/keys/withdraw.html",
        crumbs=_trail(environment),
        back=reverse("keys", args=[environment]),
        **context,
    )


@require_GET
def pem(request: HttpRequest, environment: str, number: int) -> HttpResponse:
    key = permissions.key(request, environment, number)
    return _file(keys.pem_of(key.public_jwk), "application/x-pem-file", f"{_name(key)}.pem")


@require_GET
def jwk(request: HttpRequest, environment: str, number: int) -> HttpResponse:
    key = permissions.key(request, environment, number)
    return _file(json.dumps(keys.public_member(key), indent=2) + "\n", "application/jwk+json", f"{_name(key)}.jwk.json")


def _line(key: SigningKey, statements: dict[int, int]) -> Line:
    since = (
        key.withdrawn_at
        or {
            Status.NEXT: key.published_at,
            Status.CURRENT: key.activated_at,
            Status.RETIRED: key.retired_at,
        }[Status(key.status)]
    )
    return Line(
        key,
        since,
        _verifies(key, statements.get(key.pk, 0)),
        keys.signs_from(key) if key.status == Status.NEXT else None,
    )


def _verifies(key: SigningKey, statements: int) -> str:
    """What a key that is not withdrawn is still needed for."""
    if key.withdrawn_at:
        return _("Nothing: refused")
    if key.status == Status.NEXT:
        return _("Nothing yet")
    if key.purpose == Purpose.STATEMENT:
        words = ngettext("%s statement", "%s statements", statements) % intcomma(statements)
        return _("%s, and those still to come") % words if key.origin == SigningKey.Origin.IMPORTED else words
    if key.status == Status.CURRENT:
        return _("Access tokens signed since then") if key.purpose == Purpose.TOKEN else _("The feed")
    life = timedelta(seconds=settings.ACCESS_TOKEN_SECONDS) if key.purpose == Purpose.TOKEN else _FEED_LIFE
    ended = key.retired_at is not None and key.retired_at + life <= timezone.now()
    return _("Nothing any more: all have expired") if ended else _("What it signed, until it expires")


def _stops(key: SigningKey) -> list[tuple[str, str]]:
    """What stops and what goes on where the key is withdrawn."""
    gone = ("clock", _("It leaves the JWKS; resource servers that verify offline keep it for up to 5 minutes."))
    if key.status == Status.NEXT:
        return [("check", _("It signed nothing yet: nothing is refused.")), gone]
    stops = {
        Purpose.STATEMENT: [
            ("ban", _("Nobody can register with a statement that it signed.")),
            ("ban", _("Clients that registered with one are refused at their next request, and so are their tokens.")),
            ("ban", _("Devices throw their credentials away; apps must ship a new statement before they work again.")),
        ],
        Purpose.TOKEN: [
            ("ban", _("Every access token that it signed is refused at the next request, as an expired one is.")),
            ("check", _("Clients keep their credentials and ask for another token: nobody is signed out.")),
        ],
        Purpose.FEED: [("ban", _("Resource servers refuse the feed until they have fetched the JWKS again."))],
    }[Purpose(key.purpose)]
    takes_over = [("check", _("Another key signs from the same instant on."))] if key.status == Status.CURRENT else []
    return [*stops, *takes_over, gone]


def _place(key: SigningKey) -> tuple[bool, int]:
    return key.withdrawn_at is not None, _ORDER.index(Status(key.status))


def _purpose(word: str) -> Purpose:
    if word not in Purpose.values:
        raise Http404
    return Purpose(word)


def _trail(environment: str) -> list[crumbs.Crumb]:
    return [crumbs.Crumb(_("Signing keys"), reverse("keys", args=[environment]))]


def _name(key: SigningKey) -> str:
    return f"{key.environment}_{key.purpose}_{key.thumbprint[:12]}"


def _file(text: str, content_type: str, name: str) -> HttpResponse:
    return HttpResponse(
        text, content_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
