"""Clients: what a device gets by registering. Registration writes no audit entry: the row is its own record."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from oauth import feed, secrets
from oauth.audit import Actor
from oauth.feed import Announcement
from oauth.prepared import fetch_one, in_dialect, stored_uuid
from oauth.problems import Invalid
from registration import approval, events, platforms, reach, states
from registration.approval import ACTIVE, Approved
from registration.errors import UnapprovedSoftwareStatement
from registration.models import Client
from registration.platforms import Platform
from registration.reach import Reach
from registration.statements import Verified

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
    "metadata": "%(metadata)s",
    "registration_token_hash": "%(registration_token_hash)s",
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
 WHERE a.id = %(application)s {ACTIVE} {{lock}}
RETURNING {{issued}}
"""


@dataclass(frozen=True)
class Device:
    """What a device says it is. `named` says that it named `platform` itself: only then may it be refused."""

    platform: Platform
    named: bool

    @classmethod
    def of(cls, meta: dict[str, Any]) -> "Device":
        return cls(*platforms.recorded(meta))


@dataclass(frozen=True)
class Decision:
    """What a statement may register now: of which application, with which redirect URIs, and what allowed each."""

    application: Approved
    redirect_uris: tuple[str, ...]
    redirect_matches: list[str]


@dataclass(frozen=True)
class Registered:
    """A new client. `secret` and `registration_token` exist here and in the device, and nowhere else."""

    client_id: str
    secret: str
    issued_at: int
    redirect_uris: tuple[str, ...]
    application: Approved
    metadata: dict[str, Any] = field(default_factory=dict)
    registration_token: str = ""


def decide(
    verified: Verified, *, redirect_uris: Sequence[str] | None, device: Device, environment: str, strict: bool
) -> Decision:
    """Whether a client may be made, and of what. Raises UnapprovedSoftwareStatement, InvalidRedirectURI."""
    approved = approval.approve(verified, environment=environment)
    if device.named and approved.platforms and device.platform not in approved.platforms:
        raise UnapprovedSoftwareStatement("The application may not run on this platform. Ask for one that may.")
    return Decision(approved, *reach.redirect_uris(approved.reach, redirect_uris, strict=strict))


def register(
    verified: Verified,
    *,
    redirect_uris: Sequence[str] | None,
    device: Device,
    environment: str,
    dialect: str,
    metadata: dict[str, Any] | None = None,
) -> Registered:
    """Make a client of the application that the statement asserts (RFC 7591 section 3).

    In the standard dialect it gets a token for managing its registration (RFC 7592). Raises
    UnapprovedSoftwareStatement, InvalidRedirectURI.
    """
    standard = dialect == Client.Dialect.STANDARD
    decision = decide(verified, redirect_uris=redirect_uris, device=device, environment=environment, strict=standard)
    approved, uris = decision.application, decision.redirect_uris
    secret, client_id = secrets.make(), str(uuid.uuid4())
    token = secrets.make() if standard else ""
    made = fetch_one(
        in_dialect(_INSERT),
        {
            "client_id": client_id,
            "secret": secrets.seal(secrets.digest(secret)),
            "redirect_uris": " ".join(uris),
            "redirect_matches": json.dumps(decision.redirect_matches),
            "application": approved.pk,
            "statement": stored_uuid(approval.statement_row(approved)),
            "platform": device.platform.value,
            "dialect": dialect,
            "metadata": json.dumps(metadata or {}),
            "registration_token_hash": hash_of(token) if token else "",
        },
    )
    if made is None:
        raise UnapprovedSoftwareStatement
    return Registered(client_id, secret, int(made[0]), uris, approved, metadata or {}, token)


def hash_of(token: str) -> str:
    """What is kept of a registration access token: 256 random bits need no more."""
    return hashlib.sha256(token.encode()).hexdigest()


def replace(client: Client, *, redirect_uris: Sequence[str] | None, metadata: dict[str, Any]) -> Client:
    """Put new metadata in place of the old (RFC 7592 section 2.2). What is left out is reset.

    Raises InvalidRedirectURI.
    """
    uris, matches = reach.redirect_uris(Reach.of(client.application), redirect_uris, strict=True)
    client.redirect_uris, client.redirect_matches, client.metadata = " ".join(uris), matches, metadata
    client.save(update_fields=["redirect_uris", "redirect_matches", "metadata", "updated"])
    return client


@transaction.atomic
def delete(client: Client) -> None:
    """Refuse the client and its tokens from now on (RFC 7592 section 2.3). Its row stays until its tokens are past."""
    if Client.objects.filter(pk=client.pk, deleted_at=None).update(deleted_at=Now()):
        told = Announcement(feed.Kind.CLIENT, client.client_id, feed.State.DELETED)
        feed.announce(told, environment=client.environment)


@transaction.atomic
def revoke(client: Client, *, reason: str, by: Actor) -> Client:
    """Refuse one client for good. It can register again, with a statement that is good."""
    row = states.locked(client)
    if row.revoked_at is not None:
        raise Invalid({"": ["The client is revoked already."]})
    reason = states.reason_of(reason)
    event = events.about(row.application, "client:revoke", kind="client", key=row.client_id, reason=reason)
    fields = {"revoked_at": Now(), "revoked_by_name": by.name, "revoked_reason": reason}
    states.change(row, fields, event=event, environment=row.environment, by=by)
    return row
