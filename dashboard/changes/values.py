"""The properties of a change in people's words: what a property is called, and its value, one line for each member."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from dashboard.entities import RULES, Kind
from registration import certificates, scopes
from registration.models import RegisteredApplication
from registration.platforms import Platform

# In the order in which they are shown; what is not here follows, by name.
_LABELS = {
    "public_id": _lazy("Public ID"),
    "software_id": _lazy("Software ID"),
    "display_name": _lazy("Display name"),
    "name": _lazy("Name"),
    "version": _lazy("Version"),
    "owner": _lazy("Owner"),
    "programmer": _lazy("Programmer"),
    "channel": _lazy("Channel"),
    "host": _lazy("Domain"),
    "scheme": _lazy("Scheme"),
    "label": _lazy("Label"),
    "number": _lazy("Number"),
    "pem": _lazy("Certificate"),
    "level": _lazy("Level"),
    "channels": _lazy("Channels"),
    "platforms": _lazy("Platforms"),
    "domains": _lazy("Domains"),
    "scopes": _lazy("APIs it may call"),
    "type": _lazy("Type"),
    "replaces": _lazy("Replaces"),
    "copied_from": _lazy("Copied from"),
    "on_behalf_of": _lazy("On behalf of"),
    "default_redirect_url": _lazy("Default redirect URL"),
    "error_reporting": _lazy("Detailed error reporting"),
    "retired": _lazy("Retired"),
    "imported": _lazy("In use before"),
    "used_for_user_metadata": _lazy("Used to encrypt user metadata"),
    "event_forwarding": _lazy("Event forwarding"),
    "tracking_server": _lazy("Tracking server"),
    "tracking_server_schema": _lazy("Tracking server schema"),
    "report_suite_id": _lazy("Report suite"),
    "report_suite_mapping_template": _lazy("Report suite mapping template"),
    "report_suite_confirmation_marker": _lazy("Report suite confirmation marker"),
}
_POSITIONS = {name: position for position, name in enumerate(_LABELS)}
_API_NAMES = {scope: api.name for api in scopes.APIS for scope in api.scopes}
_FEWEST_TO_END = 8
REFERENCES = frozenset({(Kind.APPLICATION.value, "replaces"), (Kind.APPLICATION.value, "copied_from")})
Names = Mapping[str, str]
NO_NAMES: Names = {}


def kind_label(kind: str) -> str:
    return _(Kind(kind).label) if kind in Kind.values else _spelled(kind)


def property_label(name: str) -> str:
    return str(_LABELS[name]) if name in _LABELS else _spelled(name)


def position(name: str) -> tuple[int, str]:
    """Where a property stands among the others."""
    return _POSITIONS.get(name, len(_POSITIONS)), name


def in_words(kind: str, properties: Mapping[str, Any], names: Names = NO_NAMES) -> dict[str, list[str]]:
    """Each property as lines of text, none where it is empty. All channels and the chosen ones are one property.

    `names` are those of applications, by software id: one that is not among them is shown by its id.
    """
    shown = dict(properties)
    if kind == Kind.APPLICATION and ("all_channels" in shown or "channels" in shown):
        chosen = shown.get("channels")
        shown["channels"] = [_("All channels")] if shown.pop("all_channels", False) is True else chosen
    secret = write_only(kind)
    return {
        name: [ending(value)] if name in secret and value else _lines(_words(kind, name, names), value)
        for name, value in shown.items()
    }


def _words(kind: str, name: str, names: Names) -> Callable[[Any], str]:
    if (kind, name) in REFERENCES:
        return lambda value: names.get(str(value)) or _plain(value)
    return _WORDS.get((kind, name), _plain)


def write_only(kind: str) -> frozenset[str]:
    return RULES[Kind(kind)].write_only if kind in Kind.values else frozenset()


def ending(value: Any) -> str:
    """All that is told of a secret: its last four characters, and of a short one nothing."""
    written = str(value)
    return f"••••{written[-4:]}" if len(written) >= _FEWEST_TO_END else "••••"


def _lines(words: Callable[[Any], str], value: Any) -> list[str]:
    if value is None or value in ("", []):
        return []
    members = value if isinstance(value, list) else [value]
    return [line for member in members for line in words(member).splitlines()]


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _spelled(name: str) -> str:
    """`tracking_server` as Tracking server."""
    return name.replace("_", " ").strip().capitalize()


def _platform(value: Any) -> str:
    return _(Platform(value).label) if value in Platform.values else _plain(value)


def _scope(value: Any) -> str:
    name = _API_NAMES.get(value) if isinstance(value, str) else None
    return f"{_(name)} · {value}" if name else _plain(value)


def _level(value: Any) -> str:
    levels = RegisteredApplication.Level
    return _(levels(value).label) if value in levels.values else _plain(value)


def _certificate(value: Any) -> str:
    """What one would look at to know it. What cannot be read is shown as it is."""
    try:
        facts = certificates.read(str(value))
    except ValueError:
        return _plain(value)
    return "\n".join(
        [
            facts.subject,
            _("Serial number %s") % facts.serial,
            _("Valid from %(since)s until %(until)s")
            % {"since": facts.not_before.date().isoformat(), "until": facts.not_after.date().isoformat()},
            f"SHA-256 {facts.sha256}",
        ]
    )


def _owner(value: Any) -> str:
    """`c:aurora-one` as Channel aurora-one."""
    whose, _colon, public_id = str(value).partition(":")
    kind = {"p": Kind.PROGRAMMER, "c": Kind.CHANNEL}.get(whose)
    return f"{_(kind.label)} {public_id}" if kind else _plain(value)


_WORDS: dict[tuple[str, str], Callable[[Any], str]] = {
    (Kind.APPLICATION, "platforms"): _platform,
    (Kind.APPLICATION, "scopes"): _scope,
    (Kind.APPLICATION, "level"): _level,
    (Kind.CERTIFICATE, "owner"): _owner,
    (Kind.CERTIFICATE, "pem"): _certificate,
}
