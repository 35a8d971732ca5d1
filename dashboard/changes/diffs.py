"""A change as people read it: each property with its old and new lines, and what differs between the two marked.

Pure: nothing here asks the database. What it does not know, of a kind or property to come, is shown as it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboard.changes import values
from dashboard.changes.descriptions import narrows
from dashboard.changes.values import NO_NAMES, Names
from dashboard.entities import Kind, Operation, operation
from dashboard.models import Change

Sign = Literal["del", "ins", "same"]
_MARKED_MOST = 500
_ALIKE = 0.5
_SAME_MOST = 4


@dataclass(frozen=True)
class Piece:
    """A part of a line; `marked` is what changed."""

    text: str
    marked: bool = False


@dataclass(frozen=True)
class Line:
    """One line of one property: what it was (`del`), becomes (`ins`), or stays (`same`). `leads` where the one above is
    of another property or sign: only there the label is seen.
    """

    label: str
    sign: Sign
    pieces: tuple[Piece, ...]
    leads: bool = True

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True)
class Badge:
    tone: str
    word: str


@dataclass(frozen=True)
class Shown:
    """One change, ready for `dashboard/changes/_change.html`."""

    change: Change
    kind_label: str
    operation: Badge
    lines: tuple[Line, ...]


def of(change: Change, names: Names = NO_NAMES) -> Shown:
    """A change of a draft or of a version; an unsaved one will do. `names` are of what it refers to."""
    return Shown(change, values.kind_label(change.kind), badge(change), tuple(_led(_lines(change, names))))


def badge(change: Change) -> Badge:
    """What a change does, in one word."""
    doing = operation(change)
    if doing is Operation.CREATE:
        return Badge("ok", _("Added"))
    if doing is Operation.REMOVE:
        return Badge("bad", _("Removed"))
    if change.kind == Kind.APPLICATION and narrows(change):
        return Badge("warn", _("Narrowed"))
    retired = (change.after or {}).get("retired") if change.kind == Kind.SCHEME else None
    if retired is not None:
        return Badge("warn", _("Retired")) if retired else Badge("ok", _("Brought back"))
    return Badge("warn", _("Changed"))


def properties(change: Change, names: Names = NO_NAMES) -> list[tuple[str, list[str], list[str]]]:
    """Each property that a change touches: its name, and its lines before and after."""
    was, becomes = _mapping(change.before), _mapping(change.after)
    before, after = (values.in_words(change.kind, each, names) for each in (was, becomes))
    secret = values.write_only(change.kind)
    touched = [(name, before.get(name, []), after.get(name, [])) for name in {*before, *after}]
    return sorted(
        (
            each
            for each in touched
            if each[1] != each[2] or (each[0] in secret and was.get(each[0]) != becomes.get(each[0]))
        ),
        key=lambda each: values.position(each[0]),
    )


def _lines(change: Change, names: Names) -> Iterator[Line]:
    for name, old, new in properties(change, names):
        label = values.property_label(name)
        if old == new:  # secrets that end alike
            yield from _changed(label, old, new)
            continue
        for tag, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new, False).get_opcodes():
            if tag == "equal":
                yield from _same(label, old[old_start:old_end])
            else:
                yield from _changed(label, old[old_start:old_end], new[new_start:new_end])


def _led(lines: Iterator[Line]) -> Iterator[Line]:
    above = None
    for line in lines:
        yield replace(line, leads=above != (line.label, line.sign))
        above = line.label, line.sign


def _same(label: str, lines: list[str]) -> Iterator[Line]:
    """What stays, in full where it is short."""
    if len(lines) > _SAME_MOST:
        number = len(lines)
        lines = [ngettext("(%d more stays)", "(%d more stay)", number) % number]
    for line in lines:
        yield Line(label, "same", (Piece(line),))


def _changed(label: str, old: list[str], new: list[str]) -> Iterator[Line]:
    """The old lines and then the new ones; those that stand in the same place are marked against each other."""
    pairs = [_marked(was, is_now) for was, is_now in zip(old, new, strict=False)]
    for number, line in enumerate(old):
        yield Line(label, "del", pairs[number][0] if number < len(pairs) else (Piece(line),))
    for number, line in enumerate(new):
        yield Line(label, "ins", pairs[number][1] if number < len(pairs) else (Piece(line),))


def _marked(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Two lines with the characters marked that differ; nothing where they have little in common."""
    matcher = SequenceMatcher(None, old, new, False)
    if max(len(old), len(new)) > _MARKED_MOST or matcher.ratio() < _ALIKE:
        return (Piece(old),), (Piece(new),)
    was, is_now = [], []
    for tag, old_start, old_end, new_start, new_end in matcher.get_opcodes():
        differs = tag != "equal"
        was.append(Piece(old[old_start:old_end], differs))
        is_now.append(Piece(new[new_start:new_end], differs))
    return tuple(piece for piece in was if piece.text), tuple(piece for piece in is_now if piece.text)


def _mapping(properties: Any) -> Mapping[str, Any]:
    if properties is None:
        return {}
    return properties if isinstance(properties, Mapping) else {"": properties}
