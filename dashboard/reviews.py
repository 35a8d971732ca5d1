"""A draft as its review shows it: programmer by programmer, with what it takes away and what is in its way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from django.core.paginator import Page
from django.utils.translation import gettext as _

from dashboard import changes, fleet, lists, permissions, places, references
from dashboard.changes import approvals, diffs, values
from dashboard.changes.approvals import Standing
from dashboard.changes.conflicts import Difference
from dashboard.changes.descriptions import describe_all
from dashboard.changes.diffs import Line, Shown
from dashboard.changes.resolving import parts
from dashboard.changes.values import Names
from dashboard.entities import ORDER, RULES, Kind, Operation, operation
from dashboard.fleet import Effect
from dashboard.models import Change, ChangeSet, Head, Place, Role
from dashboard.permissions import Rights
from oauth.audit import Actor, Door
from registration import scopes
from registration.models import Programmer

Clashes = dict[Place, list[Difference]]


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

    change: Change
    names: Names
    """Of the applications that it refers to."""
    effects: Sequence[Effect] = ()
    clashes: Sequence[Clash] = ()
    page: str = ""
    """Where the thing stands as it is live; empty where it is not."""

    @cached_property
    def shown(self) -> Shown:
        return diffs.of(self.change, self.names)

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
    """One programmer's part of a draft: what is pushed together. `entries` are those that the page shows of it."""

    change_set: ChangeSet
    name: str
    version: int
    number: int
    clashing: int
    taking: int
    entries: Sequence[Entry]
    standing: Standing
    seen: str
    """The digest of its changes, so that what is pushed is what was shown."""
    description: str = ""
    """What the form proposes."""
    refusal: str = ""
    privileged: str = ""

    @property
    def key(self) -> str:
        return self.change_set.programmer

    @property
    def next(self) -> int:
        return self.version + 1


def groups(found: Iterable[Change], *, environment: str, rights: Rights, page: str = "") -> list[Group]:
    """`found` with their change sets, which they share.

    Each with the entries of that page; without a page the first of all of them, as many as one page takes.
    """
    by_programmer: dict[str, list[Change]] = {}
    for change in found:
        by_programmer.setdefault(change.change_set.programmer, []).append(change)
    # Whoever may not see a programmer any more learns nothing of it from the draft that he left.
    seen = {programmer for programmer in by_programmer if rights.role(environment, programmer)}
    sets = {programmer: rows[0].change_set for programmer, rows in by_programmer.items()}
    authors = {key: _of_author(each) for key, each in {each.author_key: each for each in sets.values()}.items()}
    clashes = {key: _clashes(each, authors[each.author_key]) if key in seen else {} for key, each in sets.items()}
    ranked = {key: sorted(rows, key=partial(_rank, clashes[key])) for key, rows in by_programmer.items()}
    entries = _entries(_on_page(ranked, page), clashes, environment=environment, rights=rights)
    heads = Head.objects.filter(environment=environment, programmer__in=by_programmer)
    versions = dict(heads.values_list("programmer", "version"))
    programmers = Programmer.objects.filter(environment=environment, id_key__in=seen)
    names = dict(programmers.values_list("id_key", "display_name"))
    needed = bool(by_programmer) and approvals.is_needed(environment)
    return [
        _group(
            rows,
            entries[programmer],
            clashing=len(clashes[programmer]),
            name=names.get(programmer) or _own_name(rows) or programmer,
            version=versions.get(programmer, 0),
            needed=needed,
            rights=rights,
        )
        for programmer, rows in ranked.items()
    ]


def _on_page(ranked: dict[str, list[Change]], page: str) -> dict[str, Sequence[Change]]:
    if page:
        return {programmer: lists.page_of(rows, page) for programmer, rows in ranked.items()}
    left, shown = lists.A_PAGE, dict[str, Sequence[Change]]()
    for programmer, rows in ranked.items():
        shown[programmer] = rows[:left]
        left -= len(shown[programmer])
    return shown


def _entries(
    shown: dict[str, Sequence[Change]], clashes: dict[str, Clashes], *, environment: str, rights: Rights
) -> dict[str, Sequence[Entry]]:
    """What the page shows of each programmer: a page where it was one."""
    listed = [change for rows in shown.values() for change in rows]
    seen = [change for change in listed if rights.role(environment, change.programmer)]
    effects, names = fleet.effects(seen, environment=environment), references.names(seen, rights, environment)
    pages = places.pages(environment, (change for change in listed if change.before is not None))

    def entry(programmer: str, change: Change) -> Entry:
        found = [_clash(each, names) for each in clashes[programmer].get(change.place, ())]
        return Entry(change, names, effects.get(change.pk, ()), found, pages.get(change.place, ""))

    return {key: _filled(rows, [entry(key, each) for each in rows]) for key, rows in shown.items()}


def _filled(rows: Sequence[Change], entries: list[Entry]) -> Sequence[Entry]:
    return Page(entries, rows.number, rows.paginator) if isinstance(rows, Page) else entries


def name_of(environment: str, found: Sequence[Change], rights: Rights) -> str:
    """What the programmer of these changes is called; whoever may not see it any more is told nothing new."""
    key = found[0].programmer
    names = Programmer.objects.filter(environment=environment, id_key=key).values_list("display_name", flat=True)
    return (names.first() if rights.role(environment, key) else "") or _own_name(found) or key


def entry(change: Change, rights: Rights) -> Entry:
    """One change by itself."""
    return Entry(change, references.names([change], rights, change.change_set.environment))


def disputed(change: Change, rights: Rights) -> Entry:
    """One change by itself, with its conflicts."""
    alone = entry(change, rights)
    found = _clashes(change.change_set, _of_author(change.change_set)).get(change.place, [])
    return replace(alone, clashes=[_clash(each, alone.names) for each in found])


def _group(
    rows: list[Change],
    entries: Sequence[Entry],
    *,
    clashing: int,
    name: str,
    version: int,
    needed: bool,
    rights: Rights,
) -> Group:
    change_set = rows[0].change_set
    may = rights.may(Role.EDITOR, change_set.environment, change_set.programmer)
    sees = rights.role(change_set.environment, change_set.programmer) is not None
    known = [row for row in rows if row.kind in Kind.values]
    privileged = [row.label for row in rows if _is_privileged(row)]
    return Group(
        change_set=change_set,
        name=name,
        version=version,
        number=len(rows),
        clashing=clashing,
        taking=sum(map(fleet.takes_away, rows)) if sees else 0,
        entries=entries,
        standing=approvals.standing(change_set, rows, version=version, needed=needed),
        seen=approvals.seen(rows),
        description=_proposed(change_set, known),
        refusal="" if may else _("You may not change anything of this programmer any more. A TAM can take this over."),
        privileged=fleet.few(privileged),
    )


def _proposed(change_set: ChangeSet, known: list[Change]) -> str:
    said = describe_all(known) if known else ""
    undone = change_set.undoes
    return f"Undo version {undone.version}: {said}" if undone and said else said


def _of_author(change_set: ChangeSet) -> Rights:
    """What whoever wrote a draft may do now, whoever reads it."""
    return permissions.of_actor(Actor(change_set.author_key, change_set.author_name, Door.PAGE))


def _rank(clashes: Clashes, change: Change) -> tuple[int, int, str]:
    """What is in the way, then what viewers feel, then the rest in the order of a push."""
    felt = fleet.takes_away(change) or (change.after or {}).get("all_channels") is True
    first = 0 if change.place in clashes else 1 if felt else 2
    return first, ORDER.get(change.kind, len(ORDER)), change.label  # type: ignore[call-overload]


def _is_privileged(change: Change) -> bool:
    wanted = (change.after or {}).get("scopes", [])
    return change.kind == Kind.APPLICATION and change.before is None and bool(scopes.PRIVILEGED.intersection(wanted))


def _own_name(rows: Iterable[Change]) -> str:
    return next((row.label for row in rows if row.kind == Kind.PROGRAMMER), "")


def _clashes(change_set: ChangeSet, author: Rights) -> Clashes:
    """What a push by its author would find in the way, by the place of the change."""
    found: Clashes = {}
    for each in changes.foresee(change_set, author):
        found.setdefault((each.kind, each.key), []).append(each)
    return found


def _clash(difference: Difference, names: Names) -> Clash:
    sides = (difference.original, difference.mine, difference.current)
    label = values.property_label(difference.property) if difference.property else _("All of it")
    return Clash(difference, label, *(_lines(difference, value, names) for value in sides))


def _lines(difference: Difference, value: object, names: Names) -> list[str]:
    """A value of one property, or of all of them with their names."""
    if difference.property:
        words = values.in_words(difference.kind, {difference.property: value}, names)
        return words.get(difference.property, [])
    if not isinstance(value, dict):
        return [] if value is None else [str(value)]
    words = values.in_words(difference.kind, value, names)
    return [f"{values.property_label(name)}: {line}" for name, lines in words.items() for line in lines]


def lines_of(change: Change) -> dict[str, list[Line]]:
    """What can be dismissed by itself: the first property of each part, with its lines."""
    shown = diffs.of(change).lines
    return {
        names[0]: [line for line in shown if line.label in {values.property_label(name) for name in names}]
        or [line for line in shown if line.label == values.property_label("channels")]
        for names in parts(change)
    }
