# ruff: noqa: ARG002  (one signature for every kind)

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from django.db.models.functions import Now

from dashboard.entities.base import (
    Kind,
    Messages,
    Problems,
    Properties,
    Rules,
    Version,
    write,
)
from dashboard.entities.values import check_boolean, check_reference, check_uuid, one_of, set_of, uuids
from dashboard.entities.view import View
from dashboard.models import Role
from dashboard.permissions import Rights
from registration import scopes
from registration.domains import check_host
from registration.models import REVIVAL_WINDOW, ApplicationMember, Client, RegisteredApplication
from registration.platforms import Platform
from registration.text import check_name, check_public_id, check_version, fold

Level, Member = RegisteredApplication.Level, ApplicationMember.Kind
REACH = frozenset({"all_channels", "channels"})  # two properties, one choice
NARROWABLE = ("channels", "platforms", "domains", "scopes")
MEMBERS = {"channels": Member.CHANNEL, "domains": Member.DOMAIN, "platforms": Member.PLATFORM, "scopes": Member.SCOPE}


class ApplicationRules(Rules):
    """A registered application. Once it is pushed it may only be narrowed: anything wider is a new application.

    `software_id` is among the properties only where a TAM gave it; otherwise the key, minted when staged, is all.
    """

    kind = Kind.APPLICATION
    model = RegisteredApplication
    known = frozenset(
        {
            "software_id",
            "name",
            "version",
            "level",
            "all_channels",
            *NARROWABLE,
            "type",
            "replaces",
            "copied_from",
            "on_behalf_of",
        }
    )
    editable = frozenset({"all_channels", *NARROWABLE})
    drafted = known - {"software_id"}
    identity = "software_id"
    taken = "An application has this software id, here or in another environment. Enter another, or leave it empty."

    # --- Properties ---

    def parsers(self) -> dict[str, Callable[[Any], Any]]:
        return {
            "software_id": check_uuid,
            "name": check_name,
            "version": check_version,
            "level": one_of(Level.values, "Choose programmer or channel."),
            "all_channels": check_boolean,
            "channels": set_of(lambda value: fold(check_public_id(value))),
            "platforms": set_of(one_of(Platform.values, "Choose platforms of the list.")),
            "domains": set_of(check_host),
            "scopes": set_of(one_of(scopes.ALL, "Choose APIs of the list.")),
            "type": one_of(RegisteredApplication.Type.values, "The only type is DIRECT."),
            "replaces": check_reference,
            "copied_from": check_reference,
            "on_behalf_of": lambda value: check_name(value) if value else "",
        }

    def complete(self, given: Properties, *, programmer: str) -> Properties:
        left_out: Properties = {
            "name": "",
            "version": "1.0.0",
            "level": Level.PROGRAMMER.value,
            "all_channels": False,
            **{name: [] for name in NARROWABLE},
            "type": RegisteredApplication.Type.DIRECT.value,
            "replaces": None,
            "copied_from": None,
            "on_behalf_of": "",
        }
        given = {name: value for name, value in given.items() if name != "software_id" or value}
        return self.settle({**left_out, **given})

    def settle(self, properties: Properties) -> Properties:
        return {**properties, "channels": []} if properties.get("all_channels") is True else properties

    def key(self, properties: Properties) -> str:
        return str(properties.get("software_id") or uuid.uuid4())

    def label(self, properties: Properties) -> str:
        return f"{properties['name']} {properties['version']}"

    # --- Live rows ---

    def rows(self, environment: str, keys: Iterable[str]) -> dict[str, RegisteredApplication]:
        found = RegisteredApplication.objects.filter(environment=environment, software_id__in=uuids(keys))
        return {str(row.software_id): row for row in found.select_related("programmer", "replaces", "copied_from")}

    def keys(self, environment: str, programmer: str) -> set[str]:
        found = RegisteredApplication.objects.live().filter(environment=environment, programmer__id_key=programmer)
        return {str(software_id) for software_id in found.values_list("software_id", flat=True)}

    def read(self, row: RegisteredApplication) -> Properties:
        return {
            "name": row.name,
            "version": row.version,
            "level": row.level,
            "all_channels": row.all_channels,
            **{name: sorted(getattr(row, name)) for name in NARROWABLE},
            "type": row.type,
            "replaces": str(row.replaces.software_id) if row.replaces else None,
            "copied_from": str(row.copied_from.software_id) if row.copied_from else None,
            "on_behalf_of": row.on_behalf_of,
        }

    def owner(self, row: RegisteredApplication) -> str:
        return row.programmer.id_key

    # --- Rules ---

    def permit(self, rights: Rights, properties: Properties, *, key: str, view: View) -> Messages:
        """Asked for every scope that it does not hold now, so that no other way to a privileged scope leads past it."""
        held = view.live(self.kind, key)
        problems = Problems()
        new = set(properties["scopes"]) - set(held["scopes"] if held else ())
        if not rights.may_grant(new, view.environment, view.programmer):
            wanted = sorted(new & scopes.PRIVILEGED)
            who = "an admin" if new & scopes.ADMIN_ONLY else "a TAM"
            problems.add("scopes", f"Only {who} may grant {', '.join(wanted)}. Leave it out, or ask one.")
        given = "software_id" in properties and view.tombstone(self.kind, key) is None
        if held is None and given and not rights.may(Role.TAM, view.environment, view.programmer):
            problems.add("software_id", "Only a TAM may give a software id. Leave it empty to have one made.")
        return problems.messages

    def check(self, properties: Properties, *, key: str, view: View) -> Messages:
        problems, now = Problems(), view.live(self.kind, key)
        if view.get(Kind.PROGRAMMER, view.programmer) is None:
            problems.add("", "This programmer is not here any more.")
        _check_members(properties, problems)
        _check_references(properties, now, view, problems)
        before = view.row(self.kind, key)
        if before is not None:
            _check_narrowing(properties, before, problems)
        elif (
            properties.get("software_id")
            and RegisteredApplication.objects.filter(software_id__in=uuids([key])).exists()
        ):
            problems.add("software_id", self.taken)
        if now is None:
            _check_name(properties, key, view, problems)
        if before is None:
            _check_links(properties, view, problems)
        return problems.messages

    def check_removal(self, *, key: str, view: View) -> list[str]:
        """Only if it never had a client, or long after its revocation. Asked when its row is locked."""
        if key not in view.once("used", self.kind, lambda: _used(view)):
            return []
        return [f"It has clients. Revoke it; {REVIVAL_WINDOW.days} days later it can be removed."]

    def parent(self, properties: Properties) -> tuple[Kind, str] | None:
        if properties["level"] == Level.CHANNEL and properties["channels"]:
            return Kind.CHANNEL, properties["channels"][0]
        return None

    # --- Writing, in a push ---

    def create(
        self, properties: Properties, *, key: str, row: RegisteredApplication | None, version: Version
    ) -> RegisteredApplication:
        if row is not None:
            sets = {name: properties[name] for name in ("all_channels", *NARROWABLE)}
            write(row, removed_in=None, programmer_public_id=version.programmer_row.public_id, **sets)
            _keep_members(row)
            return row
        links: dict[str, RegisteredApplication | None] = {"replaces": None, "copied_from": None}
        for name in links:
            if properties[name]:
                links[name] = RegisteredApplication.objects.get(software_id=properties[name])
        row = RegisteredApplication.objects.create(
            environment=version.environment,
            created_by_name=version.by_name,
            programmer=version.programmer_row,
            programmer_public_id=version.programmer_row.public_id,
            granted={name: properties[name] for name in ("all_channels", *NARROWABLE)},
            **{**properties, **links, "software_id": uuid.UUID(key)},
        )
        ApplicationMember.objects.bulk_create(_members(row))
        return row

    def update(self, row: RegisteredApplication, members: Properties) -> None:
        write(row, **members)
        _keep_members(row)


def _used(view: View) -> set[str]:
    """Of the applications that are to be removed, those that have had clients and were not revoked long ago."""
    gone = uuids(change.key for change in view.of_kind(Kind.APPLICATION) if change.after is None)
    found = RegisteredApplication.objects.filter(environment=view.environment, software_id__in=gone).exclude(
        revoked_at__lte=Now() - REVIVAL_WINDOW
    )
    used = found.filter(Exists(Client.objects.filter(application=OuterRef("pk"))))
    return {str(software_id) for software_id in used.values_list("software_id", flat=True)}


def _check_members(properties: Properties, problems: Problems) -> None:
    wanted = set(properties["scopes"])
    privileged = wanted & scopes.PRIVILEGED
    if not wanted:
        problems.add("scopes", "Choose at least one API.")
    if privileged and wanted - privileged:
        problems.add("scopes", "Privileged APIs are for servers: give them an application of their own.")
    if properties["level"] == Level.CHANNEL and (properties["all_channels"] or len(properties["channels"]) != 1):
        problems.add("channels", "An application of a channel covers exactly that channel.")
    if privileged:
        return
    if not properties["all_channels"] and not properties["channels"]:
        problems.add("channels", "Choose at least one channel.")
    if not properties["platforms"]:
        problems.add("platforms", "Choose at least one platform.")
    if not properties["domains"]:
        problems.add("domains", "Choose at least one domain.")


def _check_references(properties: Properties, now: Properties | None, view: View, problems: Problems) -> None:
    """What it did not name before must live, or be in the same push."""
    before = now or {"channels": [], "domains": []}
    here = view.channels()
    if unknown := set(properties["channels"]) - set(before["channels"]) - here:
        problems.add("channels", f"Not a channel of this programmer: {', '.join(sorted(unknown))}. Leave it out.")
    if "channels" in problems.messages:
        return  # which domains are right depends on them
    covered = here if properties["all_channels"] else here & set(properties["channels"])
    if unknown := set(properties["domains"]) - set(before["domains"]) - view.hosts(covered):
        problems.add("domains", f"No channel that it covers has {', '.join(sorted(unknown))}. Add it there first.")


def _check_narrowing(properties: Properties, row: RegisteredApplication, problems: Problems) -> None:
    """Members may go and come back, never beyond what the first push gave. None at all may mean unrestricted."""
    granted = row.granted
    for name in ("name", "version", "level"):
        if properties[name] != getattr(row, name):
            problems.add(name, "This stays as it is. Make a new application instead.")
    if properties["all_channels"] and not granted["all_channels"]:
        problems.add("channels", "It was not made for all channels. Make a new application instead.")
    for name in NARROWABLE:
        if name == "channels" and granted["all_channels"]:
            continue
        if wider := sorted(set(properties[name]) - set(granted[name])):
            problems.add(name, f"It was never given {', '.join(wider)}. Make a new application instead.")
        elif name in {"platforms", "domains"} and granted[name] and not properties[name]:
            problems.add(name, "Keep at least one: without any it would be unrestricted.")


def _check_name(properties: Properties, key: str, view: View, problems: Problems) -> None:
    """(Programmer, name, version) is unique among what will live."""
    if view.names().get((fold(properties["name"]), properties["version"]), set()) - {key}:
        problems.add("version", f"{properties['name']} {properties['version']} exists. Choose another name or version.")


def _check_links(properties: Properties, view: View, problems: Problems) -> None:
    if properties["replaces"] and view.live(Kind.APPLICATION, properties["replaces"]) is None:
        problems.add("replaces", "The application that it replaces is not here. Leave it out.")
    named = properties["copied_from"]
    if named and named not in view.once("sources", Kind.APPLICATION, lambda: _sources(view)):
        problems.add("copied_from", "The application that it was copied from is not this programmer's. Leave it out.")


def _sources(view: View) -> set[str]:
    """Of what new applications say they were copied from, the programmer's own, in any environment."""
    named = [change.after for change in view.of_kind(Kind.APPLICATION) if change.before is None and change.after]
    asked = uuids(each["copied_from"] for each in named if each.get("copied_from"))
    found = RegisteredApplication.objects.filter(software_id__in=asked, programmer__id_key=view.programmer)
    return {str(software_id) for software_id in found.values_list("software_id", flat=True)}


def _members(row: RegisteredApplication) -> list[ApplicationMember]:
    return [
        ApplicationMember(application=row, kind=kind, value=value)
        for name, kind in MEMBERS.items()
        for value in getattr(row, name)
    ]


def _keep_members(row: RegisteredApplication) -> None:
    """Bring the member rows in step with the sets of the application."""
    wanted = {(member.kind, member.value): member for member in _members(row)}
    held = {(member.kind, member.value): member for member in row.members.all()}
    gone = [member.pk for pair, member in held.items() if pair not in wanted]
    if gone:
        ApplicationMember.objects.filter(pk__in=gone).delete()
    ApplicationMember.objects.bulk_create(member for pair, member in wanted.items() if pair not in held)
