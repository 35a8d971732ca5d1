"""The live configuration as one person sees it: with their own open changes laid over it, and others' told.

A list filters, sorts and counts what is live; my changes are marked in place, and what I add stands above. All of it
comes from one query for each page; of very many changes a page asks for those of the kind that it shows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, F, OuterRef, QuerySet
from django.http import Http404, HttpRequest

from dashboard import fleet, history, permissions
from dashboard.entities import Kind, Operation, operation
from dashboard.models import Change, ChangeSet, Role
from dashboard.permissions import Rights
from registration.models import Channel, Domain, Programmer
from registration.text import fold

LIVE_ONLY = ("view", "live")
_FEW = 100


class Mine:
    """The open changes of one author in one environment."""

    def __init__(self, environment: str, author_key: str) -> None:
        self.environment = environment
        self.author_key = author_key
        self._of_kind: dict[str, list[Change]] = {}
        self._by_key: dict[str, dict[str, Change]] = {}

    @cached_property
    def changes(self) -> list[Change]:
        """By programmer, in the order in which they were staged."""
        return self._read() if self._few is None else self._few

    def of_kind(self, kind: str) -> list[Change]:
        if self._few is not None:
            return [change for change in self._few if change.kind == kind]
        if kind not in self._of_kind:
            self._of_kind[kind] = self._read(kind=kind)
        return self._of_kind[kind]

    @cached_property
    def risky(self) -> list[Change]:
        """Those that may deserve a second look."""
        return fleet.risky(self._rows()) if self._few is None else self._few

    @cached_property
    def number(self) -> int:
        return self._rows().count() if self._few is None else len(self._few)

    def __len__(self) -> int:
        return self.number

    @cached_property
    def _few(self) -> list[Change] | None:
        """All of them, with one query, where they are not so many that a page had better ask for what it shows."""
        found = list(self._rows().select_related("change_set")[: _FEW + 1])
        return found if len(found) <= _FEW else None

    def _read(self, **which: Any) -> list[Change]:
        """With their change sets, which they share."""
        found = list(self._rows().filter(**which))
        sets = ChangeSet.objects.in_bulk({change.change_set_id for change in found})
        for change in found:
            change.change_set = sets[change.change_set_id]
        return found

    def _rows(self) -> "QuerySet[Change]":
        return Change.objects.filter(
            change_set__environment=self.environment,
            change_set__author_key=self.author_key,
            change_set__state=ChangeSet.State.DRAFT,
        ).order_by("programmer", "pk")

    def of(self, kind: str, key: str) -> Change | None:
        """What I change of this entity, if anything."""
        if kind not in self._by_key:
            self._by_key[kind] = {change.key: change for change in self.of_kind(kind)}
        return self._by_key[kind].get(key)

    def numbered(self, number: int) -> Change | None:
        """The change in the row of this number."""
        found = self._read(pk=number) if self._few is None else self._few
        return next((change for change in found if change.pk == number), None)

    def created(self, kind: str, *, programmer: str = "", covering: str = "", **having: Any) -> list[Change]:
        """What I add of a kind: to one programmer (its key), where these properties are so.

        `covering` is the channel that an application is to cover.
        """
        return [
            change
            for change in self.of_kind(kind)
            if change.before is None
            and (not programmer or change.programmer == programmer)
            and (not covering or _covers(change.after or {}, covering))
            and all((change.after or {}).get(name) == value for name, value in having.items())
        ]

    def laid(self, kind: str, key: str, live: dict[str, Any]) -> dict[str, Any]:
        """The live properties with mine over them: what a form shows."""
        change = self.of(kind, key)
        if change is None or change.after is None:
            return live
        return {name: change.after.get(name, value) for name, value in live.items()}

    def channels(self, programmer: Programmer) -> list[Channel]:
        """The programmer's channels as they would be, by name; those that I add have no row yet."""
        live = Channel.objects.live().filter(programmer=programmer) if programmer.pk else Channel.objects.none()
        kept = []
        for channel in live:
            change = self.of(Kind.CHANNEL, channel.id_key)
            if change is None or operation(change) is not Operation.REMOVE:
                after = (change.after or {}) if change else {}
                channel.display_name = after.get("display_name", channel.display_name)
                kept.append(channel)
        added = [_channel(change, programmer) for change in self.created(Kind.CHANNEL, programmer=programmer.id_key)]
        return sorted([*kept, *added], key=lambda channel: fold(channel.display_name))

    def hosts(self, channels: Iterable[Channel]) -> dict[str, list[str]]:
        """The hosts of these channels as they would be, by the channel's key."""
        found: dict[str, set[str]] = {channel.id_key: set() for channel in channels}
        rows = Domain.objects.live().filter(channel__in=[channel.pk for channel in channels if channel.pk])
        for key, host in rows.values_list("channel__id_key", "host"):
            found[key].add(host)
        for change in self.of_kind(Kind.DOMAIN):
            key, _, host = change.key.partition("/")
            if key in found:
                (found[key].discard if operation(change) is Operation.REMOVE else found[key].add)(host)
        return {key: sorted(hosts) for key, hosts in found.items()}


def _covers(application: dict[str, Any], channel: str) -> bool:
    return application["all_channels"] or channel in application["channels"]


NOTHING = Mine("", "")
NOTHING._few = []  # noqa: SLF001  (asks nobody)


def of_request(request: HttpRequest, environment: str) -> Mine:
    """The draft of whoever is signed in, read once per request."""
    held = getattr(request, "_draft", None)
    if not isinstance(held, Mine) or held.environment != environment:
        held = Mine(environment, permissions.actor(request).key)
        request._draft = held  # type: ignore[attr-defined]  # noqa: SLF001
    return held


def forget(request: HttpRequest) -> None:
    """After a change was staged in this request."""
    request._draft = None  # type: ignore[attr-defined]  # noqa: SLF001


def shown(request: HttpRequest, environment: str) -> Mine:
    """What pages mark: nothing where somebody asked for `?view=live`."""
    request._marks_draft = True  # type: ignore[attr-defined]  # noqa: SLF001
    return NOTHING if is_hidden(request) else of_request(request, environment)


def is_hidden(request: HttpRequest) -> bool:
    name, value = LIVE_ONLY
    return request.GET.get(name) == value


def is_marked(request: HttpRequest) -> bool:
    """Whether the page so far asked what it had to mark."""
    return hasattr(request, "_marks_draft")


# --- Others ---


@dataclass(frozen=True)
class Others:
    """Somebody else's open draft. `uuid` leads to it, for editors; `here` is whether it touches the thing in hand."""

    who: str
    number: int
    uuid: str
    here: bool


def of_others(request: HttpRequest, environment: str, programmer: str, kind: str = "", key: str = "") -> list[Others]:
    """Who else has changes for this programmer, and whether they touch the entity that the page shows."""
    touching = Change.objects.filter(change_set=OuterRef("pk"), kind=kind, key=key)
    found: QuerySet[Any] = (
        ChangeSet.objects.drafts()
        .filter(environment=environment, programmer=fold(programmer))
        .exclude(author_key=permissions.actor(request).key)
        .annotate(number=Count("changes"), here=Exists(touching))
        .filter(number__gt=0)
        .order_by("author_name", "pk")
    )
    return [Others(each.author_name, each.number, str(each.uuid), each.here) for each in found[:20]]


def open_to(request: HttpRequest, environment: str) -> list[ChangeSet]:
    """Drafts of others that I may read, newest asked for approval first: `number` of changes, and `whose` they are."""
    rights = permissions.of_request(request)
    found = (
        ChangeSet.objects.drafts()
        .filter(rights.seen(environment, "programmer", needs=Role.EDITOR))
        .exclude(author_key=permissions.actor(request).key)
        .annotate(number=Count("changes"), whose=history.called())
        .filter(number__gt=0)
        .order_by(F("submitted_at").desc(nulls_last=True), "author_name", "pk")
    )
    return list(found[:50])


# --- Gates to what is live or added by me: for the forms that add something inside it ---


def programmer(request: HttpRequest, environment: str, public_id: str) -> Programmer:
    """The programmer for an editor's form; one that my draft adds has no row yet."""
    rights = permissions.enter(request, environment)
    change = _adds(request, rights, environment, Kind.PROGRAMMER, fold(public_id))
    if change is None:
        return permissions.programmer(request, environment, public_id, needs=Role.EDITOR)
    return _programmer(change)


def channel(request: HttpRequest, environment: str, public_id: str) -> Channel:
    """The channel for an editor's form; one that my draft adds has no row yet."""
    rights = permissions.enter(request, environment)
    change = _adds(request, rights, environment, Kind.CHANNEL, fold(public_id))
    if change is None:
        return permissions.channel(request, environment, public_id, needs=Role.EDITOR)
    return _channel(change, programmer(request, environment, change.programmer))


def change(request: HttpRequest, environment: str, number: int, *, needs: Role | None = None) -> Change:
    """A change of my own draft, by the number of its row; 404 for everybody else's.

    `needs`, where the page shows what is live too: the role that one has to have kept with its programmer.
    """
    rights = permissions.enter(request, environment)
    found = of_request(request, environment).numbered(number)
    if found is None or (needs and not rights.role(environment, found.programmer)):
        raise Http404
    if needs and not rights.may(needs, environment, found.programmer):
        raise PermissionDenied
    return found


def _adds(request: HttpRequest, rights: Rights, environment: str, kind: str, key: str) -> Change | None:
    found = of_request(request, environment).of(kind, key)
    if found is None or found.before is not None or not rights.may(Role.EDITOR, environment, found.programmer):
        return None
    return found


def _programmer(change: Change) -> Programmer:
    properties = change.after or {}
    row = Programmer(
        environment=change.change_set.environment,
        public_id=properties["public_id"],
        id_key=change.key,
        display_name=properties["display_name"],
    )
    row.staged_as = change.pk  # type: ignore[attr-defined]
    return row


def _channel(change: Change, programmer: Programmer) -> Channel:
    properties = change.after or {}
    row = Channel(
        environment=change.change_set.environment,
        programmer=programmer,
        public_id=properties["public_id"],
        id_key=change.key,
        display_name=properties["display_name"],
        default_redirect_url=properties["default_redirect_url"],
        error_reporting=properties["error_reporting"],
    )
    row.staged_as = change.pk  # type: ignore[attr-defined]
    return row
