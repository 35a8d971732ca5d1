"""Clients: what a device gets by registering. Registration writes no audit entry: the row is its own record."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from oauth import secrets
from oauth.audit import Actor, Event
from oauth.prepared import fetch_one
from oauth.problems import Invalid
from registration import redirects, states
from registration.errors import InvalidRedirectURI, UnapprovedSoftwareStatement
from registration.models import Channel, Client, CustomScheme, Domain, SoftwareStatement
from registration.platforms import Platform
from registration.standing import CLOCK, json_list
from registration.statements import Verified

_APPLICATION = """
SELECT a.id, a.programmer_id, a.all_channels, a.channels, a.platforms, a.domains, a.scopes,
       a.removed_in IS NULL
         AND (a.revoked_at IS NULL OR a.revoked_at > {now})
         AND (a.suspended_at IS NULL OR a.suspended_at > {now})
         AND (a.closed_at IS NULL OR a.closed_at > {now})
         AND NOT EXISTS(SELECT 1 FROM oauth_signingkey k WHERE k.id = %(key)s AND k.withdrawn_at IS NOT NULL)
  FROM registration_registeredapplication a
 WHERE a.software_id = %(software_id)s AND a.environment = %(environment)s
"""
# Against the removal of the application, which counts its clients first; a suspension does not wait for it.
_LOCK = {"postgresql": " FOR KEY SHARE OF a", "sqlite": ""}
_STATEMENT = """
SELECT s.id, s.application_id, s.revoked_at IS NULL OR s.revoked_at > {now}
  FROM registration_softwarestatement s
 WHERE s.environment = %(environment)s AND s.{column} = %(value)s
"""


@dataclass(frozen=True)
class Registered:
    """A new client. `secret` exists here and in the device, and nowhere else."""

    client_id: str
    secret: str
    issued_at: int
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class _Application:
    pk: int
    programmer: int
    all_channels: bool
    channels: list[str]
    platforms: list[str]
    domains: list[str]
    scopes: list[str]

    def covered(self) -> Any:
        """Its channels that live now: what it names by value counts only where it exists."""
        channels = Channel.objects.live().filter(programmer_id=self.programmer)
        return channels if self.all_channels else channels.filter(id_key__in=self.channels)


@transaction.atomic
def register(
    verified: Verified, *, redirect_uri: str | None, platform: Platform, named: bool, environment: str, dialect: str
) -> Registered:
    """Make a client of the application that the statement asserts (RFC 7591 section 3).

    `named` says that the device itself named `platform`; only then may it be refused. Raises
    UnapprovedSoftwareStatement, InvalidRedirectURI.
    """
    application = _decide(verified, environment)
    if named and application.platforms and platform not in application.platforms:
        raise UnapprovedSoftwareStatement("The application may not run on this platform. Ask for one that may.")
    uris, matches = _redirects(application, redirect_uri)
    statement = _statement(verified, application, environment)
    secret, client_id, now = secrets.make(), str(uuid.uuid4()), datetime.now(UTC)
    Client.objects.create(
        client_id=client_id,
        client_secret=secrets.seal(secrets.digest(secret)),
        hash_client_secret=False,
        client_type=Client.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
        registration_source=Client.RegistrationSource.DCR,
        redirect_uris=" ".join(uris),
        environment=environment,
        application_id=application.pk,
        statement_id=statement,
        platform=platform,
        redirect_matches=matches,
        dialect=dialect,
        issued_at=now,
    )
    return Registered(client_id, secret, int(now.timestamp()), uris, tuple(application.scopes))


@transaction.atomic
def revoke(client: Client, *, reason: str, by: Actor) -> Client:
    """Refuse one client for good. It can register again, with a statement that is good."""
    row = states.locked(client)
    if row.revoked_at is not None:
        raise Invalid({"": ["The client is revoked already."]})
    reason = states.reason_of(reason)
    application = row.application
    event = Event(
        "client:revoke",
        programmer=application.programmer_public_id.casefold(),
        kind="client",
        key=row.client_id,
        label=str(application),
        reason=reason,
        data={"application": str(application.software_id)},
    )
    fields = {"revoked_at": Now(), "revoked_by_name": by.name, "revoked_reason": reason}
    states.change(row, fields, event=event, environment=row.environment, by=by)
    return row


def _decide(verified: Verified, environment: str) -> _Application:
    """Step 5: authority comes from the database. Raises UnapprovedSoftwareStatement."""
    software_id = _canonical_uuid(verified.subject)
    if software_id is None:
        raise UnapprovedSoftwareStatement
    row = fetch_one(
        _in_dialect(_APPLICATION) + _LOCK[connection.vendor],
        {"software_id": _stored(software_id), "environment": environment, "key": verified.key.pk},
    )
    if row is None or not row[-1]:
        raise UnapprovedSoftwareStatement
    pk, programmer, all_channels, *sets = row[:-1]
    return _Application(pk, programmer, bool(all_channels), *(json_list(value) for value in sets))


def _statement(verified: Verified, application: _Application, environment: str) -> uuid.UUID:
    """The row of the statement, which decides whether it is revoked; a brought-over one gets its row here."""
    found = _find(environment, "jti", verified.jti) if verified.jti else None
    if found is None and verified.brought_over:
        found = _find(environment, "digest", verified.parsed.digest) or _bring_over(verified, application, environment)
    if found is None or found[1] != application.pk or not found[2]:
        raise UnapprovedSoftwareStatement
    return uuid.UUID(str(found[0]))


def _bring_over(verified: Verified, application: _Application, environment: str) -> tuple[Any, ...] | None:
    """One row, however many devices present the statement at once."""
    claims = verified.parsed.claims
    SoftwareStatement.objects.bulk_create(
        [
            SoftwareStatement(
                environment=environment,
                application_id=application.pk,
                digest=verified.parsed.digest,
                text=verified.text,
                origin=SoftwareStatement.Origin.BROUGHT_OVER,
                signing_key_id=verified.key.pk,
                issued_at=_instant(claims.get("iat", claims.get("nbf"))) or datetime.now(UTC),
                expires_at=_instant(claims.get("exp")),
            )
        ],
        ignore_conflicts=True,
    )
    return _find(environment, "digest", verified.parsed.digest)


def _find(environment: str, column: str, value: str) -> tuple[Any, ...] | None:
    sql = _in_dialect(_STATEMENT.replace("{column}", column))
    return fetch_one(sql, {"environment": environment, "value": value})


def _redirects(application: _Application, redirect_uri: str | None) -> tuple[tuple[str, ...], list[str]]:
    channels = list(application.covered().values_list("pk", "default_redirect_url"))
    covered = [pk for pk, _ in channels]
    live = Domain.objects.live().filter(channel__in=covered, host__in=application.domains)
    schemes = CustomScheme.objects.live().filter(programmer_id=application.programmer, retired=False)
    hosts = set(live.values_list("host", flat=True))
    named = schemes.values_list("scheme_key", "channel")
    usable = {key for key, channel in named if channel is None or channel in covered}
    if redirect_uri is not None:
        return (redirect_uri,), [redirects.check(redirect_uri, domains=hosts, schemes=usable)]
    default = channels[0][1] if len(channels) == 1 else ""
    if not default:
        return (), []
    try:
        return (default,), [redirects.check(default, domains=hosts, schemes=usable)]
    except InvalidRedirectURI:
        return (), []


def _in_dialect(sql: str) -> str:
    return sql.replace("{now}", CLOCK[connection.vendor])


def _stored(value: uuid.UUID) -> uuid.UUID | str:
    """SQLite keeps UUIDs as text without dashes."""
    return value.hex if connection.vendor == "sqlite" else value


def _canonical_uuid(text: str) -> uuid.UUID | None:
    """A UUID in its one spelling; any other text is an unknown id."""
    try:
        value = uuid.UUID(text)
    except ValueError:
        return None
    return value if str(value) == text else None


def _instant(seconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
    except (ValueError, OverflowError, OSError):
        return None
