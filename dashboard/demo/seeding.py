"""Put a programmer of the demo world into one environment: pushes, then states, then clients."""

import random
import secrets as randomness
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from dashboard import changes, revocations
from dashboard.changes import Edit
from dashboard.demo import certificates
from dashboard.demo.world import DemoApplication, DemoProgrammer
from dashboard.entities import Kind
from oauth import secrets
from oauth.audit import Actor, Door
from oauth.environments import Environment
from registration import applications
from registration.models import Client, CustomScheme, Programmer, RegisteredApplication, SoftwareStatement
from registration.platforms import Platform

BY = Actor(key="command:demo", name="Demo", door=Door.COMMAND)
_BATCH = 40
_CLIENT_BATCH = 2_000


@transaction.atomic
def seed_programmer(programmer: DemoProgrammer, environment: str) -> bool:
    """Make it, unless this environment has, or ever had, a programmer of this id. Says whether it did."""
    if Programmer.objects.filter(environment=environment, id_key=programmer.id).exists():
        return False
    _save([_create(Kind.PROGRAMMER, public_id=programmer.id, display_name=programmer.name)], programmer, environment)
    _save(_structure(programmer), programmer, environment)
    made: dict[str, str] = {}
    for batch in _batches(programmer.applications):
        edits = [_application(application, programmer, made) for application in batch]
        _save(edits, programmer, environment, never_expires=batch[0].never_expires)
    rows = RegisteredApplication.objects.live().filter(environment=environment, programmer__id_key=programmer.id)
    by_name = {f"{row.name}/{row.version}": row for row in rows}
    live = environment == Environment.RELEASE_PRODUCTION
    applied = [(by_name[f"{each.name}/{each.version}"], each) for each in programmer.applications]
    _register([(row, each.clients if live else 1) for row, each in applied])
    for row, each in applied if live else []:
        _change_state(row, each.state)
    return True


def _batches(rows: tuple[DemoApplication, ...]) -> Iterator[list[DemoApplication]]:
    """A push each: what replaces another comes in a later one, and what never expires in one of its own."""
    batch: list[DemoApplication] = []
    for row in rows:
        if batch and (len(batch) == _BATCH or row.replaces or row.never_expires != batch[0].never_expires):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _structure(programmer: DemoProgrammer) -> list[Edit]:
    edits = []
    for channel in programmer.channels:
        edits.append(
            _create(
                Kind.CHANNEL,
                programmer=programmer.id,
                public_id=channel.id,
                display_name=channel.name,
                default_redirect_url=f"https://{channel.hosts[0]}/signed-in",
            )
        )
        edits.extend(_create(Kind.DOMAIN, channel=channel.id, host=host) for host in channel.hosts)
    edits.extend(_create(Kind.SCHEME, programmer=programmer.id, label=label) for label in programmer.schemes)
    for certificate in programmer.certificates:
        owner = {"owner": f"c:{certificate.channel}"} if certificate.channel else {}
        pem = certificates.make(certificate.name, programmer.name, days=certificate.days)
        edits.append(_create(Kind.CERTIFICATE, pem=pem, used_for_user_metadata=certificate.used, **owner))
    edits.extend(_analytics(programmer, channel) for channel in programmer.reports)
    return edits


def _analytics(programmer: DemoProgrammer, channel: str) -> Edit:
    return _create(
        Kind.ANALYTICS,
        channel=channel,
        event_forwarding=True,
        tracking_server=f"metrics.{programmer.id}.example",
        report_suite_id=f"{channel.replace('-', '')}live",
        report_suite_mapping_template="{channel}-{platform}",
    )


def _application(application: DemoApplication, programmer: DemoProgrammer, made: dict[str, str]) -> Edit:
    """`made` remembers the ids that were given, for those that replace another."""
    software_id = made.setdefault(f"{application.name}/{application.version}", str(uuid.uuid4()))
    covered = [c for c in programmer.channels if application.channels is None or c.id in application.channels]
    return _create(
        Kind.APPLICATION,
        software_id=software_id,
        name=application.name,
        version=application.version,
        level="channel" if application.at_channel else "programmer",
        all_channels=application.channels is None,
        channels=list(application.channels or ()),
        platforms=list(application.platforms),
        domains=[host for channel in covered for host in channel.hosts] if application.platforms else [],
        scopes=list(application.scopes),
        replaces=made.get(application.replaces),
    )


def _create(kind: Kind, **properties: Any) -> Edit:
    return Edit(kind, properties)


def _save(edits: list[Edit], programmer: DemoProgrammer, environment: str, *, never_expires: bool = False) -> None:
    if edits:
        changes.save_all(
            edits,
            environment=environment,
            programmer=programmer.id,
            description="",
            by=BY,
            statement_expires=None if never_expires else "default",
        )


def _change_state(row: RegisteredApplication, state: str) -> None:
    if state == "closed":
        applications.close(row, reason="Version 6 replaces it; nobody installs it any more.", as_tam=False, by=BY)
    elif state == "suspended":
        applications.suspend(row, reason="Sends its users to a redirect loop; the team is on it.", by=BY)
    elif state == "revoked":
        applications.revoke(row, reason="The preview's statement was published by mistake.", by=BY)
    elif row.name == "Aurora web player":
        revocations.request(row, reason="The web player moves to version 3 next month.", by=BY)


def _register(wanted: list[tuple[RegisteredApplication, int]]) -> None:
    """Registrations of the last ninety days. Nobody holds their secrets."""
    rows = [row for row, _ in wanted]
    schemes = CustomScheme.objects.live().filter(programmer__in={row.programmer_id for row in rows})
    names = list(schemes.order_by("pk").values_list("scheme", flat=True))
    statements = dict(SoftwareStatement.objects.filter(application__in=rows).values_list("application", "id"))
    Client.objects.bulk_create(
        (client for row, count in wanted for client in _clients(row, statements[row.pk], count, names)),
        batch_size=_CLIENT_BATCH,
    )
    Client.objects.filter(application__in=rows).update(created=F("issued_at"))


def _clients(row: RegisteredApplication, statement: uuid.UUID, count: int, schemes: list[str]) -> Iterator[Client]:
    chance = random.Random(str(row.software_id))  # noqa: S311  (dates of a demo)
    now = datetime.now(UTC)
    ways = [(f"https://{host}/signed-in", f"domain:{host}") for host in row.domains] * 3
    ways += [(f"{scheme}:/signed-in", f"scheme:{scheme}") for scheme in schemes if row.domains]
    for _ in range(count):
        uri, match = chance.choice(ways) if ways else ("", "")
        yield Client(
            redirect_uris=uri,
            redirect_matches=[match] if match else [],
            client_id=str(uuid.uuid4()),
            client_secret=secrets.seal(randomness.token_bytes(32)),
            hash_client_secret=False,
            client_type=Client.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
            registration_source=Client.RegistrationSource.DCR,
            environment=row.environment,
            application=row,
            statement_id=statement,
            platform=chance.choice(row.platforms or [Platform.UNIDENTIFIED.value]),
            issued_at=now - timedelta(seconds=chance.randrange(90 * 86_400)),
        )
