"""Where a thing that a change is about has its page, as long as it lives."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from dashboard.entities import RULES, Kind
from dashboard.models import Change, Place


def pages(environment: str, changes: Iterable[Change]) -> dict[Place, str]:
    """The pages of what lives of these, by kind and key, with one query for each kind."""
    keys: dict[str, list[str]] = {}
    for change in changes:
        keys.setdefault(change.kind, []).append(change.key)
    return {
        (kind.value, key): page(kind, row)
        for kind in Kind
        if kind in keys
        for key, row in RULES[kind].rows(environment, keys[kind]).items()
        if row.removed_in is None
    }


def page(kind: Kind, row: Any) -> str:
    """The page of one live row, or the list in which it stands."""
    here = row.environment
    if kind is Kind.APPLICATION:
        return reverse("application", args=[here, row.software_id])
    if kind is Kind.CHANNEL:
        return reverse("channel", args=[here, row.public_id])
    if kind is Kind.PROGRAMMER:
        return reverse("programmer", args=[here, row.public_id])
    if kind is Kind.DOMAIN:
        return reverse("channel-domains", args=[here, row.channel.public_id])
    if kind is Kind.ANALYTICS:
        return reverse("channel-analytics", args=[here, row.channel.public_id])
    owner, public_id = ("channel", row.channel.public_id) if row.channel else ("programmer", row.programmer.public_id)
    if kind is Kind.SCHEME and row.is_orphaned:
        owner, public_id = "programmer", row.programmer.public_id
    tab = "schemes" if kind is Kind.SCHEME else "certificates"
    return reverse(f"{owner}-{tab}", args=[here, public_id])
