"""What a key is made of: making it, reading it, its public forms, and its private part as it is stored."""

import hashlib
import json
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from oauth import jose, sealing
from oauth.problems import Invalid


def make(alg: str) -> PrivateKeyTypes:
    """A new key for one of `jose.ALGORITHMS`."""
    if alg in {"RS256", "PS256"}:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    if alg == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    return ed25519.Ed25519PrivateKey.generate()


def read_pem(pem: bytes) -> tuple[PublicKeyTypes, PrivateKeyTypes | None]:
    """The public key, and the private one where the file holds it. Raises Invalid."""
    try:
        if b"PRIVATE KEY" in pem:
            private = serialization.load_pem_private_key(pem, password=None)
            return private.public_key(), private
        return serialization.load_pem_public_key(pem), None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Invalid({"key": ["This is not a PEM file with one unencrypted private or public key."]}) from None


def algorithm_of(public: PublicKeyTypes) -> str:
    """The algorithm that a key of this kind signs with here. Raises Invalid for a kind or size that is not accepted."""
    if isinstance(public, rsa.RSAPublicKey):
        if public.key_size < 2048:
            raise Invalid({"key": [f"An RSA key needs 2048 bits or more; this one has {public.key_size}."]})
        return "RS256"
    if isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1):
        return "ES256"
    if isinstance(public, ed25519.Ed25519PublicKey):
        return "EdDSA"
    raise Invalid({"key": ["Only RSA, P-256 and Ed25519 keys can be imported."]})


def jwk_of(public: PublicKeyTypes) -> dict[str, Any]:
    """The public members alone (RFC 7517)."""
    algorithm: Any = {"RS": RSAAlgorithm, "ES": ECAlgorithm, "Ed": OKPAlgorithm}[algorithm_of(public)[:2]]
    jwk = algorithm.to_jwk(public, as_dict=True)
    return {name: jwk[name] for name in ("kty", "crv", "x", "y", "n", "e") if name in jwk}


def public_of(jwk: dict[str, Any]) -> Any:
    """The public key of a JWK, as `jose.verify` takes it."""
    algorithm: Any = {"RSA": RSAAlgorithm, "EC": ECAlgorithm, "OKP": OKPAlgorithm}[jwk["kty"]]
    return algorithm.from_jwk(jwk)


def pem_of(jwk: dict[str, Any]) -> str:
    """The public key as a PEM file."""
    encoded: bytes = public_of(jwk).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return encoded.decode()


def thumbprint_of(jwk: dict[str, Any]) -> str:
    """SHA-256 of the public members (RFC 7638 section 3), in base64url."""
    return jose.encode(hashlib.sha256(json.dumps(jwk, sort_keys=True, separators=(",", ":")).encode()).digest())


def seal(private: PrivateKeyTypes) -> str:
    """The private part as it is stored."""
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return sealing.seal(pem.decode())


def unseal(sealed: str) -> PrivateKeyTypes:
    """Raises Unreadable where no key-encryption key opens it."""
    return serialization.load_pem_private_key(sealing.unseal(sealed).encode(), password=None)
