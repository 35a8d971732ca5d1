"""The words that a form proposes for the log."""

from dashboard.entities import Kind, Operation, operation
from dashboard.models import Change

_PROPERTY = {
    "default_redirect_url": "the default redirect URL",
    "error_reporting": "error reporting",
    "label": "the label",
    "event_forwarding": "event forwarding",
    "tracking_server": "the tracking server",
    "tracking_server_schema": "the tracking server's schema",
    "report_suite_id": "the report suite",
    "report_suite_mapping_template": "the report suite's mapping template",
    "report_suite_confirmation_marker": "the report suite's confirmation marker",
}
_SETS = ("channels", "platforms", "domains", "scopes")


def describe(change: Change) -> str:
    """What a change does, in the words of the log: `Add application Aurora Kids 1.0.0`. It may be an unsaved one."""
    kind, doing = Kind(change.kind), operation(change)
    thing = f"{kind.label.lower()} {change.called}"
    if kind is Kind.DOMAIN:
        thing += f" {'from' if doing is Operation.REMOVE else 'to'} channel {change.key.partition('/')[0]}"
    if kind is Kind.CERTIFICATE and change.key.startswith("c:"):
        thing += f" of channel {change.key.partition('/')[0].removeprefix('c:')}"
    if doing is not Operation.UPDATE:
        return f"{doing.label} {thing}"
    after = change.after or {}
    if kind is Kind.APPLICATION:
        return f"Narrow {thing}" if narrows(change) else f"Restore what {thing} was given"
    if kind is Kind.CERTIFICATE:
        return f"{'Use' if after.get('used_for_user_metadata') else 'Stop using'} {thing} to encrypt user metadata"
    if kind is Kind.SCHEME and list(after) == ["retired"]:
        return f"{'Retire' if after['retired'] else 'Bring back'} {thing}"
    renamed = f"Rename {thing} to {change.label}" if "display_name" in after else ""
    changed = " and ".join(_PROPERTY.get(name, name) for name in sorted(after) if name != "display_name")
    if renamed:
        return f"{renamed} and change {changed}" if changed else renamed
    return f"Change {changed} of {thing}"


def describe_all(changes: list[Change]) -> str:
    """What a push of several does: the first in words, the others counted."""
    first, *others = changes
    if not others:
        return describe(first)
    return f"{describe(first)}, and {len(others)} more change{'s' if len(others) > 1 else ''}"


def narrows(change: Change) -> bool:
    """Whether an update takes something away from an application."""
    before, after = change.before or {}, change.after or {}
    if after.get("all_channels") is False:
        return True
    sets = [(before.get(name), after.get(name)) for name in _SETS]
    pairs = [(was, becomes) for was, becomes in sets if isinstance(was, list) and isinstance(becomes, list)]
    return any(member not in becomes for was, becomes in pairs for member in was) and not after.get("all_channels")
