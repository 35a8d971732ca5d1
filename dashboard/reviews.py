"""A draft as its review shows it: programmer by programmer, with what it takes away and what is in its way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from dashboard import changes, fleet, permissions, places
from dashboard.changes import approvals, diffs, values
from dashboard.changes.approvals import Standing
from dashboard.changes.conflicts import Difference
from dashboard.changes.descriptions import describe_all
from dashboard.changes.diffs import Line, Shown
from dashboard.changes.resolving import parts
from dashboard.entities import ORDER, RULES, Kind, Operation, operation
from dashboard.fleet import Effect
from dashboard.models import Change, ChangeSet, Head, Role
from dashboard.permissions import Rights
from oauth.audit import Actor, Door
from registration import scopes
from registration.models import Programmer


@dataclass(frozen=True)
class Clash:
    """One conflict, side by side: its three values as lines, and what can be done."""

    difference: Difference
    label: str
    original: Sequence[str]
    mine: Sequence[str]
    current: Sequence[str]


@dataclass(frozen=True)
class Entry:
    """One change of a draft under review."""

    shown: Shown
    effects: Sequence[Effect] = ()
    clashes: Sequence[Clash] = ()
    page: str = ""
    """Where the thing stands as it is live; empty where it is not."""

    @property
    def change(self) -> Change:
        return self.shown.change

    @property
    def edits(self) -> bool:
        """Whether there is a form on which one goes on with it."""
        change = self.change
        if change.kind not in Kind.values or operation(change) is Operation.REMOVE:
            return False
        rules = RULES[Kind(change.kind)]
        return bool(rules.drafted if change.before is None else rules.editable)

    @property
    def goes_on(self) -> bool:
        """Whether the review leads there: what somebody else removed has no page now, and is resolved first."""
        return self.edits and (self.change.before is None or bool(self.page))


@dataclass(frozen=True)
class Group:
    """One programmer's part of a draft: what is pushed together."""

    change_set: ChangeSet
    name: str
    version: int
    entries: Sequence[Entry]
    standing: Standing
    refusal: str = ""
    privileged: Sequence[str] = field(default=())

    @property
    def key(self) -> str:
        return self.change_set.programmer

    @property
    def next(self) -> int:
        return self.version + 1

    @property
    def description(self) -> str:
        """What the form proposes."""
        known = [entry.change for entry in self.entries if entry.change.kind in Kind.values]
        said = describe_all(known) if known else ""
        undone = self.change_set.undoes
        return f"Undo version {undone.version}: {said}" if undone and said else said

    @property
    def seen(self) -> str:
        """The digest of its changes, so that what is pushed is what was shown."""
        return approvals.seen(entry.change for entry in self.entries)

    @property
    def takes(self) -> Sequence[Entry]:
        return [entry for entry in self.entries if entry.effects]

    @property
    def clashing(self) -> Sequence[Entry]:
        return [entry for entry in self.entries if entry.clashes]


def groups(found: Iterable[Change], *, environment: str, rights: Rights) -> list[Group]:
    """`found` with their change sets, which they share."""
    listed = list(found)
    # Whoever may not see a programmer any more learns nothing of it from the draft that he left.
    known = [change for change in listed if rights.role(environment, change.programmer)]
    effects = fleet.effects(known, environment=environment)
    by_programmer: dict[str, list[Change]] = {}
    for change in listed:
        by_programmer.setdefault(change.change_set.programmer, []).append(change)
    heads = Head.objects.filter(environment=environment, programmer__in=by_programmer)
    versions = dict(heads.values_list("programmer", "version"))
    called = Programmer.objects.filter(environment=environment, id_key__in={change.programmer for change in known})
    names = dict(called.values_list("id_key", "display_name"))
    needed = bool(by_programmer) and approvals.is_needed(environment)
    by_author = {change.change_set.author_key: change.change_set for change in listed}
    authors = {key: _of_author(change_set) for key, change_set in by_author.items()}
    pages = places.pages(environment, (change for change in listed if change.before is not None))
    return [
        _group(
            rows,
            effects,
            pages,
            name=names.get(programmer) or _own_name(rows) or programmer,
            version=versions.get(programmer, 0),
            needed=needed,
            rights=rights,
            author=authors[rows[0].change_set.author_key],
        )
        for programmer, rows in by_programmer.items()
    ]


def name_of(environment: str, found: Sequence[Change], rights: Rights) -> str:
    """What the programmer of these changes is called; whoever may not see it any more is told nothing new."""
    key = found[0].programmer
    names = Programmer.objects.filter(environment=environment, id_key=key).values_list("display_name", flat=True)
    return (names.first() if rights.role(environment, key) else "") or _own_name(found) or key


def entry(change: Change) -> Entry:
    """One change by itself, with its conflicts."""
    found = changes.foresee(change.change_set, _of_author(change.change_set))
    clashes = [_clash(each) for each in found if _about(each, change)]
    return Entry(diffs.of(change), clashes=clashes)


def _group(
    rows: list[Change],
    effects: dict[int, list[Effect]],
    pages: dict[places.Key, str],
    *,
    name: str,
    version: int,
    needed: bool,
    rights: Rights,
    author: Rights,
) -> Group:
    change_set = rows[0].change_set
    sees = rights.role(change_set.environment, change_set.programmer) is not None
    differences = changes.foresee(change_set, author) if sees else []
    entries = [
        Entry(
            diffs.of(row),
            effects.get(row.pk, ()),
            [_clash(each) for each in differences if _about(each, row)],
            pages.get((row.kind, row.key), ""),
        )
        for row in rows
    ]
    may = rights.may(Role.EDITOR, change_set.environment, change_set.programmer)
    return Group(
        change_set=change_set,
        name=name,
        version=version,
        entries=sorted(entries, key=_rank),
        standing=approvals.standing(change_set, rows, version=version, needed=needed),
        refusal="" if may else _("You may not change anything of this programmer any more. A TAM can take this over."),
        privileged=[row.label for row in rows if _is_privileged(row)],
    )


def _of_author(change_set: ChangeSet) -> Rights:
    """What whoever wrote a draft may do now, whoever reads it."""
    return permissions.of_actor(Actor(change_set.author_key, change_set.author_name, Door.PAGE))


def _rank(entry: Entry) -> tuple[int, int, str]:
    """What is in the way, then what viewers feel, then the rest in the order of a push."""
    change = entry.change
    felt = bool(entry.effects) or (change.after or {}).get("all_channels") is True
    first = 0 if entry.clashes else 1 if felt else 2
    return first, ORDER.get(change.kind, len(ORDER)), change.label  # type: ignore[call-overload]


def _is_privileged(change: Change) -> bool:
    wanted = (change.after or {}).get("scopes", [])
    return change.kind == Kind.APPLICATION and change.before is None and bool(scopes.PRIVILEGED.intersection(wanted))


def _own_name(rows: Iterable[Change]) -> str:
    return next((row.label for row in rows if row.kind == Kind.PROGRAMMER), "")


def _about(difference: Difference, change: Change) -> bool:
    return (difference.kind, difference.key) == (change.kind, change.key)


def _clash(difference: Difference) -> Clash:
    lines = [_lines(difference, value) for value in (difference.original, difference.mine, difference.current)]
    label = values.property_label(difference.property) if difference.property else _("All of it")
    return Clash(difference, label, *lines)


def _lines(difference: Difference, value: object) -> list[str]:
    """A value of one property, or of all of them with their names."""
    if difference.property and not (isinstance(value, dict) and difference.property not in value):
        member = value[difference.property] if isinstance(value, dict) else value
        return _words(difference, {difference.property: member}).get(difference.property, [])
    if not isinstance(value, dict):
        return [] if value is None else [str(value)]
    found = _words(difference, value)
    return [f"{values.property_label(name)}: {line}" for name, lines in found.items() for line in lines]


def _words(difference: Difference, properties: dict[str, object]) -> dict[str, list[str]]:
    return values.in_words(difference.kind, properties)


def lines_of(change: Change) -> dict[str, list[Line]]:
    """What can be dismissed by itself: the first property of each part, with its lines."""
    shown = diffs.of(change).lines
    return {
        names[0]: [line for line in shown if line.label in {values.property_label(name) for name in names}]
        or [line for line in shown if line.label == values.property_label("channels")]
        for names in parts(change)
    }
