# ruff: noqa: ARG002  (one signature for every kind)

from collections.abc import Callable, Iterable
from typing import Any

from dashboard.entities.base import Kind, Messages, Properties, Rules, Version, write
from dashboard.entities.values import check_boolean
from dashboard.entities.view import View
from dashboard.models import Role
from dashboard.permissions import Rights
from registration import schemes
from registration.models import CustomScheme
from registration.text import check_name, check_public_id, fold


def check_label(value: Any) -> str:
    return check_name(value) if value else ""


class SchemeRules(Rules):
    """A custom scheme of a programmer or one of its channels: generated, or one that a TAM enters. Never removed."""

    kind = Kind.SCHEME
    model = CustomScheme
    known = frozenset({"programmer", "channel", "scheme", "label", "retired", "imported"})
    editable = frozenset({"label", "retired"})
    drafted = editable
    identity = "scheme"
    taken = "This scheme is in use here already. Enter another."

    def parsers(self) -> dict[str, Callable[[Any], Any]]:
        return {
            "programmer": lambda value: fold(check_public_id(value)),
            "channel": lambda value: fold(check_public_id(value)) if value else None,
            "scheme": schemes.check_existing,
            "label": check_label,
            "retired": check_boolean,
            "imported": check_boolean,
        }

    def complete(self, given: Properties, *, programmer: str) -> Properties:
        """Whoever names a scheme brings it along, whatever they say; without one it is made here."""
        left_out = {"programmer": programmer, "channel": None, "label": "", "retired": False}
        imported = bool(given.get("scheme"))
        scheme = given["scheme"] if imported else schemes.generate()
        return {**left_out, **given, "scheme": scheme, "imported": imported}

    def key(self, properties: Properties) -> str:
        return fold(properties["scheme"])

    def label(self, properties: Properties) -> str:
        return str(properties["label"] or properties["scheme"])

    def rows(self, environment: str, keys: Iterable[str]) -> dict[str, CustomScheme]:
        found = CustomScheme.objects.filter(environment=environment, scheme_key__in=list(keys))
        return {row.scheme_key: row for row in found.select_related("programmer", "channel")}

    def keys(self, environment: str, programmer: str) -> set[str]:
        found = CustomScheme.objects.live().filter(environment=environment, programmer__id_key=programmer)
        return set(found.values_list("scheme_key", flat=True))

    def read(self, row: CustomScheme) -> Properties:
        return {
            "programmer": row.programmer.id_key,
            "channel": row.channel.id_key if row.channel else None,
            "scheme": row.scheme,
            "label": row.label,
            "retired": row.retired,
            "imported": row.imported,
        }

    def owner(self, row: CustomScheme) -> str:
        return row.programmer.id_key

    def permit(self, rights: Rights, properties: Properties, *, key: str, view: View) -> Messages:
        new = view.live(self.kind, key) is None
        if new and properties["imported"] and not rights.may(Role.TAM, view.environment, view.programmer):
            return {"scheme": ["Only a TAM may enter a scheme that exists. Leave it empty to have one made."]}
        return {}

    def check(self, properties: Properties, *, key: str, view: View) -> Messages:
        if properties["programmer"] != view.programmer or view.get(Kind.PROGRAMMER, view.programmer) is None:
            return {"programmer": ["This programmer is not here, or the scheme belongs to another. Look again."]}
        channel = properties["channel"]
        if channel is not None and not properties["retired"] and channel not in view.channels():
            return {"channel": [f"This programmer has no channel {channel}. Choose one of its channels."]}
        return {}

    def check_removal(self, *, key: str, view: View) -> list[str]:
        return ["Custom schemes are never removed. Retire it instead."]

    def parent(self, properties: Properties) -> tuple[Kind, str] | None:
        channel = properties["channel"]
        return (Kind.CHANNEL, channel) if channel is not None else (Kind.PROGRAMMER, properties["programmer"])

    def create(self, properties: Properties, *, key: str, row: CustomScheme | None, version: Version) -> CustomScheme:
        fields = {name: value for name, value in properties.items() if name not in {"programmer", "channel"}}
        channel = properties["channel"]
        return CustomScheme.objects.create(
            environment=version.environment,
            programmer=version.programmer_row,
            channel=version.channel_row(channel) if channel is not None else None,
            created_by_name=version.by_name,
            **fields,
        )

    def update(self, row: CustomScheme, members: Properties) -> None:
        write(row, **members)


def in_use(view: View) -> dict[str | None, list[str]]:
    """The keys of the programmer's schemes that are not retired, by channel; None holds the programmer's own."""
    return view.once("in use", Kind.SCHEME, lambda: _in_use(view))


def _in_use(view: View) -> dict[str | None, list[str]]:
    keys = sorted(view.keys(Kind.SCHEME))
    view.preload(Kind.SCHEME, keys)
    found: dict[str | None, list[str]] = {}
    for key in keys:
        scheme = view.get(Kind.SCHEME, key)
        if scheme is not None and not scheme["retired"]:
            found.setdefault(scheme["channel"], []).append(key)
    return found
