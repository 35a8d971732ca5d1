"""What a good statement may register: authority comes from the database, by `sub` and `jti`, never from the claims."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from oauth.prepared import fetch_one, in_dialect, stored_uuid
from registration.errors import UnapprovedSoftwareStatement
from registration.models import SoftwareStatement
from registration.reach import Reach
from registration.standing import json_list
from registration.statements import Verified

# Active: neither removed, revoked, suspended nor closed, by the database's clock. `a` is the application.
ACTIVE = """
   AND a.removed_in IS NULL
   AND (a.revoked_at IS NULL OR a.revoked_at > {now})
   AND (a.suspended_at IS NULL OR a.suspended_at > {now})
   AND (a.closed_at IS NULL OR a.closed_at > {now})
"""
_APPLICATION = f"""
SELECT a.id, a.programmer_id, a.name, a.version, a.all_channels, a.channels, a.platforms, a.domains, a.scopes
  FROM registration_registeredapplication a
 WHERE a.software_id = %(software_id)s AND a.environment = %(environment)s {ACTIVE}
   AND NOT EXISTS(SELECT 1 FROM oauth_signingkey k WHERE k.id = %(key)s AND k.withdrawn_at IS NOT NULL)
"""
_STATEMENT = """
SELECT s.id, s.application_id, s.revoked_at IS NULL OR s.revoked_at > {now}
  FROM registration_softwarestatement s
 WHERE s.environment = %(environment)s AND s.{column} = %(value)s
"""


@dataclass(frozen=True)
class Approved:
    """An active application, as its statement was allowed to register with it. `statement` is None where the statement
    was not seen here before and is to be brought over.
    """

    pk: int
    software_id: str
    name: str
    version: str
    platforms: list[str]
    scopes: list[str]
    reach: Reach
    environment: str
    verified: Verified
    statement: uuid.UUID | None


def approve(verified: Verified, *, environment: str) -> Approved:
    """The application that the statement may register clients of, now. Raises UnapprovedSoftwareStatement."""
    software_id = _canonical_uuid(verified.subject)
    if software_id is None:
        raise UnapprovedSoftwareStatement
    row = fetch_one(
        in_dialect(_APPLICATION),
        {"software_id": stored_uuid(software_id), "environment": environment, "key": verified.key.pk},
    )
    if row is None:
        raise UnapprovedSoftwareStatement
    pk, programmer, name, version, all_channels, *sets = row
    channels, platforms, domains, held = (json_list(value) for value in sets)
    return Approved(
        pk=pk,
        software_id=str(software_id),
        name=name,
        version=version,
        platforms=platforms,
        scopes=held,
        reach=Reach(programmer, bool(all_channels), channels, domains),
        environment=environment,
        verified=verified,
        statement=_statement(verified, pk, environment),
    )


def statement_row(approved: Approved) -> uuid.UUID:
    """The row of its statement. A brought-over one gets its row here: one, however many devices present it at once."""
    if approved.statement is not None:
        return approved.statement
    verified = approved.verified
    claims = verified.parsed.claims
    SoftwareStatement.objects.bulk_create(
        [
            SoftwareStatement(
                environment=approved.environment,
                application_id=approved.pk,
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
    return _usable(_find(approved.environment, "digest", verified.parsed.digest), approved.pk)


def _statement(verified: Verified, application: int, environment: str) -> uuid.UUID | None:
    """The row of the statement, which decides whether it is revoked; None where it is to be brought over."""
    found = _find(environment, "jti", verified.jti) if verified.jti else None
    if found is None and verified.brought_over:
        found = _find(environment, "digest", verified.parsed.digest)
        if found is None:
            return None
    return _usable(found, application)


def _usable(found: tuple[Any, ...] | None, application: int) -> uuid.UUID:
    if found is None or found[1] != application or not found[2]:
        raise UnapprovedSoftwareStatement
    return uuid.UUID(str(found[0]))


def _find(environment: str, column: str, value: str) -> tuple[Any, ...] | None:
    sql = in_dialect(_STATEMENT.replace("{column}", column))
    return fetch_one(sql, {"environment": environment, "value": value})


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
