"""The one decision: may this client, by its own state, its application's and its statement's, act?

Every surface asks it, over one indexed query on the primary database; nothing is cached. States are instants compared
with the database's clock.
"""

import json
from typing import Any

from oauth.prepared import fetch_one, in_dialect
from oauth.standing import Cause, Standing

# An unknown id reads some other client's rows in place of its own: the time tells nobody which ids there are.
_SQL = """
SELECT c.client_id = %(client_id)s AND c.environment = %(environment)s,
       c.client_secret,
       CASE WHEN c.previous_secret_until > {now} THEN c.previous_secret END,
       c.deleted_at IS NOT NULL,
       c.revoked_at <= {now},
       a.revoked_at <= {now} OR a.removed_in IS NOT NULL,
       s.revoked_at <= {now} OR k.withdrawn_at IS NOT NULL,
       a.suspended_at <= {now},
       a.id, a.software_id, a.version, a.programmer_public_id, a.all_channels, a.channels, a.scopes, s.id,
       EXISTS(SELECT 1 FROM oauth_revokedtoken r WHERE r.jti = %(jti)s),
       EXISTS(SELECT 1 FROM oauth_signingkey w WHERE w.kid = %(kid)s AND w.withdrawn_at IS NOT NULL),
       (SELECT t.kid FROM oauth_signingkey t
         WHERE t.environment = %(environment)s AND t.purpose = 'token' AND t.status = 'current')
  FROM registration_client c
  JOIN registration_registeredapplication a ON a.id = c.application_id
  LEFT JOIN registration_softwarestatement s ON s.id = c.statement_id
  LEFT JOIN oauth_signingkey k ON k.id = s.signing_key_id
 WHERE c.id = coalesce(
       (SELECT o.id FROM registration_client o
         WHERE o.client_id = %(client_id)s AND o.environment = %(environment)s),
       (SELECT id FROM registration_client LIMIT 1))
"""
_UNKNOWN = Standing(Cause.UNKNOWN)


def of_client(*, client_id: str, environment: str, jti: str = "", kid: str = "") -> Standing:
    """The standing of one client; `Cause.UNKNOWN` where this environment has none of that id."""
    if "\0" in client_id or len(client_id) > 255:
        return _UNKNOWN
    row = fetch_one(
        in_dialect(_SQL),
        {"client_id": client_id, "environment": environment, "jti": jti, "kid": kid},
    )
    if row is None:
        return _UNKNOWN
    (known, secret, previous, deleted, client_revoked, application_revoked, statement_revoked, suspended, pk,
     software_id, version, programmer, all_channels, channels, scopes, statement, jti_revoked, key_withdrawn,
     signing_kid) = row  # fmt: skip
    causes = (
        (deleted, Cause.DELETED),
        (client_revoked, Cause.CLIENT_REVOKED),
        (application_revoked, Cause.APPLICATION_REVOKED),
        (statement_revoked, Cause.STATEMENT_REVOKED),
        (suspended, Cause.APPLICATION_SUSPENDED),
    )
    claims: dict[str, Any] = {
        "software_id": _uuid(software_id),
        "software_version": version,
        **({"statement": _uuid(statement)} if statement else {}),
        "programmer": programmer,
        **({"all_channels": True} if all_channels else {"channels": json_list(channels)}),
    }
    found = Standing(
        cause=next((cause for holds, cause in causes if holds), Cause.GOOD),
        secrets=(secret, previous) if previous else (secret,),
        scopes=tuple(json_list(scopes)),
        claims=claims,
        application=pk,
        jti_revoked=bool(jti_revoked),
        key_withdrawn=bool(key_withdrawn),
        signing_kid=signing_kid or "",
    )
    return found if known else _UNKNOWN


def json_list(value: Any) -> list[str]:
    """JSON as the driver gives it: parsed by psycopg's own cursor, text from SQLite and Django's."""
    items: list[str] = json.loads(value) if isinstance(value, str) else value
    return items


def _uuid(value: Any) -> str:
    """UUIDs are text without dashes on SQLite."""
    text = str(value)
    return text if "-" in text else f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
