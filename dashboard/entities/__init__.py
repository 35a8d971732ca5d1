"""The kinds of entity in a programmer's configuration: their properties, keys and rules, and how they are written.

A push is the only caller of `create`, `update` and `remove`; forms and pages ask the rest through the functions here.
"""

from collections.abc import Iterable
from typing import Any

from dashboard.entities.analytics import AnalyticsRules
from dashboard.entities.applications import REACH, ApplicationRules
from dashboard.entities.base import (
    ORDER,
    RULES,
    Kind,
    Messages,
    Operation,
    Problems,
    Properties,
    Rules,
    Version,
    operation,
)
from dashboard.entities.certificates import CertificateRules
from dashboard.entities.channels import ChannelRules
from dashboard.entities.domains import DomainRules
from dashboard.entities.programmers import ProgrammerRules
from dashboard.entities.schemes import SchemeRules
from dashboard.entities.view import Changes, View
from dashboard.models import Change
from oauth.problems import Invalid
from registration.text import fold

__all__ = [
    "ORDER",
    "REACH",
    "RULES",
    "Changes",
    "Kind",
    "Messages",
    "Operation",
    "Problems",
    "Properties",
    "Rules",
    "Version",
    "View",
    "live",
    "notes",
    "operation",
]

RULES.update(
    {
        rules.kind: rules
        for rules in (
            ProgrammerRules(),
            ChannelRules(),
            DomainRules(),
            SchemeRules(),
            CertificateRules(),
            AnalyticsRules(),
            ApplicationRules(),
        )
    }
)


def live(environment: str, kind: str, key: str) -> Properties | None:
    """The properties of what lives under `key` now, or None."""
    return RULES[Kind(kind)].live(environment, key)


def notes(
    *, environment: str, programmer: str, kind: str, properties: dict[str, Any], beside: Iterable[Change] = ()
) -> list[str]:
    """What a form points out about a new entity without refusing it, such as a redundant subdomain.

    `beside` are the changes that it is staged with. Properties that are wrong have no notes.
    """
    rules = RULES[Kind(kind)]
    try:
        cleaned = rules.clean(rules.complete(properties, programmer=fold(programmer)))
    except Invalid:
        return []
    mine = Changes(each for each in beside if each.programmer == fold(programmer) and each.kind in Kind.values)
    return rules.notes(cleaned, view=View(environment, fold(programmer), mine))
