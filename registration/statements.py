"""Software statements: issue, verify, revoke. Authority is the database's, by `sub` and `jti`, never the claims'."""

import re
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now

from oauth import audit, environments, jose, keys
from oauth.audit import Actor, Event
from oauth.models import Issuer, SigningKey
from oauth.problems import Invalid
from registration import applications, events, scopes, states
from registration.errors import InvalidSoftwareStatement
from registration.models import REVIVAL_WINDOW, RegisteredApplication, SoftwareStatement, State

TYP = "software-statement+jwt"
Origin = SoftwareStatement.Origin
PRIVILEGED_LIFE = timedelta(hours=24)
_TYPES = {"jwt", TYP}
_FOLDS = str.maketrans("", "", " \t\r\n")
_AHEAD = 60


@dataclass(frozen=True)
class Verified:
    """A statement whose signature, issuer and times are good. Whether it may register is the database's to say."""

    parsed: jose.Parsed
    key: keys.Key
    text: str

    @property
    def subject(self) -> str:
        return str(self.parsed.claims.get("sub", ""))

    @property
    def subject_in_logs(self) -> str:
        """As a log line may hold it: whoever has an imported key writes what he likes."""
        return self.subject[:64] if self.subject.isprintable() else "?"

    @property
    def jti(self) -> str:
        return str(self.parsed.claims.get("jti", ""))

    @property
    def brought_over(self) -> bool:
        return self.key.origin == SigningKey.Origin.IMPORTED


def verify(text: str, *, environment: str) -> Verified:
    """Steps 1 to 4 of the wire's contract (RFC 7591 section 2.3, RFC 8725). Raises InvalidSoftwareStatement."""
    text = text.translate(_FOLDS)
    try:
        parsed = jose.parse(text)
    except jose.NotAToken as error:
        raise InvalidSoftwareStatement(f"The software statement is not a JWT as it should be. {error}") from None
    if "typ" in parsed.header and parsed.typ not in _TYPES:
        raise InvalidSoftwareStatement("The token is of another type. Send the software statement.")
    if "sub" not in parsed.claims:
        raise InvalidSoftwareStatement("The software statement does not say which application it is of (sub).")
    key = _key_that_signed(parsed, environment)
    _check_claims(parsed, key, environment)
    return Verified(parsed, key, text)


def default_expiry(held: list[str]) -> datetime | None:
    """When a statement of an application with these scopes expires, unless chosen otherwise: privileged in 24 hours."""
    return datetime.now(UTC) + PRIVILEGED_LIFE if scopes.PRIVILEGED.intersection(held) else None


@transaction.atomic
def issue(application: RegisteredApplication, *, expires_at: datetime | None, by: Actor) -> SoftwareStatement:
    """Sign, store and list one with a `jti` of its own. Older ones stay valid. Raises Invalid unless it is active."""
    row = states.locked(application)
    state = applications.state_of(row)
    if row.removed_in is not None or state is not State.ACTIVE:
        raise Invalid({"": [f"The application is {state.in_words}. Only an active one gets statements."]})
    if expires_at is not None and expires_at <= datetime.now(UTC):
        raise Invalid({"expires_at": ["Choose an instant that lies ahead."]})
    statement = _sign(row, origin=Origin.ISSUED, by=by, expires_at=expires_at)
    audit.record(_event("statement:issue", statement), environment=row.environment, by=by)
    return statement


def issue_first(application: RegisteredApplication, *, by: Actor, expires_at: datetime | None) -> SoftwareStatement:
    """Sign and store the statement that a push gives an application it creates. The push's audit entry covers it."""
    return _sign(application, origin=Origin.PUSH, by=by, expires_at=expires_at)


@transaction.atomic
def revoke(statement: SoftwareStatement, *, reason: str, by: Actor) -> SoftwareStatement:
    """Nobody registers with it any more, and the clients that did are refused at their next request."""
    row = states.locked(statement)
    if row.revoked_at is not None:
        raise Invalid({"": ["The statement is revoked already."]})
    reason = states.reason_of(reason)
    fields = {"revoked_at": Now(), "revoked_by_name": by.name, "reason": reason}
    states.change(row, fields, event=_event("statement:revoke", row, reason), environment=row.environment, by=by)
    return row


@transaction.atomic
def reinstate(statement: SoftwareStatement, *, reason: str, by: Actor) -> SoftwareStatement:
    """Undo a revocation, within 30 x 24 hours."""
    row = states.locked(statement)
    if row.revoked_at is None:
        raise Invalid({"": ["The statement is not revoked."]})
    if not SoftwareStatement.objects.filter(pk=row.pk, revoked_at__gt=Now() - REVIVAL_WINDOW).exists():
        raise Invalid({"": ["It was revoked more than 30 days ago and cannot be reinstated. Issue a new one."]})
    event = _event("statement:reinstate", row, states.reason_of(reason))
    fields = {"revoked_at": None, "revoked_by_name": "", "reason": ""}
    states.change(row, fields, event=event, environment=row.environment, by=by)
    return row


def file_name(statement: SoftwareStatement) -> str:
    """`aurora-aurora-live_6.1.0_release-production.jwt.txt`: which programmer, application, version, environment."""
    application = statement.application
    parts = (f"{application.programmer_public_id}-{application.name}", application.version, statement.environment)
    return "_".join(re.sub(r"[^a-z0-9.]+", "-", part.lower()).strip("-.") or "x" for part in parts) + ".jwt.txt"


def _key_that_signed(parsed: jose.Parsed, environment: str) -> keys.Key:
    alg = str(parsed.header.get("alg", ""))
    if alg not in jose.ALGORITHMS:
        raise InvalidSoftwareStatement("The algorithm of the software statement is not one that is accepted here.")
    if parsed.kid is not None:
        key = keys.by_kid(parsed.kid)
        if key is None or key.purpose != keys.Purpose.STATEMENT:
            raise InvalidSoftwareStatement("The key that signed the software statement is not known here.")
        _refuse_elsewhere(key, environment)
        if not jose.verify(parsed, alg=key.alg, key=key.public):
            raise InvalidSoftwareStatement("The signature of the software statement does not fit its key.")
        return key
    for candidate in (environment, *(other for other in environments.Environment.values if other != environment)):
        for key in keys.without_kid(candidate, keys.Purpose.STATEMENT, alg):
            if jose.verify(parsed, alg=key.alg, key=key.public):
                _refuse_elsewhere(key, environment)
                return key
    raise InvalidSoftwareStatement("No key of this environment signed the software statement.")


def _refuse_elsewhere(key: keys.Key, environment: str) -> None:
    if key.environment != environment:
        raise InvalidSoftwareStatement(f"The software statement is of the environment {key.environment}.")


def _check_claims(parsed: jose.Parsed, key: keys.Key, environment: str) -> None:
    claims, now = parsed.claims, time.time()
    if claims.get("iss") not in key.issuers:
        raise InvalidSoftwareStatement("The issuer of the software statement is not one that its key signs for.")
    if any(claims.get(name, 0) > now + _AHEAD for name in ("iat", "nbf")):
        raise InvalidSoftwareStatement("The software statement is not valid yet. Check the clock that signed it.")
    if "exp" in claims and claims["exp"] <= now:
        raise InvalidSoftwareStatement("The software statement has expired. Issue and download a new one.")
    if "aud" in claims:
        audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        accepted = set(Issuer.objects.filter(environment=environment).values_list("url", flat=True))
        if key.origin == SigningKey.Origin.IMPORTED:
            accepted.add(claims["iss"])
        if not any(isinstance(entry, str) and entry in accepted for entry in audience):
            raise InvalidSoftwareStatement("The software statement is meant for another server.")


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
        digest=jose.digest_of(text),
        text=text,
        origin=origin,
        signing_key_id=key.pk,
        issued_at=datetime.fromtimestamp(now, UTC),
        expires_at=expires_at,
        issued_by_name=by.name,
    )


def _event(event: str, statement: SoftwareStatement, reason: str = "") -> Event:
    return events.about(statement.application, event, kind="statement", key=str(statement.pk), reason=reason)
