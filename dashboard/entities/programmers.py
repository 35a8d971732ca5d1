# ruff: noqa: ARG002  (one signature for every kind)

from collections.abc import Callable, Iterable
from typing import Any

from dashboard.entities import schemes
from dashboard.entities.base import Kind, Messages, Operation, Properties, Rules, Version, write
from dashboard.entities.certificates import PROGRAMMERS
from dashboard.entities.view import View
from dashboard.models import Role
from dashboard.permissions import Rights
from oauth.environments import Environment
from registration.models import Programmer
from registration.text import check_name, check_public_id, fold


class ProgrammerRules(Rules):
    """A programmer: a TAM of every programmer adds one, and removes one that is empty; its editors name it."""

    kind = Kind.PROGRAMMER
    model = Programmer
    known = frozenset({"public_id", "display_name"})
    editable = frozenset({"display_name"})
    drafted = editable
    identity = "public_id"
    taken = "A programmer here has this id, or had it. Choose another."

    def parsers(self) -> dict[str, Callable[[Any], Any]]:
        return {"public_id": check_public_id, "display_name": check_name}

    def complete(self, given: Properties, *, programmer: str) -> Properties:
        return {"public_id": "", "display_name": "", **given}

    def key(self, properties: Properties) -> str:
        return fold(properties["public_id"])

    def label(self, properties: Properties) -> str:
        return str(properties["display_name"])

    def rows(self, environment: str, keys: Iterable[str]) -> dict[str, Programmer]:
        found = Programmer.objects.filter(environment=environment, id_key__in=list(keys))
        return {row.id_key: row for row in found}

    def keys(self, environment: str, programmer: str) -> set[str]:
        found = Programmer.objects.live().filter(environment=environment, id_key=programmer)
        return set(found.values_list("id_key", flat=True))

    def read(self, row: Programmer) -> Properties:
        return {"public_id": row.public_id, "display_name": row.display_name}

    def owner(self, row: Programmer) -> str:
        return row.id_key

    def may(self, rights: Rights, doing: Operation, environment: str, programmer: str) -> bool:
        if doing is Operation.UPDATE:
            return super().may(rights, doing, environment, programmer)
        return rights.everywhere(Role.TAM, environment)

    def check(self, properties: Properties, *, key: str, view: View) -> Messages:
        return {} if key == view.programmer else {"public_id": [f"These changes belong to {view.programmer}."]}

    def check_removal(self, *, key: str, view: View) -> list[str]:
        """Empty is: no live channel or application, and no scheme in use."""
        why = []
        if view.channels():
            why.append("It still has channels. Remove them first.")
        if view.keys(Kind.APPLICATION):
            why.append("It still has applications. Remove them first.")
        if schemes.in_use(view):
            why.append("It still has custom schemes in use. Retire them first.")
        if view.owned(Kind.CERTIFICATE, f"{PROGRAMMERS}:{key}"):
            why.append("It has certificates that would stay. Remove them with it.")
        return why

    def children(self, *, key: str, view: View) -> list[tuple[Kind, str, Properties | None]]:
        return [(Kind.CERTIFICATE, each, None) for each in view.owned(Kind.CERTIFICATE, f"{PROGRAMMERS}:{key}")]

    def notes(self, properties: Properties, *, view: View) -> list[str]:
        key = fold(properties.get("public_id") or "")
        if view.is_taken(Kind.PROGRAMMER, key):
            return []  # it is refused: nothing is left to think twice about
        elsewhere = Programmer.objects.live().filter(id_key=key)
        found = elsewhere.exclude(environment=view.environment).order_by("pk")
        return [
            f"The same company as {row.display_name} in {Environment(row.environment).label}, with the same members."
            for row in found[:1]
        ]

    def create(self, properties: Properties, *, key: str, row: Programmer | None, version: Version) -> Programmer:
        if row is None:
            return Programmer.objects.create(
                environment=version.environment, created_by_name=version.by_name, **properties
            )
        write(row, **properties, name_key=fold(properties["display_name"]), removed_in=None)
        return row

    def update(self, row: Programmer, members: Properties) -> None:
        write(row, **members, name_key=fold(members["display_name"]))
