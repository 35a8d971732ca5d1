"""What waits for a person in an environment, the most pressing first. It starts from what they may see."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboard import crumbs, expiries, filters, history, lists
from dashboard.drafts import Mine
from dashboard.models import Approval, Change, ChangeSet, RevocationRequest, Role
from dashboard.permissions import Rights
from registration.models import REVIVAL_WINDOW, RegisteredApplication, State

_MOST = 5  # of each sort, with a link to the rest
_PUSHES_MOST = 500


@dataclass(frozen=True)
class Item:
    """One line: what waits, where one goes about it, and a second line. `tone` is one of the badges'."""

    tone: str
    sort: str
    words: str
    url: str
    more: str = ""


def items(rights: Rights, environment: str, mine: Mine) -> list[Item]:
    return [
        *_my_draft(environment, mine),
        *_approvals(rights, environment, mine.author_key),
        *_requests(rights, environment),
        *_certificates(rights, environment),
        *_unused(rights, environment),
        *_revoked(rights, environment),
    ]


def _my_draft(environment: str, mine: Mine) -> list[Item]:
    number = len(mine)
    if not number:
        return []
    url = reverse("draft", args=[environment])
    words = ngettext("%(n)s change of yours is not live yet", "%(n)s changes of yours are not live yet", number)
    found = [
        Item("warn", _("Your draft"), words % {"n": number}, url, ", ".join(each.called for each in mine.changes[:3]))
    ]
    if overtaken := overtaken_by_pushes(mine):
        words = ngettext(
            "Somebody pushed another value of %(n)s thing that you change",
            "Somebody pushed other values of %(n)s things that you change",
            len(overtaken),
        )
        labels = ", ".join(change.called for change in overtaken[:_MOST])
        found.insert(0, Item("bad", _("Conflict"), words % {"n": len(overtaken)}, url, labels))
    return found


def overtaken_by_pushes(mine: Mine) -> list[Change]:
    """My changes of what a push has made otherwise since I staged them. One query; the review looks closer."""
    places = {change.place: change for change in mine.changes}
    if not places:
        return []
    pushed = Change.objects.filter(
        change_set__environment=mine.environment,
        change_set__state=ChangeSet.State.PUSHED,
        kind__in={kind for kind, _key in places},
        key__in={key for _kind, key in places},
        programmer__in={change.programmer for change in mine.changes},
    ).order_by("-change_set__version", "-pk")
    now: dict[tuple[str, str], dict[str, Any] | None] = {}
    gone: set[tuple[str, str]] = set()
    for kind, key, after in pushed.values_list("kind", "key", "after")[:_PUSHES_MOST]:
        place = kind, key
        if place not in places or place in gone:
            continue
        if after is None:
            gone.add(place)
            now.setdefault(place, None)
            continue
        held = now.setdefault(place, {})
        if held is not None:
            now[place] = {**after, **held}
    return [change for place, change in places.items() if place in now and _differs(change, now[place])]


def _differs(change: Change, now: dict[str, Any] | None) -> bool:
    before, after = change.before, change.after
    if before is None:
        return now is not None
    if now is None:
        return after is not None
    wanted = after or {}
    return any(name in now and now[name] not in (value, wanted.get(name, value)) for name, value in before.items())


def _approvals(rights: Rights, environment: str, key: str) -> list[Item]:
    """Drafts whose authors asked for approval, and that one may approve and has not."""
    approved = Approval.objects.filter(change_set=OuterRef("pk"), by_key=key, digest=OuterRef("digest"))
    found: QuerySet[Any] = (
        ChangeSet.objects.drafts()
        .filter(rights.seen(environment, "programmer", needs=Role.EDITOR), submitted_at__isnull=False)
        .exclude(author_key=key)
        .filter(~Exists(approved))
        .annotate(number=Count("changes"), whose=history.called())
        .order_by("submitted_at", "pk")
    )
    return [
        Item(
            "warn",
            _("Approval"),
            _("%(who)s asks you to approve changes of %(programmer)s")
            % {"who": each.author_name, "programmer": each.whose},
            reverse("draft-set", args=[environment, each.uuid]),
            ngettext("%(n)s change", "%(n)s changes", each.number) % {"n": each.number},
        )
        for each in found[:_MOST]
    ]


def _requests(rights: Rights, environment: str) -> list[Item]:
    """What editors ask TAMs to revoke."""
    if not rights.anywhere(Role.TAM):
        return []
    mine = rights.seen(environment, "application__programmer__id_key", needs=Role.TAM)
    found = RevocationRequest.objects.waiting().filter(mine).select_related("application")
    return [
        Item(
            "warn",
            _("Revocation request"),
            _("%(who)s asks to revoke %(what)s") % {"who": each.requested_by_name, "what": each.application},
            reverse("application-revoke", args=[environment, each.application.software_id]),
            f"“{each.reason}”",
        )
        for each in found.order_by("at")[:_MOST]
    ]


def _certificates(rights: Rights, environment: str) -> list[Item]:
    return [
        Item(
            each.validity.tone,
            _("Certificate"),
            f"{each.certificate.name}: {each.validity.words}",
            crumbs.certificate("certificate", each.certificate),
            _("%(owner)s. User metadata is encrypted to it. Add the successor in time.")
            % {"owner": each.certificate.channel or each.certificate.programmer},
        )
        for each in expiries.expiring(rights, environment)[:_MOST]
    ]


def _unused(rights: Rights, environment: str) -> list[Item]:
    active = lists.visible_applications(rights, environment).in_state(State.ACTIVE)  # type: ignore[attr-defined]
    number = active.filter(filters.unused(for_a_week=True)).count()
    if not number:
        return []
    words = ngettext(
        "Nobody ever registered with %(n)s application", "Nobody ever registered with %(n)s applications", number
    )
    url = reverse("applications", args=[environment]) + f"?state=active&unused={filters.A_WEEK}"
    why = _("Added more than 7 days ago. Close or remove what nobody ships.")
    return [Item("info", _("Unused"), words % {"n": number}, url, why)]


def _revoked(rights: Rights, environment: str) -> list[Item]:
    """What can still be taken back."""
    found: QuerySet[RegisteredApplication] = lists.visible_applications(rights, environment).filter(
        revoked_at__gt=Now() - REVIVAL_WINDOW, revoked_at__lte=Now()
    )
    return [
        Item(
            "off",
            _("Revoked"),
            _("%(what)s was revoked by %(who)s") % {"what": each, "who": each.revoked_by_name},
            reverse("application", args=[environment, each.software_id]),
            _("A TAM can reinstate it until %(day)s UTC.") % {"day": _day(each.revoked_at, REVIVAL_WINDOW)},
        )
        for each in found.order_by(F("revoked_at").desc())[:_MOST]
    ]


def _day(instant: datetime | None, later: timedelta) -> str:
    assert instant is not None  # noqa: S101  (the query asked for revoked ones)
    return date_format((instant + later).astimezone(UTC), "j M Y, H:i")
