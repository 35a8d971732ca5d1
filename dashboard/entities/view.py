"""The live configuration of one programmer with changes laid over it."""

from collections import UserDict
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, TypeVar

from dashboard.entities.base import RULES, Kind, Properties
from dashboard.models import Change
from registration.models import RegisteredApplication
from registration.text import fold

T = TypeVar("T")


class Changes(UserDict[tuple[Kind, str], Change]):
    """Changes by their place. `turns` of a kind moves on with each of it that is put in or taken out."""

    def __init__(self, changes: Iterable[Change] = ()) -> None:
        self.turns = dict.fromkeys(Kind, 0)
        self.of_kind: dict[Kind, dict[str, Change]] = {kind: {} for kind in Kind}
        super().__init__({(Kind(each.kind), each.key): each for each in changes})

    def __setitem__(self, place: tuple[Kind, str], change: Change) -> None:
        kind, key = place
        super().__setitem__(place, change)
        self.of_kind[kind][key] = change
        self.turns[kind] += 1

    def __delitem__(self, place: tuple[Kind, str]) -> None:
        kind, key = place
        super().__delitem__(place)
        del self.of_kind[kind][key]
        self.turns[kind] += 1


class View:
    """One programmer's live configuration with changes laid over it, read at most once.

    `changes` is the caller's own: what is laid into it shows here at once.
    """

    def __init__(self, environment: str, programmer: str, changes: Changes) -> None:
        self.environment = environment
        self.programmer = programmer
        self.changes = changes
        self._rows: dict[tuple[Kind, str], Any] = {}
        self._live_keys: dict[Kind, set[str]] = {}
        self._made: dict[tuple[str, Kind], tuple[int, Any]] = {}

    def preload(self, kind: Kind, keys: Iterable[str]) -> None:
        wanted = [key for key in keys if (kind, key) not in self._rows]
        found = RULES[kind].rows(self.environment, wanted) if wanted else {}
        self._rows.update({(kind, key): found.get(key) for key in wanted})

    def row(self, kind: Kind, key: str) -> Any:
        """The row with this key, tombstone or not, whoever's; or None."""
        self.preload(kind, [key])
        return self._rows[kind, key]

    def tombstone(self, kind: Kind, key: str) -> Any:
        """The programmer's removed row with this key, or None."""
        row = self.row(kind, key)
        return row if row is not None and row.removed_in is not None and self._owns(kind, row) else None

    def live(self, kind: Kind, key: str) -> Properties | None:
        """What lives of this programmer under `key`, without the changes."""
        row = self.row(kind, key)
        if row is None or row.removed_in is not None or not self._owns(kind, row):
            return None
        return RULES[kind].read(row)

    def get(self, kind: Kind, key: str) -> Properties | None:
        """What exists under `key` with the changes laid over it."""
        change = self.changes.get((kind, key))
        if change is None:
            return self.live(kind, key)
        if change.after is None or change.before is None:
            return change.after if change.after is None else dict(change.after)
        live = self.live(kind, key)
        return None if live is None else {**live, **change.after}

    def is_taken(self, kind: Kind, key: str) -> bool:
        """Whether a new entity cannot have this key: somebody else has or had it, or it exists."""
        row = self.row(kind, key)
        return (row is not None and not self._owns(kind, row)) or self.get(kind, key) is not None

    def of_kind(self, kind: Kind) -> list[Change]:
        return list(self.changes.of_kind[kind].values())

    def keys(self, kind: Kind) -> set[str]:
        """The keys of all that the programmer has of a kind."""
        return self.once("keys", kind, lambda: self._keys(kind))

    def owned(self, kind: Kind, owner: str) -> list[str]:
        """The keys of a kind that begin with an owner, as `aurora-one/live.aurora.example` does."""
        return self.once("owned", kind, lambda: self._by_owner(kind)).get(owner, [])

    def channels(self) -> set[str]:
        return self.keys(Kind.CHANNEL)

    def hosts(self, channels: Iterable[str]) -> set[str]:
        """The hosts of the domains of these channels."""
        keys = (key for channel in set(channels) for key in self.owned(Kind.DOMAIN, channel))
        return {key.partition("/")[2] for key in keys}

    def names(self) -> dict[tuple[str, str], set[str]]:
        """The software ids of the programmer's applications, by folded name and version."""
        return self.once("names", Kind.APPLICATION, self._names_laid)

    def once(self, name: str, kind: Kind, make: Callable[[], T]) -> T:
        """What `make` answers, kept until a change of this kind comes or goes: whoever checks all asks often."""
        turn, place = self.changes.turns[kind], (name, kind)
        if place not in self._made or self._made[place][0] != turn:
            self._made[place] = turn, make()
        found: T = self._made[place][1]
        return found

    def _keys(self, kind: Kind) -> set[str]:
        if kind not in self._live_keys:
            self._live_keys[kind] = RULES[kind].keys(self.environment, self.programmer)
        changes = self.of_kind(kind)
        created = {change.key for change in changes if change.before is None}
        return (self._live_keys[kind] | created) - {change.key for change in changes if change.after is None}

    def _by_owner(self, kind: Kind) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for key in sorted(self.keys(kind)):
            found.setdefault(key.rpartition("/")[0], []).append(key)
        return found

    def _names_laid(self) -> dict[tuple[str, str], set[str]]:
        gone, found = set[str](), dict[tuple[str, str], set[str]]()
        for change in self.of_kind(Kind.APPLICATION):
            if change.after is None:
                gone.add(change.key)
            elif change.before is None:
                name = fold(change.after["name"]), change.after["version"]
                found.setdefault(name, set()).add(change.key)
        for name_key, version, software_id in self._names:
            if software_id not in gone:
                found.setdefault((name_key, version), set()).add(software_id)
        return found

    @cached_property
    def _names(self) -> list[tuple[str, str, str]]:
        of = {"environment": self.environment, "programmer__id_key": self.programmer}
        rows = RegisteredApplication.objects.live().filter(**of).values_list("name_key", "version", "software_id")
        return [(name_key, version, str(software_id)) for name_key, version, software_id in rows]

    def _owns(self, kind: Kind, row: Any) -> bool:
        return RULES[kind].owner(row) == self.programmer
