# ruff: noqa: ARG002  (one signature for every kind)

from collections.abc import Callable, Iterable
from typing import Any

from dashboard.entities import schemes
from dashboard.entities.base import Kind, Messages, Properties, Rules, Version, write
from dashboard.entities.certificates import CHANNELS
from dashboard.entities.values import check_boolean, check_redirect_url
from dashboard.entities.view import View
from registration.models import ApplicationMember, Channel
from registration.text import check_name, check_public_id, fold


class ChannelRules(Rules):
    """A channel: its programmer's editors add, edit and remove it, the last unless a live application names it."""

    kind = Kind.CHANNEL
    model = Channel
    known = frozenset({"programmer", "public_id", "display_name", "default_redirect_url", "error_reporting"})
    editable = frozenset({"display_name", "default_redirect_url", "error_reporting"})
    drafted = editable
    identity = "public_id"
    taken = "A channel in this environment has this id, or had it. Choose another."

    def parsers(self) -> dict[str, Callable[[Any], Any]]:
        return {
            "programmer": lambda value: fold(check_public_id(value)),
            "public_id": check_public_id,
            "display_name": check_name,
            "default_redirect_url": check_redirect_url,
            "error_reporting": check_boolean,
        }

    def complete(self, given: Properties, *, programmer: str) -> Properties:
        left_out = {
            "programmer": programmer,
            "public_id": "",
            "display_name": "",
            "default_redirect_url": "",
            "error_reporting": False,
        }
        return {**left_out, **given}

    def key(self, properties: Properties) -> str:
        return fold(properties["public_id"])

    def label(self, properties: Properties) -> str:
        return str(properties["display_name"])

    def rows(self, environment: str, keys: Iterable[str]) -> dict[str, Channel]:
        found = Channel.objects.filter(environment=environment, id_key__in=list(keys)).select_related("programmer")
        return {row.id_key: row for row in found}

    def keys(self, environment: str, programmer: str) -> set[str]:
        found = Channel.objects.live().filter(environment=environment, programmer__id_key=programmer)
        return set(found.values_list("id_key", flat=True))

    def read(self, row: Channel) -> Properties:
        return {
            "programmer": row.programmer.id_key,
            "public_id": row.public_id,
            "display_name": row.display_name,
            "default_redirect_url": row.default_redirect_url,
            "error_reporting": row.error_reporting,
        }

    def owner(self, row: Channel) -> str:
        return row.programmer.id_key

    def check(self, properties: Properties, *, key: str, view: View) -> Messages:
        if properties["programmer"] != view.programmer or view.get(Kind.PROGRAMMER, view.programmer) is None:
            return {"programmer": ["This programmer is not here, or the channel belongs to another. Look again."]}
        return {}

    def check_removal(self, *, key: str, view: View) -> list[str]:
        why = []
        for software_id in view.once("naming", self.kind, lambda: _naming(view)).get(key, ()):
            application = view.get(Kind.APPLICATION, software_id)
            if application is not None and key in application["channels"]:
                name = f"{application['name']} {application['version']}"
                why.append(f"The application {name} names this channel. Narrow or remove that first.")
        if added := sorted(view.hosts([key])):
            why.append(f"The channel has domains that would stay: {', '.join(added)}. Remove them with it.")
        if schemes.in_use(view).get(key):
            why.append("The channel has custom schemes in use. Retire them with it.")
        if view.owned(Kind.CERTIFICATE, f"{CHANNELS}:{key}"):
            why.append("The channel has certificates that would stay. Remove them with it.")
        if view.owned(Kind.ANALYTICS, key):
            why.append("The channel has analytics configurations that would stay. Remove them with it.")
        return why

    def parent(self, properties: Properties) -> tuple[Kind, str] | None:
        return Kind.PROGRAMMER, properties["programmer"]

    def children(self, *, key: str, view: View) -> list[tuple[Kind, str, Properties | None]]:
        owned = ((Kind.DOMAIN, key), (Kind.CERTIFICATE, f"{CHANNELS}:{key}"), (Kind.ANALYTICS, key))
        removed = [(kind, each, None) for kind, owner in owned for each in view.owned(kind, owner)]
        retired = [(Kind.SCHEME, each, {"retired": True}) for each in schemes.in_use(view).get(key, ())]
        return [*removed, *retired]

    def create(self, properties: Properties, *, key: str, row: Channel | None, version: Version) -> Channel:
        fields = {name: value for name, value in properties.items() if name != "programmer"}
        if row is None:
            return Channel.objects.create(
                environment=version.environment,
                programmer=version.programmer_row,
                created_by_name=version.by_name,
                **fields,
            )
        write(row, **fields, name_key=fold(fields["display_name"]), removed_in=None)
        return row

    def update(self, row: Channel, members: Properties) -> None:
        more = {"name_key": fold(members["display_name"])} if "display_name" in members else {}
        write(row, **members, **more)


def _naming(view: View) -> dict[str, list[str]]:
    """The live applications that name the channels which are to be removed: software ids by channel."""
    found: dict[str, list[str]] = {change.key: [] for change in view.of_kind(Kind.CHANNEL) if change.after is None}
    members = ApplicationMember.objects.filter(
        kind=ApplicationMember.Kind.CHANNEL,
        value__in=found,
        application__removed_in=None,
        application__programmer__id_key=view.programmer,
        application__environment=view.environment,
    ).order_by("application__name_key")
    for channel, software_id in members.values_list("value", "application__software_id"):
        found[channel].append(str(software_id))
    view.preload(Kind.APPLICATION, {each for software_ids in found.values() for each in software_ids})
    return found
