"""Access tokens: RFC 9068 JWTs that are not stored. The token path writes nothing."""

import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from oauth import environments, feed, jose, keys, usage
from oauth.errors import InvalidToken
from oauth.feed import Announcement
from oauth.models import RevokedToken
from oauth.standing import Cause, Standing, standing_of

TYP = "at+jwt"
# Seconds by which two clocks may differ. What we sign is good a little earlier for those who allow for none.
_SKEW, _EARLIER = 60, 5


@dataclass(frozen=True)
class Issued:
    """A new access token: `text` is what the client is given, `expires_in` its life in seconds."""

    jti: str
    text: str
    created_at_ms: int
    expires_in: int
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Bearer:
    """A token that was found good, or one whose only fault is that its application is suspended."""

    claims: dict[str, Any]
    standing: Standing

    @property
    def client_id(self) -> str:
        return str(self.claims["client_id"])

    @property
    def scopes(self) -> list[str]:
        return str(self.claims.get("scope", "")).split()

    @property
    def suspended(self) -> bool:
        return self.standing.cause is Cause.APPLICATION_SUSPENDED


def issue(*, environment: str, client_id: str, scopes: tuple[str, ...], standing: Standing) -> Issued:
    """Sign an access token (RFC 9068 section 2) for a client whose standing is good. Nothing is stored.

    Raises LookupError where `prepare` has made no key that signs.
    """
    key = keys.by_kid(standing.signing_kid)
    if key is None or key.private is None:
        raise LookupError(f"{environment} has no token key. Run: manage.py prepare")
    now = time.time()
    issued_at, jti, lifetime = int(now), str(uuid.uuid4()), settings.ACCESS_TOKEN_SECONDS
    claims = {
        "iss": environments.issuer(environment),
        "sub": client_id,
        "client_id": client_id,
        "aud": environments.audience(environment),
        "iat": issued_at,
        "nbf": issued_at - _EARLIER,
        "exp": issued_at + lifetime,
        "jti": jti,
        "scope": " ".join(scopes),
        **standing.claims,
    }
    text = jose.sign(claims, typ=TYP, alg=key.alg, kid=key.kid, key=key.private)
    usage.count(standing.application)
    return Issued(jti, text, int(now * 1000), lifetime, scopes)


def check(text: str, *, environment: str) -> Bearer:
    """The token, if signature and time are good, its client may act, and it was not revoked: RFC 9068 section 4.

    One indexed query on the primary. A suspended application's token is returned, marked so, because our protected API
    says so with a status of its own. Raises InvalidToken for every other fault.
    """
    claims, kid = _read(text, environment)
    standing = standing_of(client_id=claims["client_id"], environment=environment, jti=claims["jti"], kid=kid)
    if standing.jti_revoked or standing.key_withdrawn:
        raise InvalidToken
    if standing.cause not in {Cause.GOOD, Cause.APPLICATION_SUSPENDED}:
        raise InvalidToken
    return Bearer(claims, standing)


def read(text: str, *, environment: str) -> dict[str, Any]:
    """The claims of a token of this environment whose signature and time are good, whatever became of its client.

    Raises InvalidToken.
    """
    return _read(text, environment)[0]


@transaction.atomic
def revoke(claims: dict[str, Any], *, environment: str) -> None:
    """Refuse a token from now on. What is kept is its `jti`, until it would have expired; twice is once."""
    jti, expires_at = claims["jti"], datetime.fromtimestamp(claims["exp"], UTC)
    _, made = RevokedToken.objects.get_or_create(
        jti=jti, defaults={"environment": environment, "client_id": claims["client_id"], "expires_at": expires_at}
    )
    if made:
        told = Announcement(feed.Kind.TOKEN, jti, feed.State.REVOKED, until=expires_at)
        feed.announce(told, environment=environment)
        # Behind the tail's lock, so that no two delete the same rows. A minute later than needed: clocks differ.
        RevokedToken.objects.filter(environment=environment, expires_at__lt=Now() - timedelta(seconds=_SKEW)).delete()


def _read(text: str, environment: str) -> tuple[dict[str, Any], str]:
    try:
        parsed = jose.parse(text)
    except jose.NotAToken:
        raise InvalidToken from None
    key = keys.by_kid(parsed.kid) if parsed.kid else None
    if key is None or key.environment != environment or key.purpose != keys.Purpose.TOKEN:
        raise InvalidToken
    if parsed.typ not in {TYP, "application/" + TYP} or not jose.verify(parsed, alg=key.alg, key=key.public):
        raise InvalidToken
    claims, now = parsed.claims, time.time()
    if (
        claims.get("iss") != environments.issuer(environment)
        or environments.audience(environment) not in _list(claims.get("aud"))
        or not claims.get("exp", 0) > now
        or claims.get("nbf", 0) > now + _SKEW
        or claims.get("sub", "") != claims.get("client_id")
        or "jti" not in claims
    ):
        raise InvalidToken
    return claims, key.kid


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
