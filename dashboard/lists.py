"""Lists: searched, filtered, sorted and paged by the database, all of it in the URL."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Now
from django.http import QueryDict
from django.utils.translation import gettext as _

from dashboard import counting
from dashboard.counting import Clients
from dashboard.models import Role
from dashboard.permissions import Rights
from registration import scopes
from registration.models import (
    ApplicationMember,
    Channel,
    Client,
    Programmer,
    RegisteredApplication,
    SoftwareStatement,
    State,
)
from registration.platforms import Platform
from registration.text import fold

A_PAGE = 50
ALL = "all"  # of `reach`
EVER, A_WEEK = "1", "7"  # of `unused`
_MOST_TERMS = 8
_ORDERS = {
    "name": ("name_key", "version", "pk"),
    "version": ("version", "name_key", "pk"),
    "created": ("created_at", "pk"),
}
_STATE_ORDER = Case(
    *(When(state_now=state.value, then=Value(rank)) for rank, state in enumerate(State)), output_field=IntegerField()
)
Kind = ApplicationMember.Kind


@dataclass(frozen=True)
class Query:
    """What the URL of a list asks for. Words that mean nothing here are as if they were not there."""

    q: str = ""
    state: str = ""
    platform: str = ""
    scope: str = ""
    level: str = ""
    reach: str = ""
    unused: str = ""
    sort: str = "name"
    page: str = "1"

    @classmethod
    def of(cls, asked: QueryDict) -> "Query":
        def one_of(name: str, words: Any) -> str:
            return asked.get(name, "") if asked.get(name) in words else ""

        sort = asked.get("sort", "")
        return cls(
            q=asked.get("q", "").replace("\0", "").strip()[:200],
            state=one_of("state", State.values),
            platform=one_of("platform", Platform.values),
            scope=one_of("scope", {api.key for api in scopes.APIS}),
            level=one_of("level", RegisteredApplication.Level.values),
            reach=one_of("reach", {ALL}),
            unused=one_of("unused", {EVER, A_WEEK}),
            sort=sort if sort.removeprefix("-") in {*_ORDERS, "state"} else "name",
            page=asked.get("page", "1"),
        )

    @property
    def narrows(self) -> bool:
        return bool(self.chips)

    @property
    def chips(self) -> list[tuple[str, str]]:
        """The filters that hold, as parameter and words: each can be taken away."""
        names = {api.key: api.name for api in scopes.APIS}
        return [
            (parameter, words)
            for parameter, words in (
                ("q", _("Search: %s") % self.q if self.q else ""),
                ("state", _("Status: %s") % State(self.state).label if self.state else ""),
                ("platform", _("Platform: %s") % Platform(self.platform).label if self.platform else ""),
                ("scope", _("API: %s") % names[self.scope] if self.scope else ""),
                ("level", _("Level: %s") % RegisteredApplication.Level(self.level).label if self.level else ""),
                ("reach", _("Open to all channels") if self.reach else ""),
                ("unused", self._unused),
            )
            if words
        ]

    @property
    def _unused(self) -> str:
        words = {EVER: _("Never registered"), A_WEEK: _("Never registered, added more than 7 days ago")}
        return words.get(self.unused, "")


@dataclass(frozen=True)
class Row:
    """One application in a list, with what the list says of it."""

    application: RegisteredApplication
    channels: list[str]
    platforms: list[str]
    apis: list[str]
    clients: Clients
    statement: uuid.UUID | None
    may_download: bool
    may_edit: bool


@dataclass(frozen=True)
class Listing:
    query: Query
    page: "Page[RegisteredApplication]"
    rows: list[Row]
    counts: dict[str, int]
    """Of all that the list is about, whatever its filters: how many are active and deserve a look; and what else was
    counted with them."""

    @property
    def ticks(self) -> bool:
        """Whether rows have boxes: somebody who edits can do several at once."""
        return any(row.may_edit for row in self.rows)

    @property
    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """What each filter offers, as value and words."""
        return {
            "states": [(state.value, _(state.label)) for state in State],
            "platforms": [(platform.value, _(platform.label)) for platform in Platform],
            "apis": [(api.key, _(api.name)) for api in scopes.APIS],
            "levels": [(level.value, _(level.label)) for level in RegisteredApplication.Level],
        }


def page_of(rows: Any, number: str, *, count: int | None = None) -> "Page[Any]":
    """That page, or the nearest that there is. `count` spares a query where the number of rows is known."""
    paginator = Paginator(rows, A_PAGE)
    if count is not None:
        paginator.count = count
    return paginator.get_page(number)


def visible_applications(rights: Rights, environment: str) -> "QuerySet[RegisteredApplication]":
    """Everything live that one may see in the environment."""
    found = RegisteredApplication.objects.live().filter(environment=environment)
    visible = rights.programmers(environment)
    if visible is not None:
        found = found.filter(programmer__in=Programmer.objects.filter(environment=environment, id_key__in=visible))
    return found


def applications(
    rights: Rights,
    environment: str,
    asked: QueryDict,
    *,
    within: "QuerySet[RegisteredApplication] | None" = None,
    **also: "QuerySet[Any]",
) -> Listing:
    """One page of the applications of `within` (all that one may see), with a fixed number of queries.

    The page's tabs are counted `also`, in the query that counts the list.
    """
    query = Query.of(asked)
    found = visible_applications(rights, environment) if within is None else within
    active = found.in_state(State.ACTIVE)  # type: ignore[attr-defined]
    asked_for = _filtered(found, query)
    counts = counting.of_each(
        asked_for=asked_for, active=active, open=active.filter(all_channels=True), unused=unused(active), **also
    )
    rows = _sorted(asked_for, query.sort).select_related("programmer")
    page = page_of(rows, query.page, count=counts["asked_for"])
    shown = list(page.object_list)
    names = _channel_names(environment, shown)
    clients, statements = counting.clients(shown), _newest_statements(shown)
    listed = [
        Row(
            application=each,
            channels=[names.get(key, key) for key in each.channels],
            platforms=[str(Platform(word).label) for word in each.platforms],
            apis=scopes.api_names(each.scopes),
            clients=clients.get(each.pk, Clients()),
            statement=statements.get(each.pk),
            may_download=rights.may_issue(each),
            may_edit=rights.may(Role.EDITOR, environment, each.programmer_public_id),
        )
        for each in shown
    ]
    return Listing(query, page, listed, counts)


def chosen(rights: Rights, environment: str, asked: QueryDict) -> list[RegisteredApplication]:
    """The applications whose boxes were ticked in a list, by name, as far as one may see them; a page of them."""
    keys = []
    for word in asked.getlist("chosen")[:A_PAGE]:
        try:
            keys.append(uuid.UUID(word))
        except ValueError:
            continue
    found = visible_applications(rights, environment).filter(software_id__in=keys)
    return list(found.with_state().select_related("programmer").order_by("name_key", "version", "pk"))  # type: ignore[attr-defined]


def unused(found: "QuerySet[RegisteredApplication]", *, for_a_week: bool = False) -> "QuerySet[RegisteredApplication]":
    """Those that nobody ever registered with, or of them those that could be a week ago already."""
    found = found.filter(~Exists(Client.objects.filter(application=OuterRef("pk"))))
    return found.filter(created_at__lt=Now() - timedelta(days=7)) if for_a_week else found


def matching(rights: Rights, environment: str, asked: QueryDict) -> "QuerySet[RegisteredApplication]":
    """Everything on all pages of the list of the environment, in its order."""
    query = Query.of(asked)
    return _sorted(_filtered(visible_applications(rights, environment), query), query.sort)


def usable_statements() -> "QuerySet[SoftwareStatement]":
    """Those that can still register: not revoked, by a key not withdrawn, not expired by the database's clock."""
    unexpired = Q(expires_at=None) | Q(expires_at__gt=Now())
    return SoftwareStatement.objects.filter(unexpired, revoked_at=None, signing_key__withdrawn_at=None)


def statements_of(application: RegisteredApplication) -> "QuerySet[SoftwareStatement]":
    """All of them, newest first, with `state_now` by the database's clock."""
    gone = Q(revoked_at__lte=Now()) | Q(signing_key__withdrawn_at__isnull=False)
    state = Case(
        When(gone, then=Value("revoked")), When(expires_at__lte=Now(), then=Value("expired")), default=Value("valid")
    )
    found = SoftwareStatement.objects.filter(application=application).select_related("signing_key")
    return found.annotate(state_now=state).order_by("-issued_at", "-pk")


def _filtered(found: "QuerySet[RegisteredApplication]", query: Query) -> "QuerySet[RegisteredApplication]":
    if query.state:
        found = found.in_state(query.state)  # type: ignore[attr-defined]
    if query.level:
        found = found.filter(level=query.level)
    if query.reach:
        found = found.filter(all_channels=True)
    if query.unused:
        found = unused(found, for_a_week=query.unused == A_WEEK)
    if query.platform:
        found = found.filter(_member(Kind.PLATFORM, value=query.platform))
    for scope in next((api.scopes for api in scopes.APIS if api.key == query.scope), ()):
        found = found.filter(_member(Kind.SCOPE, value=scope))
    for term in query.q.split()[:_MOST_TERMS]:
        found = found.filter(_says(term))
    return found


def _says(term: str) -> Q:
    """A name, version or domain that holds the term, or the very software id or client id."""
    folded = fold(term)
    says = Q(name_key__contains=folded) | Q(version__holds=term)
    says |= Q(_member(Kind.DOMAIN, value__contains=folded))
    says |= Q(pk__in=Client.objects.filter(client_id=term).values("application"))
    try:
        return says | Q(software_id=uuid.UUID(term))
    except ValueError:
        return says


def _member(kind: str, **value: str) -> Exists:
    return Exists(ApplicationMember.objects.filter(application=OuterRef("pk"), kind=kind, **value))


def _sorted(found: "QuerySet[RegisteredApplication]", sort: str) -> "QuerySet[RegisteredApplication]":
    found = found.with_state()  # type: ignore[attr-defined]
    falling, word = sort.startswith("-"), sort.removeprefix("-")
    if word == "state":
        return found.order_by(_STATE_ORDER.desc() if falling else _STATE_ORDER.asc(), "name_key", "pk")
    return found.order_by(*(F(name).desc() if falling else F(name).asc() for name in _ORDERS[word]))


def _newest_statements(shown: list[RegisteredApplication]) -> dict[int, uuid.UUID | None]:
    """Of a page only: within the sorted query, the database would look for those of all pages before it, too."""
    newest = usable_statements().filter(application=OuterRef("pk")).order_by("-issued_at").values("pk")[:1]
    rows = RegisteredApplication.objects.filter(pk__in=[each.pk for each in shown])
    return dict(rows.annotate(newest=Subquery(newest)).values_list("pk", "newest"))


def _channel_names(environment: str, shown: list[RegisteredApplication]) -> dict[str, str]:
    keys = {key for application in shown for key in application.channels}
    if not keys:
        return {}
    found = Channel.objects.live().filter(environment=environment, id_key__in=keys)
    return dict(found.values_list("id_key", "display_name"))
