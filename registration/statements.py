"""Software statements: issue, verify, revoke. Authority comes from the database by `sub` and `jti`, never from claims."""

import time
import uuid
from datetime import UTC, datetime

from django.db import transaction

from oauth import environments, jose, keys
from oauth.audit import Actor
from registration.models import RegisteredApplication, SoftwareStatement

TYP = "software-statement+jwt"
Origin = SoftwareStatement.Origin


@transaction.atomic
def issue_first(application: RegisteredApplication, *, by: Actor, expires_at: datetime | None = None) -> SoftwareStatement:
    """Sign and store the statement that a push gives an application it creates. The push's audit entry covers it."""
    return _sign(application, origin=Origin.PUSH, by=by, expires_at=expires_at)


def _sign(
    application: RegisteredApplication, *, origin: str, by: Actor, expires_at: datetime | None
) -> SoftwareStatement:
    key = keys.current(application.environment, keys.Purpose.STATEMENT)
    now, jti = int(time.time()), uuid.uuid4()
    claims = {
        "iss": environments.issuer(application.environment),
        "sub": str(application.software_id),
        "software_id": str(application.software_id),
        "jti": str(jti),
        "iat": now,
        "nbf": now,
        "software_version": application.version,
        "client_name": application.name,
        **({"exp": int(expires_at.timestamp())} if expires_at else {}),
    }
    text = jose.sign(claims, typ=TYP, alg=key.alg, kid=key.kid, key=key.private)
    return SoftwareStatement.objects.create(
        id=jti,
        environment=application.environment,
        application=application,
        jti=str(jti),
        digest=jose.parse(text).digest,
        text=text,
        origin=origin,
        signing_key_id=key.pk,
        issued_at=datetime.fromtimestamp(now, UTC),
        expires_at=expires_at,
        issued_by_name=by.name,
    )
