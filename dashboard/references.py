"""What the applications are called that a change refers to by their ids: the one that it replaces, or is a copy of."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from dashboard.changes.values import REFERENCES
from dashboard.entities.values import uuids
from dashboard.models import Change
from dashboard.permissions import Rights
from oauth.environments import Environment
from registration.models import RegisteredApplication


def names(changes: Iterable[Change], rights: Rights, environment: str) -> dict[str, str]:
    """By software id, as far as one may see them: with the environment where that is another, and with the id where
    two share a name and version. At most one query.
    """
    named = uuids({str(each) for change in changes for each in _references(change)})
    if not named:
        return {}
    same = RegisteredApplication.objects.filter(
        environment=OuterRef("environment"),
        programmer=OuterRef("programmer"),
        name_key=OuterRef("name_key"),
        version=OuterRef("version"),
    )
    found: QuerySet[Any] = RegisteredApplication.objects.filter(software_id__in=named)
    return {
        str(row.software_id): _name(row, environment)
        for row in found.annotate(is_shared=Exists(same.exclude(pk=OuterRef("pk"))))
        if rights.role(row.environment, row.programmer_public_id)
    }


def _references(change: Change) -> Iterable[Any]:
    for properties in (change.before, change.after):
        if isinstance(properties, dict):
            yield from (properties[name] for kind, name in REFERENCES if kind == change.kind and properties.get(name))


def _name(application: Any, environment: str) -> str:
    words = [str(application)]
    if application.environment != environment:
        words.append(str(Environment(application.environment).label))
    if application.is_shared:
        words.append(str(application.software_id))
    return ", ".join(words)
