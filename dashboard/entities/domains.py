# ruff: noqa: ARG002  (one signature for every kind)

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from dashboard.entities.base import Kind, Messages, Properties, Rules, Version, write
from dashboard.entities.view import View
from dashboard.models import Role
from dashboard.permissions import Rights
from registration import domains
from registration.models import Domain
from registration.text import check_public_id, fold


class DomainRules(Rules):
    """A domain of a channel. Where another programmer has the host, a parent or a child of it, only a TAM adds it."""

    kind = Kind.DOMAIN
    model = Domain
    known = frozenset({"channel", "host"})
    editable: ClassVar[frozenset[str]] = frozenset()
    drafted = editable
    identity = "host"
    taken = "The channel has this domain already."

    def parsers(self) -> dict[str, Callable[[Any], Any]]:
        return {"channel": lambda value: fold(check_public_id(value)), "host": domains.check_host}

    def complete(self, given: Properties, *, programmer: str) -> Properties:
        return {"channel": "", "host": "", **given}

    def key(self, properties: Properties) -> str:
        return f"{properties['channel']}/{properties['host']}"

    def label(self, properties: Properties) -> str:
        return str(properties["host"])

    def rows(self, environment: str, keys: Iterable[str]) -> dict[str, Domain]:
        pairs = [(channel, host) for channel, _, host in (key.partition("/") for key in keys)]
        if not pairs:
            return {}
        found = Domain.objects.filter(
            environment=environment,
            channel__id_key__in={channel for channel, _ in pairs},
            host__in={host for _, host in pairs},
        ).select_related("channel__programmer")
        return {f"{row.channel.id_key}/{row.host}": row for row in found}

    def keys(self, environment: str, programmer: str) -> set[str]:
        found = Domain.objects.live().filter(environment=environment, channel__programmer__id_key=programmer)
        return {f"{channel}/{host}" for channel, host in found.values_list("channel__id_key", "host")}

    def read(self, row: Domain) -> Properties:
        return {"channel": row.channel.id_key, "host": row.host}

    def owner(self, row: Domain) -> str:
        return row.channel.programmer.id_key

    def permit(self, rights: Rights, properties: Properties, *, key: str, view: View) -> Messages:
        if rights.may(Role.TAM, view.environment, view.programmer) or not others_have(properties["host"], view):
            return {}
        return {"host": ["Another programmer has this domain, or one above or below it. Ask a TAM to add it."]}

    def check(self, properties: Properties, *, key: str, view: View) -> Messages:
        if properties["channel"] not in view.channels():
            return {"channel": [f"This programmer has no channel {properties['channel']}. Choose one of its channels."]}
        return {}

    def parent(self, properties: Properties) -> tuple[Kind, str] | None:
        return Kind.CHANNEL, properties["channel"]

    def notes(self, properties: Properties, *, view: View) -> list[str]:
        """A subdomain beside its parent is redundant, whichever of the two came first."""
        host, notes = properties["host"], []
        others = view.hosts([properties["channel"]]) - {host}
        above = sorted((other for other in others if domains.is_within(host, other)), key=len)
        below = sorted(other for other in others if domains.is_within(other, host))
        if above:
            notes.append(f"{above[0]} is a domain of this channel and covers {host}: no need to add it.")
        if below:
            notes.append(f"{host} covers {', '.join(below)}, which this channel has too and could do without.")
        return notes

    def create(self, properties: Properties, *, key: str, row: Domain | None, version: Version) -> Domain:
        if row is None:
            return Domain.objects.create(
                environment=version.environment,
                channel=version.channel_row(properties["channel"]),
                host=properties["host"],
                created_by_name=version.by_name,
            )
        write(row, removed_in=None)
        return row

    def update(self, row: Domain, members: Properties) -> None:
        raise NotImplementedError("A domain has nothing to edit.")


def others_have(host: str, view: View) -> bool:
    """Whether another programmer of the environment has `host`, a parent or a child of it."""
    others = view.once("others", Kind.DOMAIN, lambda: _of_others(view))
    return host in others.with_parents or any(above in others.hosts for above in _above(host))


@dataclass(frozen=True)
class _Others:
    """The hosts of all other programmers, and these with all that is above them."""

    hosts: frozenset[str]
    with_parents: frozenset[str]


def _of_others(view: View) -> _Others:
    found = Domain.objects.live().filter(environment=view.environment)
    hosts = frozenset(found.exclude(channel__programmer__id_key=view.programmer).values_list("host", flat=True))
    return _Others(hosts, hosts.union(*(_above(host) for host in hosts)))


def _above(host: str) -> list[str]:
    """Every name above it, suffixes too: no domain of anybody is one of those."""
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(1, len(labels))]
