"""What the audit log says of a push, so that whoever edits a version or its changes in the database is found out."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from dashboard.models import Change, ChangeSet
from oauth import chain
from oauth.chain import Finding
from oauth.models import AuditEntry

EVENT = "configuration:push"
_OF_THE_VERSION = (
    "programmer",
    "author_key",
    "author_name",
    "on_behalf_of",
    "description",
    "digest",
    "version",
    "pushed_by_name",
)


def of(change_set: ChangeSet, changes: Iterable[Change]) -> dict[str, Any]:
    """What the entry of a push keeps of it: how many changes, when approval was asked for (None: it was not), and the
    digests of the version and of what it changed.
    """
    said = {name: getattr(change_set, name) for name in _OF_THE_VERSION}
    at = change_set.pushed_at
    # To the millisecond: `dumpdata` keeps no more.
    said["pushed_at"] = at and at.replace(microsecond=at.microsecond // 1000 * 1000)
    said["undoes"] = str(change_set.undoes.uuid) if change_set.undoes else None
    shown = [[each.kind, each.key, each.programmer, each.label, each.before, each.after] for each in changes]
    rows = sorted(shown, key=lambda row: row[:2])
    return {
        "version": change_set.version,
        "changes": len(rows),
        "submitted_at": _written(change_set.submitted_at),
        "version_sha256": chain.digest(said),
        "changes_sha256": chain.digest(rows),
    }


class Check:
    """Holds the versions of one environment against its log: give it every entry, then ask for what is left."""

    def __init__(self, environment: str) -> None:
        self.environment = environment
        self._told: set[str] = set()

    def findings(self, entries: Iterable[AuditEntry]) -> Iterator[Finding]:
        """Versions that are not what the entries say of them."""
        told = {entry.key: entry for entry in entries if entry.event == EVENT}
        rows = ChangeSet.objects.filter(uuid__in=[key for key in told if _is_uuid(key)], environment=self.environment)
        pushed = rows.pushed().select_related("undoes").prefetch_related("changes")
        found = {str(row.uuid): row for row in pushed}
        self._told |= found.keys()
        for key, entry in told.items():
            for what in _differences(entry, found.get(key)):
                yield Finding(self.environment, entry.n, what)

    def left(self) -> Iterator[Finding]:
        """Versions of which the log knows nothing."""
        pushed = ChangeSet.objects.pushed().filter(environment=self.environment)
        for row in pushed.order_by("pk").only("uuid", "programmer", "version").iterator():
            if str(row.uuid) not in self._told:
                yield Finding(self.environment, 0, f"inserted: no entry tells of {_name(row)}")


def _differences(entry: AuditEntry, row: ChangeSet | None) -> Iterator[str]:
    was = entry.data if isinstance(entry.data, dict) else {}
    if row is None:
        yield f"removed: version {was.get('version')} of {entry.programmer} is not there"
        return
    now = of(row, row.changes.all())
    if now["changes"] != was.get("changes"):
        yield f"changed: {_name(row)} had {was.get('changes')} changes, and has {now['changes']}"
    elif now["changes_sha256"] != was.get("changes_sha256"):
        yield f"changed: what {_name(row)} changed is not what was pushed"
    if now["version_sha256"] != was.get("version_sha256"):
        yield f"changed: the description, people or date of {_name(row)} are not what was pushed"
    # Entries from before this was kept have no such member.
    if "submitted_at" in was and now["submitted_at"] != was["submitted_at"]:
        yield f"changed: when approval of {_name(row)} was asked for is not what was pushed"


def _written(at: datetime | None) -> str | None:
    """The instant as an entry spells it, in UTC to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def _name(row: ChangeSet) -> str:
    return f"version {row.version} of {row.programmer}"


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
