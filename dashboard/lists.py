"""Lists: searched, filtered, sorted and paged by the database, all of it in the URL."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Now
from django.http import QueryDict
from django.utils.translation import gettext as _

from dashboard import counting, filters
from dashboard.counting import Clients
from dashboard.entities.values import uuids
from dashboard.models import Role
from dashboard.permissions import Rights
from registration import platforms, scopes
from registration.models import (
    Channel,
    Programmer,
    RegisteredApplication,
    SoftwareStatement,
    State,
    state_is,
)
from registration.platforms import Platform

A_PAGE = 50
_ORDERS = {
    "name": ("name_key", "version", "pk"),
    "version": ("version", "name_key", "pk"),
    "created": ("created_at", "pk"),
}
_STATE_ORDER = Case(
    *(When(state_now=state.value, then=Value(rank)) for rank, state in enumerate(State)), output_field=IntegerField()
)


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
    query: filters.Query
    page: "Page[RegisteredApplication]"
    rows: list[Row]
    counts: dict[str, int]
    """Of all that the list is about, whatever its filters: how many are active, and deserve a look."""

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
) -> Listing:
    """One page of the applications of `within` (all that one may see), with a fixed number of queries."""
    query = filters.Query.of(asked)
    found = visible_applications(rights, environment) if within is None else within
    asked_for = query.condition
    counts = _counts(found, asked_for)
    rows = _sorted(found.filter(asked_for), query.sort).select_related("programmer")
    page = page_of(rows, query.page, count=counts["asked_for"])
    shown = list(page.object_list)
    names = _channel_names(environment, shown)
    clients, statements = _clients_and_statements(shown)
    listed = [
        Row(
            application=each,
            channels=[names.get(key, key) for key in each.channels],
            platforms=platforms.labels(each.platforms),
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
    keys = uuids(asked.getlist("chosen")[:A_PAGE])
    found = visible_applications(rights, environment).filter(software_id__in=keys)
    return list(found.with_state().select_related("programmer").order_by("name_key", "version", "pk"))  # type: ignore[attr-defined]


def matching(rights: Rights, environment: str, asked: QueryDict) -> "QuerySet[RegisteredApplication]":
    """Everything on all pages of the list of the environment, in its order."""
    query = filters.Query.of(asked)
    return _sorted(visible_applications(rights, environment).filter(query.condition), query.sort)


def usable_statements() -> "QuerySet[SoftwareStatement]":
    """Those that can still register: not revoked, by a key not withdrawn, not expired by the database's clock."""
    unexpired = Q(expires_at=None) | Q(expires_at__gt=Now())
    stands = Q(revoked_at=None) | Q(revoked_at__gt=Now())
    return SoftwareStatement.objects.filter(unexpired, stands, signing_key__withdrawn_at=None)


def statements_of(application: RegisteredApplication) -> "QuerySet[SoftwareStatement]":
    """All of them, newest first, with `state_now` by the database's clock."""
    gone = Q(revoked_at__lte=Now()) | Q(signing_key__withdrawn_at__isnull=False)
    state = Case(
        When(gone, then=Value("revoked")), When(expires_at__lte=Now(), then=Value("expired")), default=Value("valid")
    )
    found = SoftwareStatement.objects.filter(application=application).select_related("signing_key")
    return found.annotate(state_now=state).order_by("-issued_at", "-pk")


def _counts(found: "QuerySet[RegisteredApplication]", asked_for: Q) -> dict[str, int]:
    """How many are asked for; of all of them, how many are active, open to all channels, never registered with."""
    active = state_is(State.ACTIVE)
    conditions = {
        "asked_for": asked_for,
        "active": active,
        "open": active & Q(all_channels=True),
        "unused": active & filters.unused(),
    }
    return found.aggregate(**{name: Count("pk", filter=each or None) for name, each in conditions.items()})


def _sorted(found: "QuerySet[RegisteredApplication]", sort: str) -> "QuerySet[RegisteredApplication]":
    found = found.with_state()  # type: ignore[attr-defined]
    falling, word = sort.startswith("-"), sort.removeprefix("-")
    if word == "state":
        return found.order_by(_STATE_ORDER.desc() if falling else _STATE_ORDER.asc(), "name_key", "pk")
    return found.order_by(*(F(name).desc() if falling else F(name).asc() for name in _ORDERS[word]))


def _clients_and_statements(
    shown: list[RegisteredApplication],
) -> tuple[dict[int, Clients], dict[int, uuid.UUID | None]]:
    """Of a page only: within the sorted query, the database would look for those of all pages before it, too."""
    newest = usable_statements().filter(application=OuterRef("pk")).order_by("-issued_at").values("pk")[:1]
    rows = counting.with_clients(shown).annotate(newest=Subquery(newest))
    found = list(rows.values_list("pk", "clients_here", "last", "newest"))
    clients = {pk: Clients(number, last=last) for pk, number, last, _statement in found}
    return clients, {pk: statement for pk, _number, _last, statement in found}


def _channel_names(environment: str, shown: list[RegisteredApplication]) -> dict[str, str]:
    keys = {key for application in shown for key in application.channels}
    if not keys:
        return {}
    found = Channel.objects.live().filter(environment=environment, id_key__in=keys)
    return dict(found.values_list("id_key", "display_name"))
