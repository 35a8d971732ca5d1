"""What is pasted or uploaded as a certificate: read, or refused with a sentence that quotes nothing of it."""

import base64
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs7,
    pkcs12,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from registration import certificates
from registration.text import is_plain
from tests.certificates import der, key, made, pem, private_pem

PEM = pem()
DER = x509.load_pem_x509_certificate(PEM.encode()).public_bytes(Encoding.DER)
KEY = key("ec")


def refused(given):
    with pytest.raises(ValueError, match=r"^[A-Z]") as refusal:
        certificates.check(given)
    return str(refusal.value)


def in_base64(content):
    return base64.encodebytes(content).decode()


FORMS = {
    "text": PEM,
    "a text file": PEM.encode(),
    "DER": DER,
    "lines of Windows": PEM.replace("\n", "\r\n"),
    "space around": f"\n  {PEM}\n\n",
    "indented": PEM.replace("\n", "\n   "),
    "as OpenSSL exports it": f"Bag Attributes\n    friendlyName: metadata\nsubject=O = Aurora\n{PEM}",
    "an older label": PEM.replace("BEGIN CERT", "BEGIN X509 CERT").replace("END CERT", "END X509 CERT"),
    "without armour": in_base64(DER),
    "a byte-order mark": "\ufeff" + PEM,
    "UTF-16": PEM.encode("utf-16"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_certificate_is_read_in_each_form_that_people_have(form):
    assert certificates.check(FORMS[form]) == PEM


def test_the_canonical_form_is_one_and_drops_what_stood_around_it():
    assert certificates.check(f"a comment\n{PEM}another") == certificates.check(certificates.check(PEM)) == PEM


def test_what_a_certificate_says_is_read():
    certificate = made("metadata.aurora.example", of="2048", authority=False)
    facts = certificates.read(certificate.public_bytes(Encoding.PEM).decode())
    assert (facts.name, facts.serial) == ("metadata.aurora.example", "1f2e3d4c")
    assert facts.subject == facts.issuer == "CN=metadata.aurora.example,O=Aurora Networks"
    assert facts.subject_organization == facts.issuer_organization == "Aurora Networks"
    assert (facts.key_type, facts.key_size, facts.signature) == ("RSA", 2048, "SHA-256")
    assert facts.sha256 == certificate.fingerprint(hashes.SHA256()).hex()
    assert facts.is_authority is False
    assert facts.not_before < datetime.now(UTC) < facts.not_after


def test_an_authority_and_other_keys_are_told():
    assert certificates.read(pem(authority=True)).is_authority is True
    assert certificates.read(pem(of="ed25519")).key_type == "Ed25519"
    assert certificates.read(pem(of="ec")).key_type == "EC secp256r1"


def test_a_name_of_control_and_direction_characters_shows_none():
    facts = certificates.read(pem("a\u202eb\u0000c" * 3, organization="N" * 60))
    assert facts.name == "a\ufffdb\ufffdc" * 3
    assert is_plain(facts.subject)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"key_type": "RSA", "key_size": 1024, "signature": "SHA-256"}, ["1024"]),
        ({"key_type": "RSA", "key_size": 2048, "signature": "SHA-1"}, ["SHA-1"]),
        ({"key_type": "EC secp192r1", "key_size": 192, "signature": "MD5"}, ["192", "MD5"]),
        ({"key_type": "RSA", "key_size": 2048, "signature": "SHA-256"}, []),
        ({"key_type": "Ed25519", "key_size": None, "signature": "without a hash"}, []),
    ],
)
def test_weak_ones_are_said_so(facts, said):
    found = certificates.weaknesses(**facts)
    assert len(found) == len(said)
    assert all(word in sentence for word, sentence in zip(said, found, strict=True))


CLEAR, LOCKED = NoEncryption(), BestAvailableEncryption(b"secret")
KEYS = {
    "PKCS #8": private_pem(),
    "PKCS #1": key("2048").private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, CLEAR),
    "SEC 1": KEY.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, CLEAR),
    "OpenSSH": KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, CLEAR),
    "encrypted": KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, LOCKED),
    "PKCS #8 in DER": KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, CLEAR),
    "PKCS #1 in DER": key("2048").private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, CLEAR),
    "SEC 1 in DER": KEY.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, CLEAR),
    "encrypted in DER": KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, LOCKED),
    "PKCS #12": pkcs12.serialize_key_and_certificates(b"own", KEY, made(), None, LOCKED),
    "without armour": in_base64(KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, CLEAR)),
    "before its certificate": private_pem() + PEM,
    "behind its certificate": PEM + private_pem(),
    "with its certificate, as a file": (PEM + private_pem()).encode(),
    "in UTF-16": private_pem().encode("utf-16"),
    "of PuTTY": "PuTTY-User-Key-File-3: ecdsa-sha2-nistp256\nPrivate-Lines: 1\nAAAA\n",
    "in small letters": private_pem().lower(),
}


@pytest.mark.parametrize("form", KEYS)
def test_a_private_key_is_refused_as_one_and_not_quoted(form):
    said = refused(KEYS[form])
    assert "private key" in said
    assert "Nothing of it was kept" in said


OTHERS = {
    "empty": ("", "Paste the certificate"),
    "none": (None, "Paste the certificate"),
    "blank": (b" \n", "Paste the certificate"),
    "a chain": (PEM + pem("issuing authority"), "2 certificates, a chain"),
    "a chain in DER": (DER + der("issuing authority"), "More follows"),
    "a public key": (KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), "public key"),
    "a public key in DER": (
        KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        "public key",
    ),
    "a request": (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([]))
        .sign(KEY, hashes.SHA256())
        .public_bytes(Encoding.PEM),
        "a request for a certificate",
    ),
    "a bundle": (pkcs7.serialize_certificates([made()], Encoding.PEM), "PKCS #7"),
    "words": ("my certificate, please", "not a certificate"),
    "JSON": ('{"kty": "EC", "d": "secret"}', "not a certificate"),
    "half of one": (PEM[: len(PEM) // 2], "not a certificate"),
    "half of one in DER": (DER[: len(DER) // 2], "not a certificate"),
    "too long": ("A" * 70_000, "longer than any"),
    "nothing within": ("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----", "not a certificate"),
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_is_none_is_refused_with_what_to_do(what):
    given, said = OTHERS[what]
    assert said in refused(given)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(DER) - 1), st.integers(0, 255)), min_size=1, max_size=6), st.booleans())
def test_a_changed_one_is_read_or_refused(changes, armoured):
    mutated = bytearray(DER)
    for position, value in changes:
        mutated[position] = value
    given = bytes(mutated)
    if armoured:
        given = f"-----BEGIN CERTIFICATE-----\n{in_base64(given)}-----END CERTIFICATE-----"
    _either(given)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.text(max_size=300), st.binary(max_size=60).map(lambda tail: DER + tail)))
def test_anything_at_all_is_read_or_refused(given):
    _either(given)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(PEM)), st.text(max_size=5), st.integers(0, 5))
def test_a_changed_text_is_read_or_refused(position, put, cut):
    _either(PEM[:position] + put + PEM[position + cut :])


def _either(given):
    try:
        canonical = certificates.check(given)
    except ValueError as refusal:
        assert str(refusal).endswith((".", "file."))  # noqa: PT017
        return
    facts = certificates.read(canonical)
    assert is_plain(facts.name + facts.subject + facts.issuer + facts.serial + facts.key_type + facts.signature)
    assert facts.name
    assert max(len(facts.name), len(facts.subject_organization), len(facts.issuer_organization)) <= 255
    assert max(len(facts.serial), len(facts.key_type), len(facts.signature)) <= 64
    assert certificates.check(canonical) == canonical
