"""The few marks that every screen makes in the same way."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django import template
from django.db.models import Q
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from dashboard import crumbs, drafts, expiries, lists
from dashboard.changes import diffs
from dashboard.entities import RULES, Kind
from dashboard.entities.certificates import key_of
from dashboard.models import ChangeSet, Role
from oauth.audit import Door
from oauth.environments import Environment
from registration import platforms
from registration.models import Certificate, SoftwareStatement, State

register = template.Library()
_ADDED_MOST = 20
_TONES = {State.ACTIVE: "ok", State.CLOSED: "warn", State.SUSPENDED: "bad", State.REVOKED: "off"}


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    return format_html('<svg class="i" aria-hidden="true"><use href="{}#i-{}"/></svg>', static("icons.svg"), name)


@register.simple_tag
def badge(tone: str, words: str) -> SafeString:
    """A dot, which the stylesheet draws, and a word: never the colour alone."""
    return format_html('<span class="badge st-{}">{}</span>', tone, words)


@register.simple_tag
def state_badge(state: str) -> SafeString:
    return badge(_TONES[State(state)], _(State(state).label))


@register.simple_tag
def few(values: Sequence[str], *, none: str = "-") -> SafeString:
    """The first of them; the others open on a click."""
    if not values:
        return format_html('<span class="sub">{}</span>', none)
    first, *others = values
    if not others:
        return format_html('<span class="tag" title="{}">{}</span>', first, first)
    return format_html(
        '<details class="few"><summary><span class="tag">{}</span> '
        '<span class="tag more">+{}<span class="vh"> {}</span></span></summary>{}</details>',
        first,
        len(others),
        _("more, show all"),
        ", ".join(others),
    )


@register.simple_tag
def when(instant: datetime | None, *, never: str = "") -> SafeString | str:
    """The instant in full, in the reader's time zone, which it names: UTC where they chose none."""
    if instant is None:
        return never or _("Never")
    return format_html('<time datetime="{}">{}</time>', _machine(instant), _in_full(instant))


@register.simple_tag
def day(instant: datetime) -> SafeString:
    """The reader's day, with the instant in full for whoever points at it."""
    words = date_format(timezone.localtime(instant), "j M Y")
    return format_html('<time datetime="{}" title="{}">{}</time>', _machine(instant), _in_full(instant), words)


@register.simple_tag
def ago(instant: datetime | None, *, never: str = "") -> SafeString | str:
    """How long ago, with the instant in full for whoever points at it."""
    if instant is None:
        return never or _("Never")
    fresh = datetime.now(UTC) - instant < timedelta(minutes=1)
    words = _("just now") if fresh else _("%s ago") % timesince(instant, depth=1)
    return format_html('<time datetime="{}" title="{}">{}</time>', _machine(instant), _in_full(instant), words)


def _machine(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="seconds")


def _in_full(instant: datetime) -> str:
    local = timezone.localtime(instant)
    zone = local.tzname() or ""
    # Places without an abbreviation of their own are named by their distance from UTC.
    named = zone if zone.isalpha() else f"UTC{zone}"
    return f"{date_format(local, 'j M Y')}, {date_format(local, 'H:i')} {named}"


@register.simple_tag
def claim_date(name: str, value: Any) -> SafeString | str:
    """The instant beside a claim that counts seconds."""
    if name not in {"iat", "nbf", "exp"} or not isinstance(value, int | float):
        return ""
    try:
        instant = datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return ""  # beyond the calendar: a statement brought over may say so
    return format_html(' <span class="sub">{}</span>', when(instant))


@register.simple_tag(takes_context=True)
def in_draft(context: dict[str, Any], kind: str, *key: str) -> str:
    """What my draft does to this entity, said beside it. The parts of a key are given one by one."""
    mark = _mark(context, kind, *key)
    return render_to_string("dashboard/draft/_mark.html", mark) if mark["change"] is not None else ""


def _mark(context: dict[str, Any], kind: str, *key: str) -> dict[str, Any]:
    environment = context["shell"].environment.value
    change = drafts.shown(context["request"], environment).of(kind, "/".join(map(str, key)))
    return {
        "change": change,
        "removes": change is not None and change.after is None,
        "lines": diffs.of(change).lines if change is not None and change.after is not None else (),
        "environment": environment,
    }


@register.inclusion_tag("dashboard/draft/_about.html", takes_context=True)
def about_drafts(context: dict[str, Any], kind: str, key: object, *, programmer: str) -> dict[str, Any]:
    """On the page of a thing: what my draft does to it, and who else has changes for its programmer."""
    request, environment = context["request"], context["shell"].environment.value
    others = drafts.of_others(request, environment, programmer, kind, str(key))
    return {
        **_mark(context, kind, str(key)),
        "others": others,
        "may_read": context["shell"].rights.may(Role.EDITOR, environment, programmer),
    }


@register.inclusion_tag("dashboard/draft/_added.html", takes_context=True)
def added_in_draft(context: dict[str, Any], kind: str, **having: Any) -> dict[str, Any]:
    """What my draft adds to this list: it stands above the first page."""
    page = context["page"] if "page" in context else context["listing"].page
    environment = context["shell"].environment.value
    mine = drafts.shown(context["request"], environment)
    added = mine.created(kind, **having) if page.number == 1 else []
    return {
        "added": added[:_ADDED_MOST],
        "more": max(0, len(added) - _ADDED_MOST),
        "environment": environment,
        "goes_on": bool(RULES[Kind(kind)].drafted),
    }


@register.inclusion_tag("dashboard/draft/_ready.html", takes_context=True)
def ready_statements(context: dict[str, Any], pushed: ChangeSet) -> dict[str, Any]:
    """The first statements of what a push created, as long as they are good: for whoever may download them."""
    made = pushed.changes.filter(kind=Kind.APPLICATION, before__isnull=True).values_list("key", flat=True)
    found = lists.usable_statements().filter(
        Q(application__revoked_at=None) | Q(application__revoked_at__gt=Now()),
        application__software_id__in=list(made),
        application__removed_in=None,
        origin=SoftwareStatement.Origin.PUSH,
    )
    ready = list(found.select_related("application")[:20])
    for row in ready:
        row.may = context["shell"].rights.may_issue(row.application)  # type: ignore[attr-defined]
    return {"ready": ready}


@register.filter
def marked(text: str, terms: Iterable[str]) -> SafeString:
    """The text, with what was searched for marked in it."""
    pattern = "|".join(re.escape(term) for term in sorted(terms, key=len, reverse=True))
    parts = re.split(f"({pattern})", text, flags=re.IGNORECASE) if pattern else [text]
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", part) if n % 2 else part,) for n, part in enumerate(parts))
    )


@register.simple_tag
def certificate_url(name: str, certificate: Certificate) -> str:
    """The page of a certificate: of its channel, or else of its programmer."""
    return crumbs.certificate(name, certificate)


@register.simple_tag
def certificate_key(certificate: Certificate) -> str:
    return key_of(certificate)


@register.simple_tag
def validity_badge(certificate: Certificate, now: datetime) -> SafeString:
    valid = expiries.validity(certificate, now)
    return badge(valid.tone, valid.words)


_EVENTS = {
    "configuration:push": _lazy("Configuration pushed"),
    "draft:approve": _lazy("Draft approved"),
    "draft:adopt": _lazy("Draft taken over"),
    "draft:discard": _lazy("Draft of somebody else dismissed"),
    "settings:change": _lazy("Settings changed"),
    "application:close": _lazy("Closed to new registrations"),
    "application:suspend": _lazy("Suspended"),
    "application:revoke": _lazy("Revoked"),
    "application:reinstate": _lazy("Reinstated"),
    "application:bring_clients": _lazy("Clients brought over"),
    "statement:issue": _lazy("Statement issued"),
    "statement:revoke": _lazy("Statement revoked"),
    "statement:reinstate": _lazy("Statement reinstated"),
    "client:revoke": _lazy("Client revoked"),
    "client:rotate_secret": _lazy("New client secret"),
    "client:rewrap_secrets": _lazy("Client secrets wrapped in a new pepper"),
    "revocation_request:request": _lazy("Revocation requested"),
    "revocation_request:withdraw": _lazy("Request withdrawn"),
    "revocation_request:decline": _lazy("Request declined"),
    "person:create": _lazy("Person added"),
    "person:sign_in": _lazy("Signed in"),
    "person:change": _lazy("Profile changed"),
    "session:end": _lazy("Signed out everywhere else"),
    "second_factor:add": _lazy("Second factor added"),
    "second_factor:rename": _lazy("Passkey renamed"),
    "second_factor:remove": _lazy("Second factor removed"),
    "second_factor:renew": _lazy("Recovery codes renewed"),
    "second_factor:reset": _lazy("Second factors taken away"),
    "second_factor:reencrypt": _lazy("Secrets of second factors encrypted anew"),
    "invitation:create": _lazy("Invited"),
    "invitation:accept": _lazy("Invitation accepted"),
    "invitation:withdraw": _lazy("Invitation withdrawn"),
    "membership:grant": _lazy("Role given"),
    "membership:remove": _lazy("Role taken away"),
    "key:make": _lazy("Signing key made"),
    "key:rotate": _lazy("Signing key rotated"),
    "key:import": _lazy("Signing key imported"),
    "key:publish": _lazy("Next signing key published"),
    "key:withdraw": _lazy("Signing key withdrawn"),
    "key:reencrypt": _lazy("Signing keys encrypted anew"),
}


@register.simple_tag
def event_words(event: str) -> str:
    """An event in words; one that has none reads as its grammar says, `person:rename` as Person rename."""
    return str(_EVENTS.get(event) or event.replace("_", " ").replace(":", " ").capitalize())


@register.simple_tag
def door_words(door: str) -> str:
    return _(Door(door).label) if door in Door.values else door


@register.simple_tag(takes_context=True)
def without(context: dict[str, Any], parameter: str) -> str:
    """The page's own address without one of its filters, from its first page on."""
    asked = context["request"].GET.copy()
    for name in (parameter, "page"):
        asked.pop(name, None)
    return f"?{asked.urlencode()}"


@register.filter
def platform_names(values: Iterable[str]) -> str:
    return ", ".join(platforms.labels(values))


@register.filter
def state_word(value: str) -> str:
    """The state inside a sentence."""
    if value == State.CLOSED:
        return _("closed to new registrations")
    return _(State(value).label).lower() if value in State.values else value


@register.filter
def environment(value: str) -> str:
    """The environment as people say it; empty for what is of none."""
    return str(Environment(value).label) if value in Environment.values else value


@register.filter
def initials(user: Any) -> str:
    """`Maya Ortiz` is MO; without a name, the first letter of the address."""
    words = (user.get_full_name() or user.email or user.get_username()).split()
    return "".join(word[0] for word in (words[0], *words[1:][-1:])).upper() if words else "?"


@register.filter
def get(mapping: dict[Any, Any], key: Any) -> Any:
    return mapping.get(key)


@register.filter
def groups_of_four(digest: str) -> str:
    """A digest as people compare it: `9f2c 41b7 …`."""
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))
