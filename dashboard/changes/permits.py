"""What takes rights: asked of whoever stages, asked again of whoever pushes, and told by the review in between."""

from collections.abc import Iterable, Iterator

from django.core.exceptions import PermissionDenied

from dashboard import permissions
from dashboard.changes.conflicts import Difference, difference
from dashboard.changes.drafts import Draft, Edit
from dashboard.entities import RULES, Kind, Messages, Operation, Problems, operation
from dashboard.models import Change, Role
from dashboard.permissions import Rights
from oauth.audit import Actor

_TAKES_MORE = "Your role is not enough for this. Dismiss this change, and ask a TAM to make it."


def demand_role(edits: Iterable[Edit], *, environment: str, programmer: str, by: Actor) -> None:
    """Whether somebody may write here at all. What takes more, such as a privileged scope, is asked in push."""
    rights = permissions.of_actor(by)
    for edit in edits:
        doing = Operation.CREATE if edit.key is None else Operation.UPDATE
        doing = Operation.REMOVE if edit.properties is None else doing
        demand(rights, edit.kind, doing, environment=environment, programmer=programmer)


def demand(rights: Rights, kind: str, doing: Operation, *, environment: str, programmer: str) -> None:
    """Raises PermissionDenied where a role is not enough for this."""
    if not RULES[Kind(kind)].may(rights, doing, environment, programmer):
        thing = Kind(kind).label.lower()
        a = "an" if thing.startswith(("a", "e", "i", "o", "u")) else "a"
        raise PermissionDenied(f"You may not {doing.label.lower()} {a} {thing} here.")


def demand_all(draft: Draft, rights: Rights) -> None:
    """Raises PermissionDenied or Invalid where somebody with these rights may not push all of a draft."""
    draft.preload()
    demand_roles(draft, rights)
    demand_permits(draft, rights)


def demand_roles(draft: Draft, rights: Rights) -> None:
    """The pusher's, whoever staged it: roles may have changed since."""
    for kind, change in _asked(draft):
        where = {"environment": draft.view.environment, "programmer": draft.view.programmer}
        demand(rights, kind, operation(change), **where)


def demand_permits(draft: Draft, rights: Rights) -> None:
    """What takes more than a role, such as a privileged scope: asked here, so that no way to it leads past."""
    problems = Problems()
    for change in draft.changes.values():
        problems.extend(_permit(draft, change, rights))
    problems.stop()


def objections(draft: Draft, change: Change, rights: Rights) -> Messages:
    """What a push by somebody with these rights would say against a change, as far as it can be known before."""
    kind = Kind(change.kind)
    if draft.view.get(kind, change.key) is not None:
        return _permit(draft, change, rights)
    why = RULES[kind].check_removal(key=change.key, view=draft.view)
    return {"": why} if why else {}


def refusals(draft: Draft, rights: Rights) -> list[Difference]:
    """Each change that somebody with these rights may not push. Of whoever may push nothing the review says so once."""
    environment, programmer = draft.view.environment, draft.view.programmer
    if not rights.may(Role.EDITOR, environment, programmer):
        return []
    found = []
    for kind, change in _asked(draft):
        if not RULES[kind].may(rights, operation(change), environment, programmer):
            messages: Messages = {"": [_TAKES_MORE]}
        else:
            messages = _permit(draft, change, rights)
        live = draft.view.live(kind, change.key) if messages else None
        for name, group in messages.items():
            found += [difference(change, name, mine=change.after, current=live, message=each) for each in group]
    return found


def _asked(draft: Draft) -> Iterator[tuple[Kind, Change]]:
    """The changes that take a role of their own. What goes with its parent is asked of that."""
    for (kind, _), change in draft.changes.items():
        parent = RULES[kind].parent(change.before) if change.before and change.after is None else None
        if parent is None or parent not in draft.changes or draft.changes[parent].after is not None:
            yield kind, change


def _permit(draft: Draft, change: Change, rights: Rights) -> Messages:
    kind = Kind(change.kind)
    properties = draft.view.get(kind, change.key)
    return {} if properties is None else RULES[kind].permit(rights, properties, key=change.key, view=draft.view)
