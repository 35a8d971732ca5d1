"""From a page in one environment to the same thing in another, or to the nearest that is there."""

from dataclasses import dataclass, replace
from typing import Any

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from dashboard.models import Role
from dashboard.permissions import Rights
from oauth.environments import Environment
from registration.models import Channel, Programmer, RegisteredApplication
from registration.text import fold

# The pages that exist for a thing wherever that thing exists. From a form one lands on the thing that it is about.
_OF_A_PROGRAMMER = {
    "programmer",
    "programmer-channels",
    "programmer-applications",
    "programmer-schemes",
    "programmer-certificates",
    "programmer-activity",
}
_OF_A_CHANNEL = {
    "channel",
    "channel-domains",
    "channel-applications",
    "channel-schemes",
    "channel-certificates",
    "channel-analytics",
}
_OF_AN_APPLICATION = {"application", "application-statements", "application-clients", "application-history"}
_OF_NONE = {"home", "programmers", "channels", "applications", "requests", "changes", "draft"}
_OF_ADMINS = {"keys", "environment-settings"}
_NEAREST = {
    "programmer-new": "programmers",
    "entity-history": "changes",
    "version": "changes",
    "changes": "changes",
    "applications": "applications",
    "request": "requests",
    "draft": "draft",
    "key": "keys",
}


@dataclass(frozen=True)
class Landing:
    """Where one arrives. `note` says so where it is not what one left."""

    name: str
    arguments: tuple[Any, ...]
    note: str = ""


def to(environment: str, rights: Rights, path: str) -> Landing:
    """The landing in `environment` for whoever leaves the page at `path`."""
    try:
        match = resolve(path)
    except Resolver404:
        return Landing("home", (environment,))
    name, found = match.url_name or "", match.kwargs
    if "software_id" in found:
        return _application(environment, rights, name, found)
    if "cid" in found:
        return _channel(environment, rights, name, found)
    if "pid" in found and not name.startswith(("version", "draft")):
        return _programmer(environment, rights, name, found["pid"])
    nearest = next((there for start, there in _NEAREST.items() if name.startswith(start)), name)
    open_to_me = nearest in _OF_NONE or (nearest in _OF_ADMINS and rights.everywhere(Role.ADMIN, environment))
    return Landing(nearest if open_to_me else "home", (environment,))


def _application(environment: str, rights: Rights, name: str, found: dict[str, Any]) -> Landing:
    left = RegisteredApplication.objects.filter(software_id=found["software_id"]).select_related("programmer").first()
    if left is None or not rights.role(left.environment, left.programmer_public_id):
        return Landing("applications", (environment,))
    here = (
        RegisteredApplication.objects.live()
        .filter(environment=environment, programmer__id_key=left.programmer.id_key, name_key=left.name_key)
        .filter(version=left.version)
        .first()
    )
    if here is None or not rights.role(environment, left.programmer_public_id):
        landing = _programmer(environment, rights, "programmer-applications", left.programmer.public_id)
        return replace(landing, note=landing.note or _missing(f"{left}", environment))
    return Landing(name if name in _OF_AN_APPLICATION else "application", (environment, here.software_id))


def _channel(environment: str, rights: Rights, name: str, found: dict[str, Any]) -> Landing:
    same = Channel.objects.live().filter(id_key=fold(found["cid"])).select_related("programmer")
    here = same.filter(environment=environment).first()
    if here is None or not rights.role(environment, here.programmer.public_id):
        note = _missing(_("The channel %s") % found["cid"], environment)
        left = same.filter(environment=found["environment"]).first()
        if left is None or not rights.role(left.environment, left.programmer.public_id):
            return Landing("channels", (environment,), note)
        landing = _programmer(environment, rights, "programmer-channels", left.programmer.public_id)
        return replace(landing, note=landing.note or note)
    nearest = {
        "domain": "channel-domains",
        "channel-scheme": "channel-schemes",
        "channel-certificate": "channel-certificates",
        "analytics": "channel-analytics",
    }
    tab = next((tab for start, tab in nearest.items() if name.startswith(start)), name)
    return Landing(tab if tab in _OF_A_CHANNEL else "channel", (environment, here.public_id))


def _programmer(environment: str, rights: Rights, name: str, public_id: str) -> Landing:
    here = Programmer.objects.live().filter(environment=environment, id_key=fold(public_id)).first()
    if here is None or not rights.role(environment, public_id):
        return Landing("programmers", (environment,), _missing(_("The programmer %s") % public_id, environment))
    nearest = {
        "application-new": "programmer-applications",
        "programmer-scheme": "programmer-schemes",
        "programmer-certificate": "programmer-certificates",
    }
    tab = next((tab for start, tab in nearest.items() if name.startswith(start)), name)
    return Landing(tab if tab in _OF_A_PROGRAMMER else "programmer", (environment, here.public_id))


def _missing(thing: str, environment: str) -> str:
    label = Environment(environment).label
    return _("%(thing)s is not in %(environment)s. This is the nearest page there.") % {
        "thing": thing,
        "environment": label,
    }
