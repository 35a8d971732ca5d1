"""Copies in another environment: what they find there, what they miss, and all of it staged there at once.

Nothing of keys, statements or clients travels. Certificates and analytics configurations stay behind too: they differ
by environment.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from operator import attrgetter

from django.db import transaction

from dashboard import permissions
from dashboard.changes.drafts import Draft, Edit
from dashboard.changes.staging import stage_all
from dashboard.entities import RULES, Kind, Operation, Properties
from dashboard.models import ChangeSet, Role
from oauth.audit import Actor
from oauth.environments import Environment
from oauth.problems import Invalid
from registration import scopes
from registration.models import Channel, CustomScheme, Domain, Programmer, RegisteredApplication
from registration.text import fold


@dataclass(frozen=True)
class Piece:
    """Something that a copy needs in the other environment. Where `refusal` says why, this person cannot take it."""

    kind: Kind
    key: str
    label: str
    properties: Properties = field(default_factory=dict)
    channel: str = ""
    note: str = ""
    refusal: str = ""
    required: bool = False

    @property
    def token(self) -> str:
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True)
class LeftOut:
    """An application that is not copied, and why. `found` is what is there instead, unless it is in a draft only."""

    application: RegisteredApplication
    why: str
    found: RegisteredApplication | None = None


class Plan:
    """What copying things of one programmer into `to` takes, as this person's draft there would have it."""

    def __init__(self, programmer: Programmer, *, to: str, by: Actor) -> None:
        self.programmer = programmer
        self.to = to
        self.label = Environment(to).label
        self.rights = permissions.of_actor(by)
        drafts = ChangeSet.objects.drafts().filter(environment=to, programmer=programmer.id_key)
        mine = drafts.filter(author_key=by.key).first()
        self.view = (Draft.of(mine) if mine else Draft(to, programmer.id_key)).view
        self.applications: list[RegisteredApplication] = []
        self.left_out: list[LeftOut] = []
        self.there: dict[str, Piece] = {}
        self.missing: dict[str, Piece] = {}
        named = {"public_id": programmer.public_id, "display_name": programmer.display_name}
        self._need(Piece(Kind.PROGRAMMER, programmer.id_key, programmer.display_name, named, required=True))

    @property
    def keeps_schemes(self) -> bool:
        """Whether this person may copy a custom scheme with its very name; otherwise the copy gets a new one."""
        return self.rights.may(Role.TAM, self.to, self.programmer.id_key)

    @property
    def missing_schemes(self) -> bool:
        return any(piece.kind == Kind.SCHEME for piece in self.missing.values())

    # --- What there is to copy from ---

    @cached_property
    def _channels(self) -> dict[str, Channel]:
        found = Channel.objects.live().filter(programmer=self.programmer).order_by("name_key")
        return {channel.id_key: channel for channel in found}

    @cached_property
    def _hosts(self) -> dict[str, list[str]]:
        hosts: dict[str, list[str]] = {key: [] for key in self._channels}
        rows = Domain.objects.live().filter(channel__in=self._channels.values()).order_by("host")
        for key, host in rows.values_list("channel__id_key", "host"):
            hosts[key].append(host)
        return hosts

    @cached_property
    def _schemes(self) -> list[CustomScheme]:
        found = CustomScheme.objects.live().filter(programmer=self.programmer, retired=False)
        return list(found.select_related("channel").order_by("label", "scheme_key"))

    # --- What is to be copied ---

    def add_channel(self, channel: Channel) -> None:
        """The channel itself, its domains and its own schemes."""
        self._need_channel(channel.id_key, required=True)
        self._need_domains((channel.id_key, host) for host in self._hosts[channel.id_key])
        self._need_schemes(scheme for scheme in self._schemes if scheme.channel_id == channel.pk)

    def add_applications(self, applications: Iterable[RegisteredApplication]) -> None:
        """Applications, with what their redirects need and do not find there."""
        applications = list(applications)
        here = self._same(applications)
        for application in applications:
            identity = application.name_key, application.version
            if identity in here:
                self.left_out.append(LeftOut(application, f"It is in {self.label} already.", here[identity]))
            elif not self.rights.may_grant(application.scopes, self.to, self.programmer.id_key):
                who = "an admin" if scopes.ADMIN_ONLY.intersection(application.scopes) else "a TAM"
                self.left_out.append(LeftOut(application, f"Only {who} may grant its APIs in {self.label}."))
            else:
                self.applications.append(application)
                self._add_application(application)

    def edits(self, take: Collection[str]) -> list[Edit]:
        """What is staged, where these pieces (tokens) are taken along. Raises Invalid where too little is left."""
        taken = [piece for piece in self.missing.values() if piece.required or piece.token in take]
        if refused := [f"{piece.label}: {piece.refusal}" for piece in taken if piece.refusal]:
            raise Invalid({"": refused})
        channels = self.view.channels() | {piece.key for piece in taken if piece.kind == Kind.CHANNEL}
        taken = [piece for piece in taken if not piece.channel or piece.channel in channels]
        copies = (self._properties(application, channels, taken) for application in self.applications)
        along = [Edit(piece.kind, piece.properties) for piece in taken]
        return along + [Edit(Kind.APPLICATION, properties) for properties in copies]

    # --- How ---

    def _add_application(self, application: RegisteredApplication) -> None:
        named = set(self._channels) if application.all_channels else set(application.channels)
        covered = [key for key in self._channels if key in named]
        self.view.preload(Kind.CHANNEL, covered)
        if not application.all_channels:
            for key in covered:
                self._need_channel(key)
        wanted = [(key, host) for key in covered for host in self._hosts[key] if host in application.domains]
        reached = self.view.hosts(self.view.channels() & named)
        for key in dict.fromkeys(key for key, host in wanted if host not in reached):
            self._need_channel(key)
        self._need_domains((key, host) for key, host in wanted if host not in reached or self._is_there(key, host))
        if not scopes.PRIVILEGED.intersection(application.scopes):
            self._need_schemes(
                scheme
                for scheme in self._schemes
                if scheme.channel is None or (scheme.channel.id_key in covered and self._will_be(scheme.channel.id_key))
            )

    def _properties(self, application: RegisteredApplication, channels: set[str], taken: list[Piece]) -> Properties:
        named = channels if application.all_channels else channels & set(application.channels)
        hosts = self.view.hosts(named)
        hosts |= {piece.properties["host"] for piece in taken if piece.kind == Kind.DOMAIN and piece.channel in named}
        domains = [host for host in application.domains if host in hosts]
        if application.channels and not named:
            raise Invalid({"": [f"{application} would have no channel in {self.label}. Take one along."]})
        if application.domains and not domains:
            raise Invalid({"": [f"{application} would have no domain in {self.label}. Take one along."]})
        return {
            "name": application.name,
            "version": application.version,
            "level": application.level,
            "all_channels": application.all_channels,
            "channels": [] if application.all_channels else sorted(named),
            "platforms": application.platforms,
            "domains": domains,
            "scopes": application.scopes,
            "type": application.type,
            "copied_from": str(application.software_id),
        }

    def _same(self, applications: list[RegisteredApplication]) -> dict[tuple[str, str], RegisteredApplication | None]:
        """What has the same name and version there, live or in my draft."""
        live = RegisteredApplication.objects.live().filter(
            environment=self.to,
            programmer__id_key=self.programmer.id_key,
            name_key__in={each.name_key for each in applications},
        )
        added = [change.after for change in self.view.of_kind(Kind.APPLICATION) if change.before is None]
        found: dict[tuple[str, str], RegisteredApplication | None] = {
            (fold(after["name"]), after["version"]): None for after in added if after
        }
        for row in live:
            if self.view.get(Kind.APPLICATION, str(row.software_id)) is not None:
                found[row.name_key, row.version] = row
        return found

    def _need_channel(self, key: str, *, required: bool = False) -> None:
        channel, rules = self._channels[key], RULES[Kind.CHANNEL]
        properties = {name: value for name, value in rules.read(channel).items() if name != "programmer"}
        taken = key not in self.view.channels() and self.view.is_taken(Kind.CHANNEL, key)
        refusal = f"Another programmer has the ID {channel.public_id} in {self.label}." if taken else ""
        self._need(
            Piece(
                Kind.CHANNEL,
                key,
                channel.display_name,
                properties,
                note=channel.public_id,
                refusal=refusal,
                required=required,
            )
        )

    def _need_domains(self, pairs: Iterable[tuple[str, str]]) -> None:
        pairs = list(pairs)
        self.view.preload(Kind.DOMAIN, [f"{key}/{host}" for key, host in pairs])
        for key, host in pairs:
            name = self._channels[key].display_name
            properties = {"channel": key, "host": host}
            self._need(Piece(Kind.DOMAIN, f"{key}/{host}", host, properties, channel=key, note=name))

    def _need_schemes(self, schemes: Iterable[CustomScheme]) -> None:
        keeps, schemes = self.keeps_schemes, list(schemes)
        self.view.preload(Kind.SCHEME, [scheme.scheme_key for scheme in schemes])
        for scheme in schemes:
            channel = scheme.channel.id_key if scheme.channel else ""
            label = scheme.label or scheme.scheme
            free = not self.view.is_taken(Kind.SCHEME, scheme.scheme_key)
            properties: Properties = {"channel": channel or None, "label": label}
            if keeps and free:
                properties |= {"scheme": scheme.scheme, "label": scheme.label}
            note = "keeps its name" if keeps and free else "gets a new name"
            self._need(Piece(Kind.SCHEME, scheme.scheme_key, label, properties, channel=channel, note=note))

    def _need(self, piece: Piece) -> None:
        if self._exists(piece):
            self.there[piece.token] = piece
        elif piece.token not in self.missing:
            self.missing[piece.token] = piece if piece.refusal else self._judged(piece)

    def _exists(self, piece: Piece) -> bool:
        if self.view.get(piece.kind, piece.key) is not None:
            return True
        return piece.kind == Kind.SCHEME and (piece.channel, piece.label) in self._labels

    @cached_property
    def _labels(self) -> set[tuple[str, str]]:
        """The schemes there by channel and label: a copy has another name, and the label of what it was copied from."""
        live = CustomScheme.objects.live().filter(environment=self.to, programmer__id_key=self.programmer.id_key)
        added = [change.after for change in self.view.of_kind(Kind.SCHEME) if change.before is None]
        return {(channel or "", label) for channel, label in live.values_list("channel__id_key", "label")} | {
            (after["channel"] or "", after["label"]) for after in added if after
        }

    def _judged(self, piece: Piece) -> Piece:
        """The piece with why this person may not add it there, if so."""
        rules = RULES[piece.kind]
        if not rules.may(self.rights, Operation.CREATE, self.to, self.programmer.id_key):
            why = f"It is not in {self.label}. A TAM of every programmer adds it there."
        elif piece.kind == Kind.DOMAIN:
            why = " ".join(rules.permit(self.rights, piece.properties, key=piece.key, view=self.view).get("host", ()))
        else:
            why = ""
        return replace(piece, refusal=why)

    def _is_there(self, channel: str, host: str) -> bool:
        return self.view.get(Kind.DOMAIN, f"{channel}/{host}") is not None

    def _will_be(self, channel: str) -> bool:
        return channel in self.view.channels() or f"{Kind.CHANNEL}:{channel}" in self.missing


def plan_of_channel(channel: Channel, *, to: str, by: Actor) -> Plan:
    plan = Plan(channel.programmer, to=to, by=by)
    plan.add_channel(channel)
    return plan


def plans_of_applications(applications: Iterable[RegisteredApplication], *, to: str, by: Actor) -> list[Plan]:
    """One for each programmer, by its id."""
    plans = []
    ordered = sorted(applications, key=lambda each: (each.programmer.id_key, each.name_key, each.version))
    for _id, group in groupby(ordered, key=attrgetter("programmer.id_key")):
        mine = list(group)
        plan = Plan(mine[0].programmer, to=to, by=by)
        plan.add_applications(mine)
        plans.append(plan)
    return plans


@transaction.atomic
def copy_channel(channel: Channel, *, to: str, take: Collection[str] = (), by: Actor) -> ChangeSet:
    """Stage the channel in `to` with what of it is taken along (`Piece.token`); where it is there, only what it misses.

    Raises Invalid where nothing is left to copy, and PermissionDenied to whoever may not write there.
    """
    plan = plan_of_channel(channel, to=to, by=by)
    edits = plan.edits(take)
    if not edits:
        some = "Choose what to take along." if plan.missing else "All that it has is there too."
        raise Invalid({"": [f"{channel.display_name} is in {plan.label} already. {some}"]})
    return stage_all(edits, environment=to, programmer=channel.programmer.public_id, by=by)


@transaction.atomic
def copy_applications(
    applications: Iterable[RegisteredApplication], *, to: str, take: Collection[str] = (), by: Actor
) -> list[ChangeSet]:
    """Stage new applications in `to` with the access of these, and what is taken along (`Piece.token`): all or none.

    What is not there and is not taken along is left out of the copies. One that is there already is not copied: raises
    Invalid where none is left; PermissionDenied to whoever may not write there.
    """
    plans = plans_of_applications(applications, to=to, by=by)
    wanted = [plan for plan in plans if plan.applications]
    if not wanted:
        left_out = [each for plan in plans for each in plan.left_out]
        raise Invalid({"": [f"{each.application}: {each.why}" for each in left_out] or ["Choose an application."]})
    return [stage_all(plan.edits(take), environment=to, programmer=plan.programmer.public_id, by=by) for plan in wanted]
