"""X.509 certificates as people paste or upload them: read once, refused with a reason, told what is weak about them.

Whatever is pasted beside the certificate is dropped. A private key is refused and goes nowhere: no message quotes it.
"""

import base64
import binascii
import re
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from registration.text import NAME_MOST, is_plain, tidy

MOST = 65_536
_DER_MOST = 16_384
_SERIAL_MOST = 32
RSA_LEAST, EC_LEAST = 2048, 224
FORGEABLE = frozenset({"MD2", "MD4", "MD5", "SHA-1"})
# What can be signed with, but not encrypted to.
SIGNING_ONLY = frozenset({"DSA", "Ed25519", "Ed448"})
_HASHES = {"md5": "MD5", "sha1": "SHA-1"}
_BLOCK = re.compile(r"-----BEGIN ([^-\r\n]{1,64})-----(.*?)-----END \1-----", re.DOTALL)
_PRIVATE = re.compile(r"PRIVATE\s+KEY|PuTTY-User-Key-File", re.IGNORECASE)
_OTHERS = {
    "CERTIFICATE REQUEST": "a request for a certificate. Paste the certificate that the authority made of it.",
    "NEW CERTIFICATE REQUEST": "a request for a certificate. Paste the certificate that the authority made of it.",
    "PKCS7": "a PKCS #7 bundle. Take your own service's certificate out of it and paste that.",
    "PUBLIC KEY": "a public key alone. Paste the certificate that holds it.",
    "RSA PUBLIC KEY": "a public key alone. Paste the certificate that holds it.",
    "TRUSTED CERTIFICATE": "a certificate with settings of OpenSSL. Write it with “openssl x509” and paste that.",
    "X509 CRL": "a list of revoked certificates. Paste a certificate.",
}
EMPTY = "Paste the certificate, or choose its file."
_HINT = (
    "Paste one from “-----BEGIN CERTIFICATE-----” to “-----END CERTIFICATE-----”, or choose a .pem, .crt or .der file."
)
UNREADABLE = f"This is not a certificate. {_HINT}"
KEY = (
    "This holds a private key. Nothing of it was kept or shown again; paste the certificate alone. If the key left the "
    "machine that it belongs to on its way here, replace it."
)
KEY_STORE = (
    "This is a private key or a key store. Nothing of it was kept or shown again; export the certificate alone, as a "
    ".pem, .crt or .der file."
)


@dataclass(frozen=True)
class Facts:
    """What a certificate says. The names are the model's."""

    sha256: str
    pem: str
    name: str
    serial: str
    subject: str
    subject_organization: str
    issuer: str
    issuer_organization: str
    key_type: str
    key_size: int | None
    signature: str
    is_authority: bool
    not_before: datetime
    not_after: datetime


def check(given: object) -> str:
    """The one certificate in what was pasted or uploaded, as canonical PEM.

    Raises ValueError with a sentence that says what to do and quotes nothing of what was given.
    """
    if not isinstance(given, str | bytes):
        raise ValueError(EMPTY)  # noqa: TRY004  (every refusal here is a ValueError)
    return _facts(_der_of(given)).pem


def read(pem: str) -> Facts:
    """What a certificate in canonical PEM says. Raises ValueError."""
    return _facts(_der_of(pem))


def weaknesses(*, key_type: str, key_size: int | None, signature: str) -> list[str]:
    """Why nobody should rely on it, in words; empty where it is as strong as it should be."""
    found = []
    if key_type in {"RSA", "DSA"} and (key_size or 0) < RSA_LEAST:
        found.append(f"Its {key_type} key has {key_size} bits; {RSA_LEAST} are the least that is safe.")
    if key_type.startswith("EC") and (key_size or 0) < EC_LEAST:
        found.append(f"Its elliptic curve has {key_size} bits; {EC_LEAST} are the least that is safe.")
    if signature in FORGEABLE:
        found.append(f"It is signed with {signature}, which can be forged.")
    return found


def _der_of(given: str | bytes) -> bytes:
    if len(given) > MOST:
        raise ValueError(f"This is longer than any certificate. {_HINT}")
    text = given if isinstance(given, str) else _text(given)
    if text is None:
        return bytes(given)  # type: ignore[arg-type]  # only bytes are no text
    if not text.strip():
        raise ValueError(EMPTY)
    if _PRIVATE.search(text):
        raise ValueError(KEY)
    blocks = [(label.strip().upper(), body) for label, body in _BLOCK.findall(text)]
    bodies = [body for label, body in blocks if label in {"CERTIFICATE", "X509 CERTIFICATE"}]
    if len(bodies) > 1:
        raise ValueError(f"These are {len(bodies)} certificates, a chain. Paste your own alone: as a rule the first.")
    if bodies:
        return _decoded(bodies[0])
    for label, _ in blocks:
        raise ValueError(f"This is {_OTHERS[label]}" if label in _OTHERS else UNREADABLE)
    return _decoded(text)


def _text(given: bytes) -> str | None:
    """A file that is text; None for a binary one."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):
        if given.startswith(mark):
            try:
                text = given.decode(encoding)
            except UnicodeDecodeError:
                continue
            return None if given[:1] == b"\x30" and "\0" in text else text
    return None


def _decoded(body: str) -> bytes:
    try:
        return base64.b64decode("".join(body.split()), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(UNREADABLE) from None


@lru_cache(maxsize=512)
def _facts(der: bytes) -> Facts:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about oddities that it reads all the same
            certificate = x509.load_der_x509_certificate(der)
            return _read(certificate)
    except _Refused as refused:
        raise ValueError(str(refused)) from None
    except UnsupportedAlgorithm:
        raise ValueError("Its key is of a kind that is not known here. Ask for one with an RSA key.") from None
    except x509.InvalidVersion:
        raise ValueError("Its version is none that there is. Ask whoever made it for another.") from None
    except (ValueError, TypeError, OverflowError, x509.DuplicateExtension, x509.UnsupportedGeneralNameType):
        raise ValueError(_what_else(der)) from None


class _Refused(Exception):
    """A certificate that can be read and makes no sense."""


def _read(certificate: x509.Certificate) -> Facts:
    der = certificate.public_bytes(Encoding.DER)
    key_type, key_size = _key(certificate)
    not_before, not_after = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    serial = certificate.serial_number
    if len(der) > _DER_MOST:
        raise _Refused(f"This is longer than any certificate. {_HINT}")
    if not_after < not_before:
        raise _Refused("It ends before it begins. Ask whoever made it for another.")
    if serial < 0 or serial.bit_length() > 8 * _SERIAL_MOST:
        raise _Refused("Its serial number is none that is allowed. Ask whoever made it for another.")
    return Facts(
        sha256=certificate.fingerprint(hashes.SHA256()).hex(),
        pem=certificate.public_bytes(Encoding.PEM).decode("ascii"),
        name=_name(certificate.subject) or _alternative(certificate) or f"serial {serial:x}",
        serial=f"{serial:x}",
        subject=_plain(certificate.subject.rfc4514_string()),
        subject_organization=_first(certificate.subject, NameOID.ORGANIZATION_NAME),
        issuer=_plain(certificate.issuer.rfc4514_string()),
        issuer_organization=_first(certificate.issuer, NameOID.ORGANIZATION_NAME),
        key_type=key_type,
        key_size=key_size,
        signature=_signature(certificate),
        is_authority=_is_authority(certificate),
        not_before=not_before.astimezone(UTC),
        not_after=not_after.astimezone(UTC),
    )


def _key(certificate: x509.Certificate) -> tuple[str, int | None]:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return "RSA", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}", key.key_size
    if isinstance(key, dsa.DSAPublicKey):
        return "DSA", key.key_size
    return type(key).__name__.removesuffix("PublicKey"), None


def _signature(certificate: x509.Certificate) -> str:
    try:
        algorithm = certificate.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return certificate.signature_algorithm_oid.dotted_string
    if algorithm is None:
        return "without a hash"
    return _HASHES.get(algorithm.name) or algorithm.name.upper().replace("SHA", "SHA-", 1)


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False


def _alternative(certificate: x509.Certificate) -> str:
    """The first DNS name, of a certificate without a subject."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ""
    return next((_short(name) for name in names.get_values_for_type(x509.DNSName)), "")


def _name(name: x509.Name) -> str:
    for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        if found := _first(name, oid):
            return found
    return next((_short(attribute.value) for attribute in name), "")


def _first(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    return next((_short(attribute.value) for attribute in name.get_attributes_for_oid(oid)), "")


def _short(value: str | bytes) -> str:
    text = _plain(value if isinstance(value, str) else value.hex())
    return text if len(text) <= NAME_MOST else f"{text[: NAME_MOST - 1]}…"


def _plain(text: str) -> str:
    """Without what no name may hold: a certificate's maker may have written anything."""
    return "".join(each if is_plain(each) else "\N{REPLACEMENT CHARACTER}" for each in tidy(text))


def _what_else(der: bytes) -> str:
    """Why bytes are no certificate, as far as their first ones tell. Never quotes them."""
    if der[:1] != b"\x30":
        return UNREADABLE
    body = _body(der)
    if body[:1] == b"\x02":
        return KEY_STORE  # SEQUENCE { INTEGER …: PKCS #1, #8 and #12, SEC 1
    if body[:1] == b"\x30":
        after = body[_length(body) :]
        if after[:1] == b"\x04":
            return KEY_STORE  # SEQUENCE { SEQUENCE, OCTET STRING }: an encrypted PKCS #8
        if after[:1] == b"\x03":
            return f"This is {_OTHERS['PUBLIC KEY']}"
    if _length(der) < len(der):
        return f"More follows the certificate, such as a chain. {_HINT}"
    return UNREADABLE


def _header(der: bytes) -> tuple[int, int]:
    """How long the first element's header and its content are (X.690 section 8.1.3)."""
    if len(der) < 2:
        return len(der), 0
    if der[1] < 0x80:
        return 2, der[1]
    octets = der[1] & 0x7F
    return 2 + octets, int.from_bytes(der[2 : 2 + octets][:8], "big")


def _length(der: bytes) -> int:
    return sum(_header(der))


def _body(der: bytes) -> bytes:
    return der[_header(der)[0] :]
