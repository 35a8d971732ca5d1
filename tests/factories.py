"""Builds what a test needs through pushes, as the dashboard does, so that every row has its version.

    programmer("aurora")
    channel("aurora-one", of="aurora", hosts=["live.aurora.example"])
    application("Aurora Live", of="aurora", channels=["aurora-one"])     # needs the fixture `signing_keys`

`world("aurora")` is all three. `of` is a programmer's public id; anything else that an entity has may be given by name.
"""

from typing import Any

from django.contrib.auth.models import User

from dashboard import changes
from dashboard.changes import Edit
from dashboard.models import ChangeSet
from oauth.audit import Actor, Door
from registration.models import (
    AnalyticsConfiguration,
    Certificate,
    Channel,
    CustomScheme,
    Domain,
    Programmer,
    RegisteredApplication,
)
from registration.text import fold
from tests import certificates
from tests.once import once

ENVIRONMENT = "release-production"
OPERATOR = Actor.command()


def pushed(*edits: Edit, of: str, environment: str = ENVIRONMENT, by: Actor = OPERATOR, **more: Any):
    """One version of one programmer: its change set."""
    return changes.save_all(edits, environment=environment, programmer=of, description="", by=by, **more)


def push_drafts(user: User) -> None:
    """Push everything that this person has staged, as the review page does."""
    by = Actor(key=f"user:{user.pk}", name=user.get_full_name(), door=Door.PAGE)
    for draft in ChangeSet.objects.filter(author_key=by.key, state=ChangeSet.State.DRAFT):
        changes.push(draft, description="A test", by=by)


def programmer(public_id: str = "aurora", *, environment: str = ENVIRONMENT, **properties: Any) -> Programmer:
    wanted = {"public_id": public_id, "display_name": public_id.title(), **properties}
    pushed(Edit("programmer", wanted), of=public_id, environment=environment)
    return Programmer.objects.get(environment=environment, id_key=fold(public_id))


def channel(
    public_id: str,
    *,
    of: str = "aurora",
    hosts: list[str] | None = None,
    environment: str = ENVIRONMENT,
    **properties: Any,
) -> Channel:
    wanted = {"public_id": public_id, "display_name": public_id.replace("-", " ").title(), **properties}
    domains = [Edit("domain", {"channel": public_id, "host": host}) for host in hosts or []]
    pushed(Edit("channel", wanted), *domains, of=of, environment=environment)
    return Channel.objects.get(environment=environment, id_key=fold(public_id))


def domain(host: str, *, channel: str, of: str = "aurora", environment: str = ENVIRONMENT) -> Domain:
    pushed(Edit("domain", {"channel": channel, "host": host}), of=of, environment=environment)
    return Domain.objects.get(environment=environment, channel__id_key=fold(channel), host=host)


def scheme(*, of: str = "aurora", environment: str = ENVIRONMENT, **properties: Any) -> CustomScheme:
    change_set = pushed(Edit("scheme", properties), of=of, environment=environment)
    return CustomScheme.objects.get(environment=environment, scheme_key=change_set.changes.get().key)


def certificate(
    pem: str = "", *, of: str = "aurora", channel: str = "", environment: str = ENVIRONMENT, **properties: Any
) -> Certificate:
    """Of the programmer, or of one channel."""
    owner = {"owner": f"c:{channel}"} if channel else {}
    wanted = {"pem": pem or certificates.pem(), **owner, **properties}
    change_set = pushed(Edit("certificate", wanted), of=of, environment=environment)
    sha256 = change_set.changes.get().key.rpartition("/")[2]
    mine = Certificate.objects.filter(environment=environment, programmer__id_key=fold(of), sha256=sha256)
    return mine.get(channel__id_key=fold(channel) or None)


def analytics(
    *, channel: str, of: str = "aurora", environment: str = ENVIRONMENT, **properties: Any
) -> AnalyticsConfiguration:
    change_set = pushed(Edit("analytics", {"channel": channel, **properties}), of=of, environment=environment)
    number = change_set.changes.get().key.rpartition("/")[2]
    return AnalyticsConfiguration.objects.get(channel__environment=environment, channel__id_key=channel, number=number)


def application(
    name: str = "Aurora Live",
    *,
    of: str = "aurora",
    environment: str = ENVIRONMENT,
    by: Actor = OPERATOR,
    **properties: Any,
) -> RegisteredApplication:
    """By default: all channels and platforms, the domains of every channel, REST API v2."""
    expires = {"statement_expires": properties.pop("statement_expires")} if "statement_expires" in properties else {}
    change_set = pushed(
        Edit("application", application_properties(name, of=of, environment=environment, **properties)),
        of=of,
        environment=environment,
        by=by,
        **expires,
    )
    return RegisteredApplication.objects.get(software_id=change_set.changes.get().key)


def application_properties(
    name: str = "Aurora Live", *, of: str = "aurora", environment: str = ENVIRONMENT, **properties: Any
) -> dict[str, Any]:
    hosts = Domain.objects.live().filter(environment=environment, channel__programmer__id_key=fold(of))
    return {
        "name": name,
        "version": "6.1.0",
        "all_channels": "channels" not in properties,
        "platforms": [
            "ANDROID",
            "DESKTOP",
            "FIRETV",
            "IOS",
            "MOBILE_OTHER",
            "ROKU",
            "TVOS",
            "TV_OTHER",
            "UNIDENTIFIED",
        ],
        "domains": sorted(set(hosts.values_list("host", flat=True))),
        "scopes": ["api:client:v2"],
        **properties,
    }


def world(of: str = "aurora", *, environment: str = ENVIRONMENT) -> RegisteredApplication:
    """A programmer `aurora`, its channel `aurora-one` with `live.aurora.example`, and `Aurora Live 6.1.0`."""
    return once(_world, of, environment)


def _world(of: str, environment: str) -> RegisteredApplication:
    programmer(of, environment=environment)
    channel(f"{of}-one", of=of, hosts=[f"live.{of}.example"], environment=environment)
    return application(f"{of.title()} Live", of=of, environment=environment)
