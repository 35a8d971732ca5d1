"""Clients: what a device gets by registering. Registration writes no audit entry: the row is its own record."""

import json
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from oauth import secrets
from oauth.audit import Actor, Event
from oauth.prepared import fetch_all, fetch_one, in_dialect
from oauth.problems import Invalid
from registration import redirects, states
from registration.errors import InvalidRedirectURI, UnapprovedSoftwareStatement
from registration.models import Client, SoftwareStatement
from registration.platforms import Platform
from registration.standing import json_list
from registration.statements import Verified

_GOOD = """
   AND a.removed_in IS NULL
   AND (a.revoked_at IS NULL OR a.revoked_at > {now})
   AND (a.suspended_at IS NULL OR a.suspended_at > {now})
   AND (a.closed_at IS NULL OR a.closed_at > {now})
"""
_APPLICATION = f"""
SELECT a.id, a.programmer_id, a.all_channels, a.channels, a.platforms, a.domains, a.scopes
  FROM registration_registeredapplication a
 WHERE a.software_id = %(software_id)s AND a.environment = %(environment)s {_GOOD}
   AND NOT EXISTS(SELECT 1 FROM oauth_signingkey k WHERE k.id = %(key)s AND k.withdrawn_at IS NOT NULL)
"""
_STATEMENT = """
SELECT s.id, s.application_id, s.revoked_at IS NULL OR s.revoked_at > {now}
  FROM registration_softwarestatement s
 WHERE s.environment = %(environment)s AND s.{column} = %(value)s
"""
# What lives now, in one question: covered channels with their default redirect URL, their domains, usable schemes.
_LIVE = """
SELECT 'channel', c.id, c.id_key, c.default_redirect_url FROM registration_channel c
 WHERE c.programmer_id = %(programmer)s AND c.removed_in IS NULL
UNION ALL
SELECT 'domain', d.channel_id, d.host, '' FROM registration_domain d
  JOIN registration_channel c ON c.id = d.channel_id
 WHERE c.programmer_id = %(programmer)s AND c.removed_in IS NULL AND d.removed_in IS NULL
UNION ALL
SELECT 'scheme', s.channel_id, s.scheme_key, '' FROM registration_customscheme s
 WHERE s.programmer_id = %(programmer)s AND s.removed_in IS NULL AND NOT s.retired
"""
_COLUMNS = {
    "client_id": "%(client_id)s",
    "client_secret": "%(secret)s",
    "hash_client_secret": "false",
    "client_type": f"'{Client.CLIENT_CONFIDENTIAL}'",
    "authorization_grant_type": f"'{Client.GRANT_CLIENT_CREDENTIALS}'",
    "registration_source": f"'{Client.RegistrationSource.DCR.value}'",
    "redirect_uris": "%(redirect_uris)s",
    "redirect_matches": "%(redirect_matches)s",
    "environment": "a.environment",
    "application_id": "a.id",
    "statement_id": "%(statement)s",
    "platform": "%(platform)s",
    "dialect": "%(dialect)s",
    "skip_authorization": "false",
    **dict.fromkeys(("created", "updated", "issued_at"), "{now}"),
    **dict.fromkeys(
        (
            "name",
            "algorithm",
            "allowed_origins",
            "post_logout_redirect_uris",
            "revoked_by_name",
            "revoked_reason",
        ),
        "''",
    ),
}
# The row is made only where the decision still stands, in the same statement; on PostgreSQL it also locks against the
# removal of the application, which counts its clients first.
_INSERT = f"""
INSERT INTO registration_client ({", ".join(_COLUMNS)})
SELECT {", ".join(_COLUMNS.values())} FROM registration_registeredapplication a
 WHERE a.id = %(application)s {_GOOD} {{lock}}
RETURNING id
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

    def covers(self, id_key: str) -> bool:
        return self.all_channels or id_key in self.channels


def register(
    verified: Verified, *, redirect_uri: str | None, platform: Platform, named: bool, environment: str, dialect: str
) -> Registered:
    """Make a client of the application that the statement asserts (RFC 7591 section 3).

    `named` says that the device itself named `platform`; only then may it be refused. Raises
    UnapprovedSoftwareStatement, InvalidRedirectURI.
    """
    application = _decide(verified, environment)
    statement = _statement(verified, application, environment)
    if named and application.platforms and platform not in application.platforms:
        raise UnapprovedSoftwareStatement("The application may not run on this platform. Ask for one that may.")
    uris, matches = _redirects(application, redirect_uri)
    secret, client_id = secrets.make(), str(uuid.uuid4())
    made = fetch_one(
        in_dialect(_INSERT),
        {
            "client_id": client_id,
            "secret": secrets.seal(secrets.digest(secret)),
            "redirect_uris": " ".join(uris),
            "redirect_matches": json.dumps(matches),
            "application": application.pk,
            "statement": _stored(statement or _bring_over(verified, application, environment)),
            "platform": platform.value,
            "dialect": dialect,
        },
    )
    if made is None:
        raise UnapprovedSoftwareStatement
    return Registered(client_id, secret, int(time.time()), uris, tuple(application.scopes))


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
        in_dialect(_APPLICATION),
        {"software_id": _stored(software_id), "environment": environment, "key": verified.key.pk},
    )
    if row is None:
        raise UnapprovedSoftwareStatement
    pk, programmer, all_channels, *sets = row
    return _Application(pk, programmer, bool(all_channels), *(json_list(value) for value in sets))


def _statement(verified: Verified, application: _Application, environment: str) -> uuid.UUID | None:
    """The row of the statement, which decides whether it is revoked; None where it is to be brought over."""
    found = _find(environment, "jti", verified.jti) if verified.jti else None
    if found is None and verified.brought_over:
        found = _find(environment, "digest", verified.parsed.digest)
        if found is None:
            return None
    return _usable(found, application)


def _usable(found: tuple[Any, ...] | None, application: _Application) -> uuid.UUID:
    if found is None or found[1] != application.pk or not found[2]:
        raise UnapprovedSoftwareStatement
    return uuid.UUID(str(found[0]))


def _bring_over(verified: Verified, application: _Application, environment: str) -> uuid.UUID:
    """Its row, made at its first registration: one, however many devices present the statement at once."""
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
    return _usable(_find(environment, "digest", verified.parsed.digest), application)


def _find(environment: str, column: str, value: str) -> tuple[Any, ...] | None:
    sql = in_dialect(_STATEMENT.replace("{column}", column))
    return fetch_one(sql, {"environment": environment, "value": value})


def _redirects(application: _Application, redirect_uri: str | None) -> tuple[tuple[str, ...], list[str]]:
    """The redirect URIs to register, and what allowed each. What an application names counts only where it lives."""
    rows = fetch_all(_LIVE, {"programmer": application.programmer})
    covered = {pk: url for kind, pk, key, url in rows if kind == "channel" and application.covers(key)}
    hosts = {
        key for kind, channel, key, _ in rows if kind == "domain" and channel in covered and key in application.domains
    }
    schemes = {key for kind, channel, key, _ in rows if kind == "scheme" and (channel is None or channel in covered)}
    if redirect_uri is not None:
        return (redirect_uri,), [redirects.check(redirect_uri, domains=hosts, schemes=schemes)]
    default = next(iter(covered.values())) if len(covered) == 1 else ""
    if not default:
        return (), []
    try:
        return (default,), [redirects.check(default, domains=hosts, schemes=schemes)]
    except InvalidRedirectURI:
        return (), []


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
