"""Certificates of the demo world, made when it is seeded. Nobody holds their private keys."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

_AUTHORITY = ("Northern Lights Trust Services", "Northern Lights Issuing CA 2")
_LIFE = timedelta(days=397)


def make(name: str, organization: str, *, days: float) -> str:
    """One that expires in so many days, as PEM."""
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)
    usage = x509.BasicConstraints(ca=False, path_length=None)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_named(organization, name))
        .issuer_name(_named(*_AUTHORITY))
        .public_key(_key(name).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - _LIFE)
        .not_valid_after(until)
        .add_extension(usage, critical=True)
        .sign(_key(_AUTHORITY[0]), hashes.SHA256())
    )
    return certificate.public_bytes(Encoding.PEM).decode()


def _named(organization: str, name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )


@cache
def _key(_of: str) -> rsa.RSAPrivateKey:
    """One for each name: making it takes a moment."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
