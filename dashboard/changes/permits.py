"""What a push asks of its pusher's rights, change by change: refused there, and told by the review before."""

from collections.abc import Iterator

from dashboard.changes.conflicts import Difference
from dashboard.changes.drafts import Draft, demand
from dashboard.entities import RULES, Kind, Messages, operation
from dashboard.models import Change, Role
from dashboard.permissions import Rights
from oauth.problems import Invalid

_TAKES_MORE = "Your role is not enough for this. Dismiss this change, and ask a TAM to make it."


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
    messages: Messages = {}
    for change in draft.changes.values():
        for name, group in _permit(draft, change, rights).items():
            messages.setdefault(name, []).extend(group)
    if messages:
        raise Invalid(messages)


def refusals(draft: Draft, rights: Rights) -> list[Difference]:
    """Each change that somebody with these rights may not push. Of whoever may push nothing the review says so once."""
    environment, programmer = draft.view.environment, draft.view.programmer
    if not rights.may(Role.EDITOR, environment, programmer):
        return []
    found = []
    for kind, change in _asked(draft):
        if not RULES[kind].may(rights, operation(change), environment, programmer):
            found.append(_difference(draft, change, "", _TAKES_MORE))
            continue
        for name, messages in _permit(draft, change, rights).items():
            found += [_difference(draft, change, name, message) for message in messages]
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


def _difference(draft: Draft, change: Change, name: str, message: str) -> Difference:
    live = draft.view.live(Kind(change.kind), change.key)
    was, mine, now = (
        each if not name or each is None else each.get(name) for each in (change.before, change.after, live)
    )
    return Difference(change.kind, change.key, change.label, name, was, mine, now, message)
