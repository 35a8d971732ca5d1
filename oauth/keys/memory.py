"""Keys in this process's memory: found once by their id, and published. Their material never changes."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from oauth.keys import material
from oauth.models import SigningKey
from oauth.sealing import Unreadable

Purpose = SigningKey.Purpose
Status = SigningKey.Status
_ORDER_OF_TYPE = {"RSA": 0, "EC": 1, "OKP": 2}
_ORDER_OF_PURPOSE = {Purpose.STATEMENT: 0, Purpose.TOKEN: 1, Purpose.FEED: 2}
_ORDER_OF_STATUS = {Status.CURRENT: 0, Status.NEXT: 1, Status.RETIRED: 2}


@dataclass(frozen=True)
class Key:
    """A key in memory. Its material never changes; whether it was withdrawn is asked of the database each time."""

    pk: int
    environment: str
    purpose: str
    kid: str
    alg: str
    origin: str
    issuers: frozenset[str]
    public: Any
    sealed: str | None = field(repr=False)

    @cached_property
    def private(self) -> Any:
        """What signs, or None for a public key. It is opened where it is first needed: to verify needs no secret.

        Raises RuntimeError where no key-encryption key opens it; `prepare` looks at that before a process starts.
        """
        if self.sealed is None:
            return None
        try:
            return material.unseal(self.sealed)
        except Unreadable:
            raise RuntimeError(f"KEY_ENCRYPTION_KEYS does not open the signing key {self.kid}.") from None


_by_kid: dict[str, Key] = {}


def by_kid(kid: str) -> Key | None:
    """The key with this id, or None. Read once per process: a kid is never given to other material."""
    if kid not in _by_kid:
        row = SigningKey.objects.filter(kid=kid).prefetch_related("issuers").first()
        if row is None:
            return None
        _by_kid[kid] = _load(row)
    return _by_kid[kid]


def forget() -> None:
    """Empty this process's memory of keys (issuers were recorded anew, or a test begins)."""
    _by_kid.clear()


def without_kid(environment: str, purpose: str, alg: str) -> list[Key]:
    """The keys that may have signed a token that names none: every one of this environment, purpose and algorithm."""
    kids = SigningKey.objects.filter(environment=environment, purpose=purpose, alg=alg).order_by("pk")
    return [key for kid in kids.values_list("kid", flat=True) if (key := by_kid(kid))]


def current(environment: str, purpose: str) -> Key:
    """The key that signs now. Raises LookupError where `prepare` has not made one."""
    kid = SigningKey.objects.filter(environment=environment, purpose=purpose, status=Status.CURRENT).values_list(
        "kid", flat=True
    )
    key = by_kid(kid[0]) if kid else None
    if key is None:
        raise LookupError(f"{environment} has no {purpose} key. Run: manage.py prepare")
    return key


def jwks(environment: str) -> dict[str, list[dict[str, Any]]]:
    """RFC 7517: RSA before EC before OKP (libraries that take the first key exist); then by purpose, then by status."""
    rows = SigningKey.objects.filter(environment=environment, withdrawn_at=None)
    ordered = sorted(
        rows,
        key=lambda row: (
            _ORDER_OF_TYPE[row.public_jwk["kty"]],
            _ORDER_OF_PURPOSE[Purpose(row.purpose)],
            _ORDER_OF_STATUS[Status(row.status)],
            -row.pk,
        ),
    )
    return {"keys": [public_member(row) for row in ordered]}


def public_member(row: SigningKey) -> dict[str, Any]:
    """A key as the JWKS says it."""
    return {**row.public_jwk, "kid": row.kid, "use": "sig", "alg": row.alg}


def _load(row: SigningKey) -> Key:
    return Key(
        pk=row.pk,
        environment=row.environment,
        purpose=row.purpose,
        kid=row.kid,
        alg=row.alg,
        origin=row.origin,
        issuers=frozenset(issuer.iss for issuer in row.issuers.all()),
        public=material.public_of(row.public_jwk),
        sealed=row.private_encrypted,
    )
