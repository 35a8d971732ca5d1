"""A matrix: what forgers make of a good statement or token, at every surface that reads one. Each is refused."""

import base64
import hashlib
import hmac as mac
import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jwt.algorithms import ECAlgorithm, RSAAlgorithm, get_default_algorithms

from oauth import checkpoints, feed, jose, keys
from oauth.models import RevokedToken
from oauth.views.feed import TYP as FEED
from tests import protocol, standard
from tests.protocol import CONFIGURATION, ELSEWHERE, ENVIRONMENT, SCOPES, VALIDATE, decode, encode, key_of, sign

P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@pytest.fixture
def client(http, world):
    return standard.registered(http, world)


@pytest.fixture
def good(http, world, client):
    return {"statement": world.text, "token": standard.token_of(http, client)}


# --- The surfaces: each answers what it says to a text, and whether that is a refusal of the right shape ---


def _registers(http, client, text):
    return protocol.register(http, text)


def _registers_standard(http, client, text):
    return standard.register(http, text)


def _replaces(http, client, text):
    return standard.manage(http, "PUT", client, {"client_id": client["client_id"], "software_statement": text})


def _bearer(path):
    return lambda http, client, text: protocol.bearer(http, path, text)


def _introspects(http, client, text):
    return standard.introspect(http, client, text)


def _revokes(http, client, text):
    return standard.revoke(http, client, text)


SURFACES = {
    "register": ("statement", _registers),
    "standard register": ("statement", _registers_standard),
    "replace": ("statement", _replaces),
    "validate": ("token", _bearer(VALIDATE)),
    "scopes": ("token", _bearer(SCOPES)),
    "configuration": ("token", _bearer(CONFIGURATION)),
    "introspect": ("token", _introspects),
    "revoke": ("token", _revokes),
}


def refused(answer, surface, error="invalid_software_statement"):
    assert answer["Content-Type"] == "application/json"
    if surface == "introspect":
        assert (answer.status_code, answer.json()) == (200, {"active": False})
    elif surface == "revoke":
        # It tells nobody whether a token exists; what was not ours is nowhere.
        assert answer.status_code in {200, 400}
        assert not RevokedToken.objects.exists()
    elif SURFACES[surface][0] == "token":
        assert answer.status_code == 401, answer.content
        assert answer["WWW-Authenticate"].startswith("Bearer ")
    else:
        assert answer.status_code == 400, answer.content
        assert answer.json()["error"] == error
    return True


@pytest.mark.parametrize("surface", SURFACES)
def test_each_surface_takes_what_is_not_forged(http, good, client, surface):
    of, ask = SURFACES[surface]
    answer = ask(http, client, good[of])
    assert answer.status_code in {200, 201}
    if surface == "introspect":
        assert answer.json()["active"] is True
    if surface == "revoke":
        assert RevokedToken.objects.count() == 1


# --- The forgers ---


class Forge:
    """A good text in its parts, with the key that signed it and a forger's own."""

    own = ec.generate_private_key(ec.SECP256R1())
    tiny = None

    def __init__(self, text, purpose):
        self.text = text
        self.purpose = purpose
        self.key = key_of(purpose=purpose)
        self.header, self.claims = decode(text)
        self.head, self.payload, self.signature = text.split(".")
        self.raw = base64.urlsafe_b64decode(self.signature + "==")

    def signed(self, header=None, claims=None, *, key=None, alg=None):
        alg = alg or self.header["alg"]
        merged = {name: value for name, value in {**self.header, **(header or {})}.items() if value is not ...}
        return sign(merged, {**self.claims, **(claims or {})}, key=key or self.key.private, alg=alg)

    def with_signature(self, octets):
        return f"{self.head}.{self.payload}.{jose.encode(octets) if octets else ''}"

    def pem(self):
        return keys.pem_of(jwk_of(self.key)).encode()

    def der(self):
        encoding, kind = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public.public_bytes(encoding, kind)


def jwk_of(key):
    algorithm = RSAAlgorithm if isinstance(key.public, rsa.RSAPublicKey) else ECAlgorithm
    jwk = algorithm.to_jwk(key.public, as_dict=True)
    return {name: jwk[name] for name in ("kty", "crv", "x", "y", "n", "e") if name in jwk}


def hmac(secret, alg="HS256"):
    """Signed with the public key as if it were a shared secret (RFC 8725 section 2.1)."""

    def forge(one):
        parts = f"{encode({**one.header, 'alg': alg})}.{one.payload}"
        # PyJWT refuses to use a public key like that; a forger does not.
        digest = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}[alg]
        return f"{parts}.{jose.encode(mac.new(secret(one), parts.encode(), getattr(hashlib, digest)).digest())}"

    return forge


def named(**members):
    """The forger's own signature, and a header that says where to find his key."""

    def forge(one):
        public = ECAlgorithm.to_jwk(Forge.own.public_key(), as_dict=True)
        header = {name: public if value == "JWK" else value for name, value in members.items()}
        return one.signed({"alg": "ES256", **header}, key=Forge.own, alg="ES256")

    return forge


def unsigned(alg):
    return lambda one: f"{encode({**one.header, 'alg': alg})}.{one.payload}.AA"


def other_key(purpose, environment=ENVIRONMENT, *, typ=None):
    def forge(one):
        key = key_of(environment, purpose)
        header = {"kid": key.kid, "alg": key.alg, **({"typ": typ} if typ else {})}
        return one.signed(header, key=key.private, alg=key.alg)

    return forge


def raw_header(edit):
    """The header as text, edited, and signed rightly by our own key: only its shape is wrong."""

    def forge(one):
        octets = edit(json.dumps(one.header, separators=(",", ":")).encode())
        return sign(octets, one.claims, key=one.key.private, alg=one.key.alg)

    return forge


def detached(one):
    """RFC 7797: the payload is signed as it stands, and sent so, or not at all."""
    head = encode({**one.header, "b64": False, "crit": ["b64"]})
    signature = get_default_algorithms()[one.key.alg].sign(f"{head}.{{}}".encode(), one.key.private)
    return f"{head}..{jose.encode(signature)}"


def der_signature(one):
    """An ECDSA signature in ASN.1, as most libraries make it, where a JWS holds two numbers (RFC 7518 section 3.4)."""
    if isinstance(one.key.public, rsa.RSAPublicKey):
        return one.with_signature(b"\x30\x06\x02\x01\x01\x02\x01\x01")
    half = len(one.raw) // 2
    numbers = int.from_bytes(one.raw[:half]), int.from_bytes(one.raw[half:])
    return one.with_signature(encode_dss_signature(*numbers))


def serialized(one):
    members = {"protected": one.head, "payload": one.payload, "signature": one.signature}
    return json.dumps(members)


def typed(typ):
    return lambda one: one.signed({"typ": typ})


def tiny_key(one):
    """An RSA key that anybody factors, offered in the header."""
    if Forge.tiny is None:
        Forge.tiny = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    jwk = RSAAlgorithm.to_jwk(Forge.tiny.public_key(), as_dict=True)
    return one.signed({"alg": "RS256", "jwk": jwk, "kid": "tiny"}, key=Forge.tiny, alg="RS256")


def huge_exponent(one):
    jwk = {"kty": "RSA", "n": jose.encode(b"\xff" * 2048), "e": jose.encode(b"\xff" * 2048)}
    return one.with_signature(b"\x01" * 2048).replace(
        one.head, encode({"alg": "RS256", "jwk": jwk, "kid": "x", "typ": one.header["typ"]})
    )


def non_canonical(one):
    """The same octets in another spelling: the last character holds bits that nobody reads."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for head in (one.payload, one.signature, one.head):
        if len(head) % 4:
            changed = head[:-1] + alphabet[alphabet.index(head[-1]) + 1]
            return one.text.replace(head, changed, 1)
    return one.text + "="


ATTACKS = {
    **{f"alg {alg}": unsigned(alg) for alg in ("none", "None", "NONE", "nOnE", "", "HS256", "dir", "ES256K", "RS1")},
    "an empty signature": lambda one: one.with_signature(b""),
    "no signature and no dot": lambda one: f"{one.head}.{one.payload}",
    "a signature of zeros": lambda one: one.with_signature(b"\0" * len(one.raw)),
    "a signature of one octet": lambda one: one.with_signature(b"\x01"),
    "a signature with an octet more": lambda one: one.with_signature(one.raw + b"\0"),
    "a signature with an octet less": lambda one: one.with_signature(one.raw[:-1]),
    "a signature with zeros in front": lambda one: one.with_signature(b"\0" * 2 + one.raw),
    "a signature of 16 KiB": lambda one: one.with_signature(b"\x01" * 16_000),
    "a signature in ASN.1": der_signature,
    "half a signature twice": lambda one: one.with_signature(one.raw[: len(one.raw) // 2] * 2),
    "HMAC with the public key as PEM": hmac(Forge.pem),
    "HMAC with the public key as PEM, trimmed": hmac(lambda one: one.pem().strip()),
    "HMAC with the public key as DER": hmac(Forge.der),
    "HMAC with the public key as JWK": hmac(lambda one: json.dumps(jwk_of(one.key)).encode()),
    "HMAC with the key's id": hmac(lambda one: one.key.kid.encode()),
    "HMAC with nothing": hmac(lambda _: b""),
    "HMAC-384 with the public key": hmac(Forge.pem, "HS384"),
    "HMAC-512 with the public key": hmac(Forge.pem, "HS512"),
    "a key in the header": named(jwk="JWK"),
    "a key in the header, without an id": named(jwk="JWK", kid=...),
    "a key's address": named(jku="https://evil.example/jwks.json"),
    "a key's address, without an id": named(jku="http://127.0.0.1/jwks.json", kid=...),
    "a certificate's address": named(x5u="https://evil.example/x.pem", kid=...),
    "a certificate": named(x5c=["MIIB"], kid=...),
    "a certificate's digest": named(x5t="AAAA", kid=...),
    "another's key under our id": named(),
    **{
        f"the key id {kid[:20]!r}": named(kid=kid)
        for kid in ("../../dev/null", "/dev/null", "' OR 1=1 --", "'; SELECT 1", "a" * 5000, "\u2028", "{{7*7}}", "%00")
    },
    "a key id with a NUL": raw_header(lambda head: head.replace(b'"kid":"', b'"kid":"\\u0000')),
    "crit": lambda one: one.signed({"crit": ["exp"]}),
    "crit of something unheard of": lambda one: one.signed({"crit": ["x"], "x": 1}),
    "b64 false": lambda one: one.signed({"b64": False}),
    "b64 false and critical": lambda one: one.signed({"b64": False, "crit": ["b64"]}),
    "a detached payload": detached,
    "alg twice": raw_header(lambda head: head[:-1] + b',"alg":"none"}'),
    "alg twice, once escaped": raw_header(lambda head: head[:-1] + b',"\\u0061lg":"none"}'),
    "kid twice": raw_header(lambda head: head[:-1] + b',"kid":"x"}'),
    "typ twice": raw_header(lambda head: head[:-1] + b',"typ":"JWT"}'),
    "a header with a mark in front": raw_header(lambda head: b"\xef\xbb\xbf" + head),
    "a header in UTF-16": raw_header(lambda head: head.decode().encode("utf-16")),
    "a header with octets that are no UTF-8": raw_header(lambda head: head[:-1] + b',"x":"\xff"}'),
    "a header in an array": raw_header(lambda head: b"[" + head + b"]"),
    "a header 5,000 deep": raw_header(lambda head: head[:-1] + b',"x":' + b"[" * 5000 + b"]" * 5000 + b"}"),
    "padding": lambda one: f"{one.head}.{one.payload}.{one.signature}=",
    "padding in the header": lambda one: f"{one.head}==.{one.payload}.{one.signature}",
    "the other alphabet": lambda one: one.text.replace("-", "+").replace("_", "/") + "+",
    "another spelling of the same octets": non_canonical,
    "a dot in front": lambda one: "." + one.text,
    "a dot behind": lambda one: one.text + ".",
    "five parts": lambda one: f"{one.text}.{one.head}.{one.payload}",
    "JSON serialization": serialized,
    "quotes": lambda one: f'"{one.text}"',
    "a vertical tab": lambda one: one.text.replace(".", ".\x0b", 1),
    "a space that is wide": lambda one: one.text.replace(".", ".\u2003", 1),
    "a dot that is wide": lambda one: one.text.replace(".", "\uff0e"),
    "a letter that is wide": lambda one: "\uff45" + one.text[1:],
    "percent encoding": lambda one: one.text.replace(".", "%2E"),
    "wrapped in itself": lambda one: sign(one.header, one.text.encode(), key=one.key.private, alg=one.key.alg),
    "a tiny key": tiny_key,
    "a huge exponent": huge_exponent,
    "a payload that was changed": lambda one: f"{one.head}.{encode({**one.claims, 'iat': 1})}.{one.signature}",
    "a key of another purpose": lambda one: other_key("token" if one.purpose == "statement" else "statement")(one),
    "the feed's key": other_key("feed"),
    "the key of another environment": lambda one: other_key(one.purpose, ELSEWHERE)(one),
    "our key's id and another environment's key": lambda one: one.signed(
        key=key_of(ELSEWHERE, one.purpose).private, alg=one.key.alg
    ),
    **{
        f"typ {typ}": typed(typ)
        for typ in ("revocations+jwt", "audit-checkpoint+jwt", "application/json", "JOSE", "logout+jwt", " ")
    },
    "the other's typ": lambda one: one.signed(
        {"typ": "at+jwt" if one.purpose == "statement" else "software-statement+jwt"}
    ),
    "nothing": lambda _: "..",
    "a megabyte of dots": lambda _: "." * 30_000,
}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.compliance("RFC 8725", "3.1")
@pytest.mark.compliance("RFC 8725", "3.3")
@pytest.mark.compliance("RFC 8725", "3.10")
@pytest.mark.compliance("RFC 8725", "3.11")
def test_no_forgery_passes_any_surface(http, good, client, attack):
    forged = {of: ATTACKS[attack](Forge(text, of)) for of, text in good.items()}
    before = protocol.counts()
    for surface, (of, ask) in SURFACES.items():
        assert forged[of] != good[of]
        text = forged[of]
        if of == "token" and surface in {"validate", "scopes", "configuration"} and len(text) > 16_000:
            continue  # longer than a header may be: 431, which has its own test
        answer = ask(http, client, text)
        if not text.isascii() and answer.status_code == 400:
            continue
        assert refused(answer, surface), surface
    assert protocol.counts() == before


@pytest.mark.compliance("RFC 8725", "3.12")
def test_what_is_signed_for_one_use_is_taken_for_no_other(http, good, client, world):
    """Every kind of text that we sign, as it is, at every surface that is not its own."""
    key = key_of(purpose="feed")
    page = feed.read(ENVIRONMENT)
    claims = {"iss": protocol.issuer(), "iat": 1, "exp": 2**33, "next": page.next, "events": page.events}
    signed = {
        **good,
        "feed": jose.sign(claims, typ=FEED, alg=key.alg, kid=key.kid, key=key.private),
        "checkpoint": checkpoints.issue(ENVIRONMENT),
        "registration token": client["registration_access_token"],
        "secret": client["client_secret"],
    }
    for surface, (of, ask) in SURFACES.items():
        for kind, text in signed.items():
            if kind != of:
                assert refused(ask(http, client, text), surface), (surface, kind)


def test_the_other_s_of_an_ecdsa_signature_is_the_same_token_and_no_way_around_a_revocation(http, good, client):
    """ECDSA has two signatures for each (r, s and r, n - s). Both verify, by RFC 7515; neither is another token."""
    head, payload, signature = good["token"].split(".")
    raw = base64.urlsafe_b64decode(signature + "==")
    twin = raw[:32] + (P256 - int.from_bytes(raw[32:])).to_bytes(32)
    text = f"{head}.{payload}.{jose.encode(twin)}"
    assert protocol.bearer(http, VALIDATE, text).status_code == 200
    standard.revoke(http, client, good["token"])
    assert protocol.bearer(http, VALIDATE, text).status_code == 401


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = ["alg", "kid", "typ", "cty", "jwk", "jku", "x5u", "x5c", "x5t", "crit", "b64", "zip", "enc", "iss"]
WORDS = ["none", "HS256", "RS256", "ES256", "PS256", "EdDSA", "at+jwt", "JWT", "software-statement+jwt", ""]
HEADERS = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(WORDS) | JSON, max_size=8)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(header=HEADERS, keep=st.booleans(), octets=st.none() | st.binary(max_size=300))
def test_no_header_whatever_it_says_makes_a_signature_good(http, good, client, header, keep, octets):
    for surface, (of, ask) in SURFACES.items():
        if surface in {"scopes", "configuration", "replace"}:
            continue  # they read as `validate` and `register` do
        one = Forge(good[of], of)
        merged = {**(one.header if keep else {}), **header}
        if merged == one.header:
            continue
        head = jose.encode(json.dumps(merged).encode())
        text = f"{head}.{one.payload}.{jose.encode(octets) if octets is not None else one.signature}"
        assert refused(ask(http, client, text), surface)
