"""The live configuration of one programmer with changes laid over it."""

from collections import UserDict
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, TypeVar

from dashboard.entities.base import RULES, Kind, Properties
from dashboard.models import Change
from registration.models import Channel, Domain, RegisteredApplication
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
        self._made: dict[str, tuple[int, Any]] = {}

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

    def channels(self) -> set[str]:
        """The keys of the programmer's channels."""
        return self.once("channels", Kind.CHANNEL, lambda: self._laid(Kind.CHANNEL, set(self._hosts)))

    def hosts(self, channels: Iterable[str]) -> set[str]:
        """The hosts of the domains of these channels."""
        laid = self.once("hosts", Kind.DOMAIN, self._hosts_laid)
        return {host for channel in set(channels) for host in laid.get(channel, ())}

    def names(self) -> dict[tuple[str, str], set[str]]:
        """The software ids of the programmer's applications, by folded name and version."""
        return self.once("names", Kind.APPLICATION, self._names_laid)

    def once(self, name: str, kind: Kind, make: Callable[[], T]) -> T:
        """What `make` answers, kept until a change of this kind comes or goes: whoever checks all asks often."""
        turn = self.changes.turns[kind]
        if name not in self._made or self._made[name][0] != turn:
            self._made[name] = turn, make()
        found: T = self._made[name][1]
        return found

    def _hosts_laid(self) -> dict[str, set[str]]:
        keys = {f"{channel}/{host}" for channel, hosts in self._hosts.items() for host in hosts}
        found: dict[str, set[str]] = {}
        for channel, _, host in (key.partition("/") for key in self._laid(Kind.DOMAIN, keys)):
            found.setdefault(channel, set()).add(host)
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

    def _laid(self, kind: Kind, keys: set[str]) -> set[str]:
        changes = self.of_kind(kind)
        created = {change.key for change in changes if change.before is None}
        return (keys | created) - {change.key for change in changes if change.after is None}

    @cached_property
    def _hosts(self) -> dict[str, set[str]]:
        of = {"environment": self.environment, "programmer__id_key": self.programmer}
        channels = Channel.objects.live().filter(**of)
        hosts: dict[str, set[str]] = {key: set() for key in channels.values_list("id_key", flat=True)}
        domains = Domain.objects.live().filter(channel__in=channels)
        for channel, host in domains.values_list("channel__id_key", "host"):
            hosts[channel].add(host)
        return hosts

    @cached_property
    def _names(self) -> list[tuple[str, str, str]]:
        of = {"environment": self.environment, "programmer__id_key": self.programmer}
        rows = RegisteredApplication.objects.live().filter(**of).values_list("name_key", "version", "software_id")
        return [(name_key, version, str(software_id)) for name_key, version, software_id in rows]

    def _owns(self, kind: Kind, row: Any) -> bool:
        return RULES[kind].owner(row) == self.programmer
