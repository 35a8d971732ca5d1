"""Checkpoints of the audit log: how far it reached and with which hash, signed, to be kept where we cannot write.

They are signed with the feed's key: it is the one that already speaks for the server to machines, it is rotated without
consequence, and nothing that it signs ever was an access token or a software statement.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from oauth import environments, jose, keys
from oauth.models import SigningKey, Tail
from oauth.problems import Invalid

TYP = "audit-checkpoint+jwt"


@dataclass(frozen=True)
class Checkpoint:
    """`heads` tells each log that it vouches for, as (number of its last entry, hash), by environment.

    Beside the environment's own that is the log of what is of no environment, `""`: people and their sign-ins.
    """

    environment: str
    kid: str
    made_at: datetime
    heads: dict[str, tuple[int, str]]


def issue(environment: str) -> str:
    """A compact JWS: `iss iat environment n hash`, and `everywhere` with the `n` and `hash` of what is of none."""
    key = keys.current(environment, keys.Purpose.FEED)
    rows = Tail.objects.filter(environment__in=["", environment])
    heads = {tail.environment: {"n": tail.audit_n, "hash": tail.audit_hash} for tail in rows}
    nothing = {"n": 0, "hash": ""}
    claims = {
        "iss": environments.issuer(environment),
        "iat": int(time.time()),
        "environment": environment,
        **heads.get(environment, nothing),
        "everywhere": heads.get("", nothing),
    }
    return jose.sign(claims, typ=TYP, alg=key.alg, kid=key.kid, key=key.private)


def read(text: str) -> Checkpoint:
    """A checkpoint whose signature is right. Raises Invalid with one line that says what is wrong.

    The key may be retired, but not withdrawn: whoever has its private part could have signed this.
    """
    try:
        parsed = jose.parse("".join(text.split()))
    except jose.NotAToken as error:
        raise _no(str(error)) from None
    claims = parsed.claims
    if parsed.typ != TYP:
        raise _no(f"Its type is not {TYP}.")
    key = keys.by_kid(parsed.kid or "")
    if key is None or key.purpose != keys.Purpose.FEED or key.environment != claims.get("environment"):
        raise _no("No key of its environment has signed it.")
    if not jose.verify(parsed, alg=key.alg, key=key.public):
        raise _no("Its signature is wrong.")
    if SigningKey.objects.filter(kid=key.kid).exclude(withdrawn_at=None).exists():
        raise _no(f"The key that signed it, {key.kid}, was withdrawn.")
    if claims.get("iss") not in key.issuers:
        raise _no("Its issuer is not one of that key.")
    try:
        heads = {key.environment: _head(claims), "": _head(claims["everywhere"])}
        return Checkpoint(key.environment, key.kid, datetime.fromtimestamp(claims["iat"], UTC), heads)
    except (KeyError, TypeError):
        raise _no("It lacks a claim.") from None


def _head(claims: dict[str, object]) -> tuple[int, str]:
    n, known = claims["n"], claims["hash"]
    if not isinstance(n, int) or not isinstance(known, str):
        raise TypeError
    return n, known


def _no(why: str) -> Invalid:
    return Invalid({"checkpoint": [f"This is not a checkpoint of the audit log. {why}"]})
