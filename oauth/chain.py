"""The chain of the audit trail: every entry carries the hash of the one before it, and of its own content.

What is hashed is one JSON text of every column, spelled alike whatever database holds the row: docs/audit-log.md shows
it, so that anybody can do the sum again with other tools.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from oauth.models import AuditEntry, Tail

# All but the number of the row in its table, which no page shows, and the hash itself.
COLUMNS = (
    "environment",
    "n",
    "at",
    "actor_key",
    "actor_name",
    "on_behalf_of",
    "door",
    "request_id",
    "event",
    "programmer",
    "kind",
    "key",
    "label",
    "reason",
    "data",
    "previous_hash",
)
_AT_ONCE = 500


@dataclass(frozen=True)
class Finding:
    """Where the log is not as it was written: the entry, by environment and number, and what differs there."""

    environment: str
    n: int
    what: str

    def __str__(self) -> str:
        return f"{self.environment or 'everywhere'} {self.n}: {self.what}"


def digest(value: Any) -> str:
    """SHA-256, hex, of the canonical JSON: names in order, no spaces, ASCII, instants in UTC to the microsecond."""
    text = json.dumps(_plain(value), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def hash_of(entry: Any) -> str:
    """The hash of an entry's content, `previous_hash` included."""
    return digest({name: getattr(entry, name) for name in COLUMNS})


def places() -> list[str]:
    """Every environment that has entries or a tail; `""`, what is of no environment, first."""
    found = set(AuditEntry.objects.order_by().values_list("environment", flat=True).distinct())
    return sorted({"", *found, *Tail.objects.values_list("environment", flat=True)})


class Walk:
    """One environment's log, read from its first entry to its last. Afterwards `n` and `hash` are its head.

    `expected` tells hashes that are known from elsewhere, by number: from a checkpoint.
    """

    def __init__(self, environment: str, expected: dict[int, str] | None = None) -> None:
        self.environment = environment
        self.n = self.rows = 0
        self.hash = ""
        self._linked = {""}
        self._expected = expected or {}

    def batches(self) -> Iterator[tuple[list[AuditEntry], list[Finding]]]:
        """The entries in order, some at a time, and what is wrong there. Writers may go on meanwhile."""
        tail = Tail.objects.filter(environment=self.environment).first() or Tail(environment=self.environment)
        known = [self._expected, {tail.audit_n: tail.audit_hash}]
        rows = AuditEntry.objects.filter(environment=self.environment).order_by("n").iterator(_AT_ONCE)
        while batch := list(islice(rows, _AT_ONCE)):
            yield batch, [Finding(self.environment, n, what) for each in batch for n, what in self._step(each, known)]
        yield [], [Finding(self.environment, n, what) for n, what in self._end(tail)]

    def _step(self, entry: AuditEntry, known: list[dict[int, str]]) -> Iterator[tuple[int, str]]:
        self.rows += 1
        if entry.n <= self.n:
            yield entry.n, "inserted: no entry can have this number"
            return
        if entry.n == self.n + 2:
            yield self.n + 1, "removed: it is not there"
        elif entry.n > self.n + 2:
            yield self.n + 1, f"removed: the entries {self.n + 1} to {entry.n - 1} are not there"
        own = hash_of(entry)
        if own != entry.hash:
            yield entry.n, "changed: its content and its hash do not belong together"
        elif entry.n == self.n + 1 and entry.previous_hash not in self._linked:
            yield entry.n, f"does not follow entry {self.n}: one of the two was replaced"
        elif any(hashes.get(entry.n, own) != own for hashes in known):
            yield entry.n, "replaced: it is known by another hash"
        # Where a hash alone was changed that is told once: what follows still knows the right one.
        self.n, self.hash, self._linked = entry.n, entry.hash, {entry.hash, own}

    def _end(self, tail: Tail) -> Iterator[tuple[int, str]]:
        last = max([tail.audit_n, *self._expected])
        if self.n < last:
            yield self.n + 1, f"removed: the log ends with entry {self.n}, and there were {last}"
        now = Tail.objects.filter(environment=self.environment).first()
        if self.n > (now.audit_n if now else 0):
            yield self.n, "inserted: nobody counted the last entry when it was written"


def _plain(value: Any) -> Any:
    """As JSON has it, whatever the database: one that kept 1.0 as a number may give back 1."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        return int(value) if value.is_integer() else repr(value)
    return value
