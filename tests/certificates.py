"""Certificates for tests, made on the spot. Keys are made once: RSA takes a while."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as _generate_rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

NAME = "metadata.aurora.example"


@cache
def key(kind: str) -> Any:
    """A private key: `ec`, `ed25519`, or the number of bits of an RSA one."""
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return _generate_rsa(65537, int(kind))


def made(
    name: str = NAME,
    *,
    days: float = 365,
    since: float = -1,
    of: str = "ec",
    organization: str = "Aurora Networks",
    authority: bool | None = None,
    serial: int = 0x1F2E3D4C,
) -> x509.Certificate:
    """Valid from `since` to `days` from now, signed with its own key."""
    own, now = key(of), datetime.now(UTC).replace(microsecond=0)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(own.public_key())
        .serial_number(serial)
        .not_valid_before(now + timedelta(days=since))
        .not_valid_after(now + timedelta(days=days))
    )
    if authority is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    return builder.sign(own, None if of == "ed25519" else hashes.SHA256())


def pem(name: str = NAME, **more: Any) -> str:
    return made(name, **more).public_bytes(Encoding.PEM).decode()


def der(name: str = NAME, **more: Any) -> bytes:
    return made(name, **more).public_bytes(Encoding.DER)


def private_pem(of: str = "ec") -> str:
    return key(of).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
