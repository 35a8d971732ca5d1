"""What every kind of entity can be asked, and how a push writes it."""

# ruff: noqa: ARG002  (one signature for every kind)

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db import models

from dashboard.models import Change, Role
from dashboard.permissions import Rights
from oauth.problems import Invalid
from registration.models import Channel, Programmer

if TYPE_CHECKING:
    from dashboard.entities.view import View

Properties = dict[str, Any]
Messages = dict[str, list[str]]
T = TypeVar("T")


class Kind(models.TextChoices):
    """The kinds of entity, parents before children: the order in which a push locks and writes."""

    PROGRAMMER = "programmer", "Programmer"
    CHANNEL = "channel", "Channel"
    DOMAIN = "domain", "Domain"
    SCHEME = "scheme", "Custom scheme"
    CERTIFICATE = "certificate", "Certificate"
    ANALYTICS = "analytics", "Analytics configuration"
    APPLICATION = "application", "Application"


ORDER = {kind: position for position, kind in enumerate(Kind)}


class Operation(models.TextChoices):
    CREATE = "create", "Add"
    UPDATE = "update", "Change"
    REMOVE = "remove", "Remove"


def operation(change: Change) -> Operation:
    """What a change does. `{}` exists and `None` does not: never ask by truth."""
    if change.before is None:
        return Operation.CREATE
    return Operation.REMOVE if change.after is None else Operation.UPDATE


class Problems:
    """Collects what is wrong with each property, so that a form can show everything at once."""

    def __init__(self) -> None:
        self.messages: Messages = {}

    def add(self, name: str, message: str) -> None:
        self.messages.setdefault(name, []).append(message)

    def extend(self, messages: Messages) -> None:
        for name, group in messages.items():
            self.messages.setdefault(name, []).extend(group)

    def attempt(self, name: str, parse: Callable[[Any], T], value: Any) -> T | None:
        """`parse(value)`, or None and a message where it raises ValueError."""
        try:
            return parse(value)
        except ValueError as error:
            self.add(name, str(error))
            return None

    def stop(self) -> None:
        if self.messages:
            raise Invalid(self.messages)


@dataclass
class Version:
    """What a push writes rows for: whose version it is, its number, and who pushes it. Parents are looked up once."""

    environment: str
    programmer: str
    number: int
    by_name: str
    _channels: dict[str, Channel] = field(default_factory=dict)

    @cached_property
    def programmer_row(self) -> Programmer:
        return Programmer.objects.get(environment=self.environment, id_key=self.programmer)

    def channel_row(self, key: str) -> Channel:
        if key not in self._channels:
            self._channels[key] = Channel.objects.get(environment=self.environment, id_key=key)
        return self._channels[key]


class Rules(ABC):
    """One kind of entity: its properties, who may do what, and how a push writes it.

    `clean` reads a property dict into its canonical form; `check` says what is wrong with it beside everything else;
    `permit` what only the pusher's rights allow. None of them writes.
    """

    kind: ClassVar[Kind]
    model: ClassVar[Any]  # the model of its live rows
    known: ClassVar[frozenset[str]]
    editable: ClassVar[frozenset[str]]
    drafted: ClassVar[frozenset[str]]  # what may be changed of a new one before it is pushed
    write_only: ClassVar[frozenset[str]] = frozenset()  # secrets: pages and exports show how they end
    identity: ClassVar[str]
    taken: ClassVar[str] = "This is taken. Choose another."

    # --- Properties ---

    @abstractmethod
    def parsers(self) -> dict[str, Callable[[Any], Any]]:
        """How each property is read: a function that raises ValueError with a sentence."""

    @abstractmethod
    def complete(self, given: Properties, *, programmer: str) -> Properties:
        """`given` with what a person may leave out of a new entity; ids are minted here."""

    def mint(self, properties: Properties, *, view: "View") -> Properties:
        """The cleaned properties of a new entity with what must be new here, such as the next number."""
        return properties

    @abstractmethod
    def key(self, properties: Properties) -> str:
        """The key of a new entity."""

    @abstractmethod
    def label(self, properties: Properties) -> str:
        """What people call it."""

    def clean(self, properties: Mapping[str, Any]) -> Properties:
        """The canonical form of the members that are there. Raises Invalid, also for a member it does not know."""
        parsers, problems, cleaned = self.parsers(), Problems(), {}
        for name, value in properties.items():
            if name not in self.known:
                problems.add(name, f"{self.kind.label} has no property {name}. Leave it out.")
            else:
                cleaned[name] = problems.attempt(name, parsers[name], value)
        problems.stop()
        return cleaned

    def settle(self, properties: Properties) -> Properties:
        """Properties that follow from one another."""
        return properties

    # --- Live rows ---

    @abstractmethod
    def rows(self, environment: str, keys: Iterable[str]) -> dict[str, Any]:
        """The rows with these keys, tombstones included, whoever's they are."""

    @abstractmethod
    def keys(self, environment: str, programmer: str) -> set[str]:
        """The keys of all that lives of a programmer."""

    @abstractmethod
    def read(self, row: Any) -> Properties:
        """The properties of a row, in canonical form."""

    @abstractmethod
    def owner(self, row: Any) -> str:
        """The case-folded id of the programmer to whom a row belongs."""

    def live(self, environment: str, key: str) -> Properties | None:
        """What lives under `key` now, or None."""
        row = self.rows(environment, [key]).get(key)
        return self.read(row) if row is not None and row.removed_in is None else None

    # --- Rules ---

    def may(self, rights: Rights, doing: Operation, environment: str, programmer: str) -> bool:
        """Whether one's role is enough. `permit` asks the rest."""
        return rights.may(Role.EDITOR, environment, programmer)

    def permit(self, rights: Rights, properties: Properties, *, key: str, view: "View") -> Messages:
        """What the pusher's rights do not reach, by property."""
        return {}

    def check(self, properties: Properties, *, key: str, view: "View") -> Messages:
        """What is wrong with the whole of an entity that is created or updated, by property."""
        return {}

    def check_removal(self, *, key: str, view: "View") -> list[str]:
        """Why it cannot be removed, once everything else of the push is done."""
        return []

    def parent(self, properties: Properties) -> tuple[Kind, str] | None:
        """The entity whose removal takes this one along."""
        return None

    def children(self, *, key: str, view: "View") -> list[tuple[Kind, str, Properties | None]]:
        """What the removal of `key` stages: removals (None) and updates of live children."""
        return []

    def notes(self, properties: Properties, *, view: "View") -> list[str]:
        """What a form points out and does not refuse."""
        return []

    # --- Writing, in a push ---

    @abstractmethod
    def create(self, properties: Properties, *, key: str, row: Any, version: Version) -> Any:
        """A new row, or the tombstone `row` revived. Never a state column."""

    @abstractmethod
    def update(self, row: Any, members: Properties) -> None:
        """Write the touched members and no other column."""

    def remove(self, row: Any, *, version: Version) -> None:
        row.removed_in = version.number
        row.save(update_fields=["removed_in"])


RULES: dict[Kind, Rules] = {}


def write(row: Any, **fields: Any) -> None:
    """Set these columns and update no other."""
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
