"""The form of a registered application: what it may do, box by box, the narrowest choice first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dashboard.drafts import Mine
from dashboard.forms.base import ConfigurationForm
from dashboard.models import Role
from dashboard.permissions import Rights
from registration import scopes
from registration.models import Channel, Programmer, RegisteredApplication
from registration.platforms import GROUPS, Platform

ALL, CHOSEN = "all", "chosen"


@dataclass(frozen=True)
class Box:
    """One tick box. A box that one may not tick says who may."""

    value: str
    label: str
    note: str = ""
    enabled: bool = True
    checked: bool = False


@dataclass(frozen=True)
class Group:
    label: str
    boxes: tuple[Box, ...]
    key: str = ""


@dataclass(frozen=True)
class Offer:
    """What a form lets one choose from: `domains` by channel, `apis` with who may tick them."""

    channels: tuple[Channel, ...]
    domains: tuple[tuple[Channel, tuple[str, ...]], ...]
    platforms: frozenset[str]
    apis: tuple[Box, ...]
    all_channels: bool

    @classmethod
    def to(cls, rights: Rights, mine: Mine, programmer: Programmer, channel: Channel | None = None) -> "Offer":
        """What `rights` may give a new application of `programmer`, or of one channel, with what the draft adds."""
        channels = (channel,) if channel else tuple(mine.channels(programmer))
        return cls(
            channels=channels,
            domains=_by_channel(channels, mine),
            platforms=frozenset(Platform.values),
            apis=tuple(_box(api, rights, programmer) for api in scopes.APIS),
            all_channels=channel is None,
        )

    @classmethod
    def granted(cls, mine: Mine, application: RegisteredApplication) -> "Offer":
        """What `application` was given by its first push: narrowing chooses among that, never beyond."""
        granted: dict[str, Any] = application.granted or {
            name: getattr(application, name) for name in ("all_channels", "channels", "platforms", "domains", "scopes")
        }
        channels = tuple(
            channel
            for channel in mine.channels(application.programmer)
            if granted.get("all_channels") or channel.id_key in granted.get("channels", [])
        )
        hosts, held = set(granted.get("domains", [])), set(granted.get("scopes", []))
        offered = _by_channel(channels, mine)
        by_channel = tuple((each, tuple(host for host in on if host in hosts)) for each, on in offered)
        return cls(
            channels=channels,
            domains=tuple((each, on) for each, on in by_channel if on),
            platforms=frozenset(granted.get("platforms", [])),
            apis=tuple(Box(api.key, _now(api.name)) for api in scopes.APIS if held.issuperset(api.scopes)),
            all_channels=bool(granted.get("all_channels")),
        )


class AccessForm(ConfigurationForm):
    """Channels, platforms, domains and APIs."""

    needed = frozenset({"channels", "platforms", "domains", "scopes"})

    reach = forms.ChoiceField(
        label=_("Assigned to"), required=False, choices=[(CHOSEN, _("Chosen channels")), (ALL, _("All channels"))]
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"), required=False, help_text=_("Pick the fewest channels that work.")
    )
    platforms = forms.MultipleChoiceField(label=_("Platforms"), required=False, choices=Platform.choices)
    domains = forms.MultipleChoiceField(
        label=_("Domains"),
        required=False,
        help_text=_("Redirect URLs that clients ask for must be on one of these, or below it."),
    )
    scopes = forms.MultipleChoiceField(label=_("APIs it may call"), required=False)

    def __init__(self, *args: Any, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer
        self._choose("channels", ((each.id_key, each.display_name) for each in offer.channels))
        self._choose("domains", {(host, host) for _each, hosts in offer.domains for host in hosts})
        self._choose("scopes", ((box.value, box.label) for box in offer.apis))

    def properties(self) -> dict[str, Any]:
        """What the verb is asked for. Sets are sorted there."""
        every = self.parsed.get("reach") == ALL
        ticked = set(self.parsed.get("scopes", ()))
        return {
            "all_channels": every,
            "channels": [] if every else self.parsed.get("channels", []),
            "platforms": self.parsed.get("platforms", []),
            "domains": self.parsed.get("domains", []),
            "scopes": [scope for api in scopes.APIS if api.key in ticked for scope in api.scopes],
        }

    @property
    def reaches_all(self) -> bool:
        return bool(self["reach"].value() == ALL)

    @property
    def channel_groups(self) -> list[Group]:
        ticked = self._ticked("channels")
        boxes = (Box(c.id_key, c.display_name, c.public_id, checked=c.id_key in ticked) for c in self.offer.channels)
        return [Group("", tuple(boxes))]

    @property
    def platform_groups(self) -> list[Group]:
        ticked, offered = self._ticked("platforms"), self.offer.platforms
        groups = []
        for label, members in GROUPS:
            boxes = tuple(
                Box(each.value, _now(each.label), checked=each.value in ticked)
                for each in members
                if each.value in offered
            )
            if boxes:
                groups.append(Group(_now(label) if len(members) > 1 else "", boxes))
        return groups

    @property
    def domain_groups(self) -> list[Group]:
        ticked = self._ticked("domains")
        return [
            Group(channel.display_name, tuple(Box(h, h, checked=h in ticked) for h in hosts), channel.id_key)
            for channel, hosts in self.offer.domains
            if hosts
        ]

    @property
    def scope_groups(self) -> list[Group]:
        ticked = self._ticked("scopes")
        boxes = (
            Box(box.value, box.label, box.note, enabled=box.enabled, checked=box.value in ticked)
            for box in self.offer.apis
        )
        return [Group("", tuple(boxes))]

    def _ticked(self, name: str) -> set[str]:
        return set(self[name].value() or [])

    def _choose(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  (for the type checker)
        field.choices = list(choices)


class ApplicationForm(AccessForm):
    """A new application, or the next version of one."""

    needed = frozenset({"name", "version", "channels", "platforms", "domains", "scopes"})
    field_order = ("name", "version")  # as on the page, and so in what is told of it

    name = forms.CharField(label=_("Name"), required=False)
    version = forms.CharField(
        label=_("Version"),
        required=False,
        initial="1.0.0",
        widget=forms.TextInput(attrs={"class": "input mono"}),
        help_text=_("One application per major version: then a single version can be stopped."),
    )
    software_id = forms.CharField(
        label=_("Existing software ID"),
        required=False,
        widget=forms.TextInput(attrs={"class": "input mono", "spellcheck": "false"}),
        help_text=_("Only for an application brought over from another server. Leave empty for a new one."),
    )

    def __init__(self, *args: Any, may_enter_id: bool = False, level: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.level = level
        if not may_enter_id:
            del self.fields["software_id"]
        if level == RegisteredApplication.Level.CHANNEL:
            del self.fields["reach"], self.fields["channels"]

    @property
    def label(self) -> str:
        """What was typed as name and version."""
        return f"{self['name'].value() or _now('This application')} {self['version'].value() or ''}".strip()

    def properties(self) -> dict[str, Any]:
        given = self.parsed
        of_one = {"channels": [each.id_key for each in self.offer.channels]} if "channels" not in self.fields else {}
        return {
            **({"software_id": given["software_id"]} if given.get("software_id") else {}),
            "name": given.get("name", ""),
            "version": given.get("version", ""),
            "level": self.level,
            **super().properties(),
            **of_one,
        }


def _by_channel(channels: tuple[Channel, ...], mine: Mine) -> tuple[tuple[Channel, tuple[str, ...]], ...]:
    hosts = mine.hosts(channels)
    return tuple((channel, tuple(hosts[channel.id_key])) for channel in channels)


def _box(api: scopes.API, rights: Rights, programmer: Programmer) -> Box:
    needs = Role.ADMIN if api.admin_only else Role.TAM if api.privileged else Role.EDITOR
    note = {Role.ADMIN: _now("an admin grants this"), Role.TAM: _now("a TAM grants this")}.get(needs, "")
    return Box(
        api.key, _now(api.name), note=note, enabled=rights.may(needs, programmer.environment, programmer.public_id)
    )
