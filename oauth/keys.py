"""Signing keys: made, imported and rotated by an operator, never by a request; encrypted at rest."""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from oauth import audit, environments, jose
from oauth.audit import Actor, Event
from oauth.models import Issuer, KeyIssuer, SigningKey
from oauth.problems import Invalid

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
    private: Any


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
    return {"keys": [{**row.public_jwk, "kid": row.kid, "use": "sig", "alg": row.alg} for row in ordered]}


# --- Verbs of the operator ---


@transaction.atomic
def ensure(*, by: Actor) -> None:
    """Record the issuers of the settings and make the signing keys that are missing. Does nothing the second time."""
    for environment in environments.Environment.values:
        url = environments.issuer(environment)
        Issuer.objects.filter(environment=environment, current=True).exclude(url=url).update(current=False)
        issuer, _ = Issuer.objects.get_or_create(url=url, defaults={"environment": environment})
        if issuer.environment != environment:
            raise Invalid({"issuer": [f"{url} is or was the issuer of {issuer.environment}. Choose another URL."]})
        if not issuer.current:
            Issuer.objects.filter(pk=issuer.pk).update(current=True)
        events = []
        for purpose, alg in ((Purpose.STATEMENT, settings.STATEMENT_ALG), (Purpose.TOKEN, settings.TOKEN_ALG)):
            key = SigningKey.objects.filter(environment=environment, purpose=purpose, status=Status.CURRENT).first()
            if key is None:
                key = _make(environment, purpose, alg)
                events.append(_event("make", key))
            if key.origin == SigningKey.Origin.MADE:
                KeyIssuer.objects.get_or_create(key=key, iss=url)
        audit.record(*events, environment=environment, by=by)
    transaction.on_commit(forget)


@transaction.atomic
def rotate(*, environment: str, purpose: str, by: Actor) -> SigningKey:
    """Retire the current key and sign with a new one from now on. What the old one signed stays valid."""
    old = SigningKey.objects.select_for_update(no_key=True).filter(
        environment=environment, purpose=purpose, status=Status.CURRENT
    )
    previous = old.first()
    old.update(status=Status.RETIRED, retired_at=Now())
    alg = {Purpose.STATEMENT: settings.STATEMENT_ALG, Purpose.TOKEN: settings.TOKEN_ALG}.get(Purpose(purpose))
    key = _make(environment, purpose, alg or settings.TOKEN_ALG)
    KeyIssuer.objects.create(key=key, iss=environments.issuer(environment))
    retired = {"retired": previous.kid} if previous else {}
    audit.record(_event("rotate", key, **retired), environment=environment, by=by)
    return key


@transaction.atomic
def import_statement_key(*, environment: str, pem: bytes, kid: str = "", alias: str = "", by: Actor) -> SigningKey:
    """Bring an old server's statement key, private or public (which verifies and never signs).

    `alias` alone is then what it may have signed as (`iss`); without one, every issuer of the environment.
    Raises Invalid for a key that cannot be read, is too weak, or is here already.
    """
    public, private = _read_pem(pem)
    alg = _algorithm_of(public)
    thumbprint = _thumbprint(_jwk(public))
    kid = kid or f"imported-{thumbprint[:16]}"
    for name, text, most in (("kid", kid, 200), ("alias", alias, 500)):
        if len(text) > most:
            raise Invalid({name: [f"Use at most {most} characters; this has {len(text)}."]})
    existing = SigningKey.objects.filter(thumbprint=thumbprint).first()
    if existing:
        raise Invalid({"key": [f"This key is here already, as {existing.kid} of {existing.environment}."]})
    if SigningKey.objects.filter(kid=kid).exists():
        raise Invalid({"kid": [f"Another key has the id {kid}. Choose another with --kid."]})
    key = SigningKey.objects.create(
        environment=environment,
        purpose=Purpose.STATEMENT,
        kid=kid,
        alg=alg,
        thumbprint=thumbprint,
        public_jwk=_jwk(public),
        private_encrypted=_seal(private) if private else None,
        origin=SigningKey.Origin.IMPORTED,
        status=Status.RETIRED,
        retired_at=Now(),
    )
    known = [alias] if alias else Issuer.objects.filter(environment=environment).values_list("url", flat=True)
    KeyIssuer.objects.bulk_create(KeyIssuer(key=key, iss=iss) for iss in known)
    audit.record(_event("import", key, private=private is not None), environment=environment, by=by)
    return key


def _event(verb: str, key: SigningKey, **data: Any) -> Event:
    return Event(f"key:{verb}", kind="key", key=key.kid, label=key.kid, data={"purpose": key.purpose, **data})


def _make(environment: str, purpose: str, alg: str) -> SigningKey:
    private: PrivateKeyTypes
    if alg in {"RS256", "PS256"}:
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    elif alg == "ES256":
        private = ec.generate_private_key(ec.SECP256R1())
    else:
        private = ed25519.Ed25519PrivateKey.generate()
    jwk = _jwk(private.public_key())
    thumbprint = _thumbprint(jwk)
    return SigningKey.objects.create(
        environment=environment,
        purpose=purpose,
        kid=thumbprint[:27],
        alg=alg,
        thumbprint=thumbprint,
        public_jwk=jwk,
        private_encrypted=_seal(private),
        status=Status.CURRENT,
        activated_at=Now(),
    )


def _load(row: SigningKey) -> Key:
    private = None
    if row.private_encrypted:
        try:
            pem = _fernet().decrypt(row.private_encrypted.encode())
        except InvalidToken:
            raise RuntimeError(f"KEY_ENCRYPTION_KEYS does not open the signing key {row.kid}.") from None
        private = serialization.load_pem_private_key(pem, password=None)
    algorithm: Any = {"RSA": RSAAlgorithm, "EC": ECAlgorithm, "OKP": OKPAlgorithm}[row.public_jwk["kty"]]
    return Key(
        pk=row.pk,
        environment=row.environment,
        purpose=row.purpose,
        kid=row.kid,
        alg=row.alg,
        origin=row.origin,
        issuers=frozenset(issuer.iss for issuer in row.issuers.all()),
        public=algorithm.from_jwk(row.public_jwk),
        private=private,
    )


def _read_pem(pem: bytes) -> tuple[PublicKeyTypes, PrivateKeyTypes | None]:
    try:
        if b"PRIVATE KEY" in pem:
            private = serialization.load_pem_private_key(pem, password=None)
            return private.public_key(), private
        return serialization.load_pem_public_key(pem), None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Invalid({"key": ["This is not a PEM file with one unencrypted private or public key."]}) from None


def _algorithm_of(public: PublicKeyTypes) -> str:
    if isinstance(public, rsa.RSAPublicKey):
        if public.key_size < 2048:
            raise Invalid({"key": [f"An RSA key needs 2048 bits or more; this one has {public.key_size}."]})
        return "RS256"
    if isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1):
        return "ES256"
    if isinstance(public, ed25519.Ed25519PublicKey):
        return "EdDSA"
    raise Invalid({"key": ["Only RSA, P-256 and Ed25519 keys can be imported."]})


def _jwk(public: PublicKeyTypes) -> dict[str, Any]:
    algorithm: Any = {"RS": RSAAlgorithm, "ES": ECAlgorithm, "Ed": OKPAlgorithm}[_algorithm_of(public)[:2]]
    jwk = algorithm.to_jwk(public, as_dict=True)
    return {name: jwk[name] for name in ("kty", "crv", "x", "y", "n", "e") if name in jwk}


def _thumbprint(jwk: dict[str, Any]) -> str:
    """RFC 7638."""
    return jose.encode(hashlib.sha256(json.dumps(jwk, sort_keys=True, separators=(",", ":")).encode()).digest())


def _seal(private: PrivateKeyTypes) -> str:
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return _fernet().encrypt(pem).decode()


@cache
def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.KEY_ENCRYPTION_KEYS])
