"""Verifying a software statement, one refusal at a time, beside what PyJWT alone says to it under the right key."""

import json
import time
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from oauth import jose, keys
from oauth.models import Issuer, SigningKey
from registration.models import Client
from tests import protocol
from tests.protocol import ELSEWHERE, ENVIRONMENT, check_refusal, key_of, resign

SHAPE = "The software statement is not a JWT as it should be. "
PARTS = SHAPE + "It does not have three parts separated by dots."
NOT_BASE64 = SHAPE + "A part is not base64url without padding."
NOT_CANONICAL = SHAPE + "A part is not canonical base64url."
HEADER = SHAPE + "Its header is not a strict JSON object."
PAYLOAD = SHAPE + "Its payload is not a strict JSON object."
CRIT = SHAPE + "Its header uses crit or b64."
TYPE = "The token is of another type. Send the software statement."
ALG = "The algorithm of the software statement is not one that is accepted here."
UNKNOWN_KEY = "The key that signed the software statement is not known here."
NO_KEY = "No key of this environment signed the software statement."
SIGNATURE = "The signature of the software statement does not fit its key."
ISSUER = "The issuer of the software statement is not one that its key signs for."
EARLY = "The software statement is not valid yet. Check the clock that signed it."
EXPIRED = "The software statement has expired. Issue and download a new one."
AUDIENCE = "The software statement is meant for another server."
NO_SUBJECT = "The software statement does not say which application it is of (sub)."
ELSEWHERE_SAID = "The software statement is of the environment release-staging."


def date(name):
    return f"{SHAPE}The claim {name} is not a date in seconds."


def string(name):
    return f"{SHAPE}The claim {name} is not a non-empty string."


def header_string(name):
    return f"{SHAPE}The header member {name} is not a string."


def in_claims(old, new):
    """Sign the payload with `old` replaced by `new`, as bytes."""

    def build(text):
        payload = protocol.payload_of(text)
        assert payload.count(old) == 1
        return resign(text, claims=payload.replace(old, new))

    return build


def added(raw):
    """Sign the payload with the raw member `raw` in front."""
    return lambda text: resign(text, claims=protocol.payload_of(text).replace(b"{", b"{" + raw + b",", 1))


def added_to_header(raw):
    return lambda text: resign(text, header=protocol.header_of(text).replace(b"{", b"{" + raw + b",", 1))


def claims(**members):
    return lambda text: resign(text, claims=members)


def header(**members):
    return lambda text: resign(text, header=members)


def not_canonical(part):
    """The same octets, spelled with the unused bits of the last character set."""

    def build(text):
        parts = resign_until_unused_bits(text, part).split(".")
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        parts[part] = parts[part][:-1] + alphabet[alphabet.index(parts[part][-1]) + 1]
        return ".".join(parts)

    return build


def resign_until_unused_bits(text, part):
    """A statement whose part `part` does not end on a multiple of three octets."""
    for length in range(4):
        candidate = resign(text, header={"x": "x" * length}, claims={"x": "x" * length})
        if len(candidate.split(".")[part]) % 4:
            return candidate
    raise AssertionError


def joined(change):
    """Edit the three parts."""
    return lambda text: change(*text.split("."))


now = int(time.time())

# What it is, how to make it, what we say, what PyJWT alone says.
STEPS_1_TO_4 = {
    # 1. Three parts of canonical, unpadded base64url.
    "two parts": (joined(lambda h, p, s: f"{h}.{p}"), PARTS, "DecodeError"),
    "four parts": (joined(lambda h, p, s: f"{h}.{p}.{s}."), PARTS, "DecodeError"),
    "no parts": (lambda text: "statement", PARTS, "DecodeError"),
    "five parts, as of a JWE": (joined(lambda h, p, s: f"{h}.{p}.{p}.{p}.{s}"), PARTS, "DecodeError"),
    "no signature": (joined(lambda h, p, s: f"{h}.{p}."), NOT_BASE64, "InvalidSignatureError"),
    "padding on the signature": (joined(lambda h, p, s: f"{h}.{p}.{s}=="), NOT_BASE64, "accepted"),
    "characters outside of the alphabet": (
        joined(lambda h, p, s: f"{h}.{p}.{s[:9]}!{s[9:]}"),
        NOT_BASE64,
        "DecodeError",
    ),
    "the other alphabet": (
        joined(lambda h, p, s: f"{h}.{p}.{s.replace('-', '+').replace('_', '/')}+"),
        NOT_BASE64,
        "DecodeError",
    ),
    "a letter beyond ASCII": (joined(lambda h, p, s: f"{h}.{p}.{s}\u00e9"), NOT_BASE64, "DecodeError"),
    "a no-break space, which is no folding": (joined(lambda h, p, s: f"{h}.{p}.\u00a0{s}"), NOT_BASE64, "DecodeError"),
    "unused bits in the signature": (not_canonical(2), NOT_CANONICAL, "DecodeError"),
    "unused bits in the payload": (not_canonical(1), NOT_CANONICAL, "DecodeError"),
    "one character over": (
        joined(lambda h, p, s: f"{h}.{p}.{s + 'A' * ((1 - len(s)) % 4)}"),
        NOT_BASE64,
        "DecodeError",
    ),
    "over 32 KiB": (claims(x="x" * 40_000), SHAPE + "It is too long.", "accepted"),
    # 2. Strict UTF-8 JSON objects.
    "duplicate claims": (added(b'"sub":"somebody-else"'), PAYLOAD, "accepted"),
    "duplicate claims, deep": (added(b'"x":{"a":1,"a":2}'), PAYLOAD, "accepted"),
    "duplicate header members": (added_to_header(b'"alg":"none"'), HEADER, "accepted"),
    "a byte order mark": (
        lambda text: resign(text, claims=b"\xef\xbb\xbf" + protocol.payload_of(text)),
        PAYLOAD,
        "accepted",
    ),
    "UTF-16": (
        lambda text: resign(text, claims=protocol.payload_of(text).decode().encode("utf-16-le")),
        PAYLOAD,
        "accepted",
    ),
    "UTF-16 with its mark": (
        lambda text: resign(text, claims=protocol.payload_of(text).decode().encode("utf-16")),
        PAYLOAD,
        "accepted",
    ),
    "octets that are no UTF-8": (in_claims(b"Aurora Live", b"Aurora \xff"), PAYLOAD, "DecodeError"),
    "an overlong NUL": (in_claims(b"Aurora Live", b"Aurora \xc0\x80"), PAYLOAD, "DecodeError"),
    "an escaped NUL": (in_claims(b"Aurora Live", b"Aurora \\u0000"), PAYLOAD, "accepted"),
    "a raw NUL": (in_claims(b"Aurora Live", b"Aurora \x00"), PAYLOAD, "DecodeError"),
    "a lone surrogate": (in_claims(b"Aurora Live", b"\\ud800"), PAYLOAD, "accepted"),
    "a lone surrogate as a name": (added(b'"\\udfff":1'), PAYLOAD, "accepted"),
    "a lone surrogate as the issuer": (claims(iss="\ud800"), PAYLOAD, "accepted"),
    "a lone surrogate as the key id": (header(kid="\ud800"), HEADER, "accepted"),
    "NaN": (added(b'"x":NaN'), PAYLOAD, "accepted"),
    "Infinity": (added(b'"x":-Infinity'), PAYLOAD, "accepted"),
    "a number beyond every double": (added(b'"x":1e999'), PAYLOAD, "accepted"),
    "a number of 6,000 digits": (added(b'"x":' + b"9" * 6000), PAYLOAD, "DecodeError"),
    "33 deep": (added(b'"x":' + b"[" * 32 + b"]" * 32), PAYLOAD, "accepted"),
    "5,000 deep": (added(b'"x":' + b"[" * 5000 + b"]" * 5000), PAYLOAD, "DecodeError"),
    "an array": (lambda text: resign(text, claims=b"[]"), PAYLOAD, "DecodeError"),
    "a string": (lambda text: resign(text, claims=b'"x"'), PAYLOAD, "DecodeError"),
    "nothing": (lambda text: resign(text, claims=b" "), PAYLOAD, "DecodeError"),
    "two objects": (lambda text: resign(text, claims=protocol.payload_of(text) + b"{}"), PAYLOAD, "DecodeError"),
    "a header that is an array": (lambda text: resign(text, header=b"[]"), HEADER, "DecodeError"),
    "exp as a string": (claims(exp=str(now + 99_999)), date("exp"), "accepted"),
    "exp as true": (claims(exp=True), date("exp"), "ExpiredSignatureError"),
    "exp as null": (claims(exp=None), date("exp"), "DecodeError"),
    "exp beyond 2^53": (claims(exp=2**53 + 1), date("exp"), "accepted"),
    "exp as a number of 300 digits": (claims(exp=10**300), date("exp"), "accepted"),
    "exp as 1e999": (added(b'"exp":1e999'), PAYLOAD, "DecodeError"),
    "nbf as a string": (claims(nbf=str(now - 9)), date("nbf"), "accepted"),
    "nbf as false": (claims(nbf=False), date("nbf"), "accepted"),
    "nbf in a list": (claims(nbf=[now]), date("nbf"), "DecodeError"),
    "iat as a string": (claims(iat=str(now - 9)), date("iat"), "accepted"),
    "iat before -2^53": (claims(iat=-(2**53) - 1), date("iat"), "accepted"),
    "iat in an object": (claims(iat={}), date("iat"), "InvalidIssuedAtError"),
    "an empty sub": (claims(sub=""), string("sub"), "accepted"),
    "sub as a number": (claims(sub=7), string("sub"), "InvalidSubjectError"),
    "sub as null": (claims(sub=None), string("sub"), "InvalidSubjectError"),
    "no sub": (claims(sub=...), NO_SUBJECT, "accepted"),
    "an empty jti": (claims(jti=""), string("jti"), "accepted"),
    "jti as a number": (claims(jti=7), string("jti"), "InvalidJTIError"),
    "jti as null": (claims(jti=None), string("jti"), "InvalidJTIError"),
    "an empty iss": (claims(iss=""), string("iss"), "accepted"),
    "iss in a list": (lambda text: resign(text, claims={"iss": [protocol.issuer()]}), string("iss"), "accepted"),
    # 3. The header.
    "typ at+jwt": (header(typ="at+jwt"), TYPE, "accepted"),
    "typ of nothing": (header(typ=""), TYPE, "accepted"),
    "typ as a number": (header(typ=7), header_string("typ"), "accepted"),
    "typ as null": (header(typ=None), header_string("typ"), "accepted"),
    "crit": (header(crit=["exp"]), CRIT, "InvalidTokenError"),
    "crit that names nothing": (header(crit=[]), CRIT, "InvalidTokenError"),
    "b64 true": (header(b64=True), CRIT, "accepted"),
    "alg none": (
        lambda text: f"{protocol.encode({'alg': 'none'})}.{text.split('.')[1]}.AA",
        ALG,
        "InvalidAlgorithmError",
    ),
    "alg none with its empty signature": (
        lambda text: f"{protocol.encode({'alg': 'none'})}.{text.split('.')[1]}.",
        NOT_BASE64,
        "InvalidAlgorithmError",
    ),
    "no alg": (header(alg=...), ALG, "InvalidAlgorithmError"),
    "alg as a number": (header(alg=256), header_string("alg"), "InvalidAlgorithmError"),
    "alg HS256": (header(alg="HS256"), ALG, "InvalidAlgorithmError"),
    "alg RS384": (header(alg="RS384"), ALG, "InvalidAlgorithmError"),
    "alg rs256": (header(alg="rs256"), ALG, "InvalidAlgorithmError"),
    "another alg than the key's": (header(alg="PS256"), SIGNATURE, "InvalidAlgorithmError"),
    "a kid that is not known": (header(kid="somebody"), UNKNOWN_KEY, "accepted"),
    "an empty kid": (header(kid=""), UNKNOWN_KEY, "accepted"),
    "a long kid": (header(kid="k" * 5000), UNKNOWN_KEY, "accepted"),
    "a kid that asks the database": (header(kid="' OR 1=1 --"), UNKNOWN_KEY, "accepted"),
    "kid as a number": (header(kid=7), header_string("kid"), "InvalidTokenError"),
    "kid as null": (header(kid=None), header_string("kid"), "InvalidTokenError"),
    # 4. Signature, issuer, times, audience.
    "the signature of another statement": (
        lambda text: f"{text.rpartition('.')[0]}.{resign(text, claims={'x': 1}).rpartition('.')[2]}",
        SIGNATURE,
        "InvalidSignatureError",
    ),
    "no iss": (claims(iss=...), ISSUER, "accepted"),
    "iss of another": (claims(iss="https://evil.example"), ISSUER, "accepted"),
    "iss with a slash": (lambda text: resign(text, claims={"iss": protocol.issuer() + "/"}), ISSUER, "accepted"),
    "iss of another environment": (
        lambda text: resign(text, claims={"iss": protocol.issuer(ELSEWHERE)}),
        ISSUER,
        "accepted",
    ),
    "nbf 70 s ahead": (lambda text: resign(text, claims={"nbf": time.time() + 70}), EARLY, "ImmatureSignatureError"),
    "iat 70 s ahead": (lambda text: resign(text, claims={"iat": time.time() + 70}), EARLY, "ImmatureSignatureError"),
    "exp just passed": (lambda text: resign(text, claims={"exp": time.time() - 0.5}), EXPIRED, "ExpiredSignatureError"),
    "exp of 1970": (claims(exp=0), EXPIRED, "ExpiredSignatureError"),
    "exp negative": (claims(exp=-5), EXPIRED, "ExpiredSignatureError"),
    "aud of another": (claims(aud="https://evil.example"), AUDIENCE, "accepted"),
    "aud of others": (claims(aud=["https://evil.example", 7, None]), AUDIENCE, "accepted"),
    "aud of nobody": (claims(aud=[]), AUDIENCE, "accepted"),
    "aud as an object": (lambda text: resign(text, claims={"aud": {protocol.issuer(): 1}}), AUDIENCE, "accepted"),
    "aud as null": (claims(aud=None), AUDIENCE, "accepted"),
    "aud of another environment": (
        lambda text: resign(text, claims={"aud": protocol.issuer(ELSEWHERE)}),
        AUDIENCE,
        "accepted",
    ),
}


@pytest.mark.compliance("RFC 7519", "4")
@pytest.mark.compliance("RFC 7519", "4.1")
@pytest.mark.compliance("RFC 7519", "4.1.3")
@pytest.mark.compliance("RFC 8725", "3.1")
@pytest.mark.compliance("RFC 8725", "3.2")
@pytest.mark.parametrize("case", STEPS_1_TO_4)
@pytest.mark.compliance("RFC 7591", "2.3")
@pytest.mark.compliance("RFC 7519", "7.3")
def test_a_statement_that_is_wrong_in_one_thing_is_refused(http, world, case):
    build, description, alone = STEPS_1_TO_4[case]
    text = build(world.text)
    check_refusal(protocol.register(http, text), "invalid_software_statement", description)
    assert not Client.objects.exists()
    assert protocol.register(http, world.text).status_code == 201
    assert protocol.pyjwt(text, key_of().public) == alone


FINE = {
    "as issued": lambda text: text,
    "signed anew": resign,
    "typ JWT": header(typ="JWT"),
    "typ jwt": header(typ="jwt"),
    "no typ": header(typ=...),
    "no kid": header(kid=...),
    "the original's header": header(typ=..., kid=...),
    "no iat and no nbf": claims(iat=..., nbf=...),
    "fractions": claims(iat=now - 0.5, nbf=now - 0.25),
    "dates at the edge": claims(exp=2**53, iat=-(2**53)),
    "50 s ahead": lambda text: resign(text, claims={"nbf": time.time() + 50, "iat": time.time() + 50}),
    "a key of its own in the header": header(jku="https://evil.example/jwks", x5u="https://evil.example/", x5c=["AA"]),
    "our audience": lambda text: resign(text, claims={"aud": protocol.issuer()}),
    "our audience among others": lambda text: resign(text, claims={"aud": ["x", protocol.issuer()]}),
    "unknown claims": claims(x={"deep": [1, 2.5, None, True]}),
    "32 deep": added(b'"x":' + b"[" * 31 + b"]" * 31),
    "a pair of surrogates": in_claims(b"Aurora Live", b"\\ud83d\\ude00"),
    "brackets in a string": claims(x='[{"' * 400),
    "another order and other spaces": lambda text: resign(
        text, claims=json.dumps(protocol.decode(text)[1], sort_keys=True, indent=8).encode()
    ),
}


@pytest.mark.parametrize("case", FINE)
@pytest.mark.compliance("RFC 7519", "4")
def test_a_statement_that_is_spelled_otherwise_is_accepted(http, world, case):
    response = protocol.register(http, FINE[case](world.text))
    assert response.status_code == 201, response.content
    assert Client.objects.get().statement == world.statement


def test_folded_text_is_accepted_where_pyjwt_alone_refuses_it(http, world):
    folded = "\r\n".join(world.text[start : start + 64] for start in range(0, len(world.text), 64))
    for text in (folded, f" \t{world.text}\n", world.text.replace(".", " . \r\n")):
        assert protocol.register(http, text).status_code == 201
        assert protocol.pyjwt(text, key_of().public) != "accepted"


@pytest.mark.compliance("RFC 8725", "3.7")
def test_a_lone_surrogate_in_the_text_is_a_400_where_pyjwt_alone_raises(http, world):
    assert protocol.pyjwt("\ud800" + world.text, key_of().public) == "UnicodeEncodeError"
    check_refusal(
        protocol.register(http, "\ud800" + world.text), "invalid_request", "A string holds half a surrogate pair."
    )


@pytest.mark.compliance("RFC 7519", "5.3")
@pytest.mark.compliance("RFC 8725", "3.10")
def test_a_jwk_in_the_header_is_ignored_and_never_verifies(http, world):
    mine = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(mine.public_key()))
    # Ours, with a stranger's key beside it.
    assert protocol.register(http, resign(world.text, header={"jwk": jwk})).status_code == 201
    forger = ec.generate_private_key(ec.SECP256R1())
    jwk = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(forger.public_key()))
    for kid, description in ((..., NO_KEY), ("mine", UNKNOWN_KEY), (key_of().kid, SIGNATURE)):
        text = resign(world.text, header={"jwk": jwk, "alg": "ES256", "kid": kid}, key=forger, alg="ES256")
        check_refusal(protocol.register(http, text), "invalid_software_statement", description)


@pytest.mark.compliance("RFC 8725", "3.1")
def test_the_public_key_is_no_hmac_secret(http, world):
    """RFC 8725 section 2.1: a server that lets the header choose verifies HMAC with what everybody can fetch."""
    public = key_of().public
    for spelled in (
        public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
        json.dumps(keys.jwks(ENVIRONMENT)["keys"][0]).encode(),
    ):
        for kid in (key_of().kid, ...):
            text = resign(world.text, header={"alg": "HS256", "kid": kid}, key=spelled, alg="HS256")
            assert protocol.pyjwt(text, spelled, alg="HS256") in {"accepted", "InvalidKeyError"}
            check_refusal(protocol.register(http, text), "invalid_software_statement", ALG)


def test_a_statement_of_another_environment_is_told_which_it_is_of(http, world):
    there = protocol.build(ELSEWHERE)
    check_refusal(protocol.register(http, there.text), "invalid_software_statement", ELSEWHERE_SAID)
    without = resign(there.text, header={"kid": ...}, key=key_of(ELSEWHERE).private)
    check_refusal(protocol.register(http, without), "invalid_software_statement", ELSEWHERE_SAID)
    # A forger who only names a key of another environment learns no more than that it exists.
    forged = resign(world.text, header={"kid": key_of(ELSEWHERE).kid})
    check_refusal(protocol.register(http, forged), "invalid_software_statement", ELSEWHERE_SAID)
    at_home = protocol.register(http, there.text, headers={"host": protocol.ISSUER_ELSEWHERE})
    assert at_home.status_code == 201


def test_our_key_cannot_vouch_for_an_application_of_another_environment(http, world):
    there = protocol.build(ELSEWHERE)
    text = resign(world.text, claims={"sub": str(there.application.software_id), "jti": there.statement.jti})
    response = protocol.register(http, text)
    assert response.json()["error"] == "unapproved_software_statement"


@pytest.mark.compliance("RFC 8725", "3.12")
def test_a_key_of_another_purpose_signs_no_statement(http, world):
    token_key = key_of(purpose="token")
    text = resign(world.text, header={"alg": "ES256", "kid": token_key.kid}, key=token_key.private, alg="ES256")
    assert protocol.pyjwt(text, token_key.public, alg="ES256") == "accepted"
    check_refusal(protocol.register(http, text), "invalid_software_statement", UNKNOWN_KEY)
    text = resign(world.text, header={"alg": "ES256", "kid": ...}, key=token_key.private, alg="ES256")
    check_refusal(protocol.register(http, text), "invalid_software_statement", NO_KEY)


@pytest.mark.compliance("RFC 8725", "3.11")
def test_an_access_token_is_no_statement(http, world):
    token = protocol.token_of(http, protocol.registered(http, world))
    check_refusal(protocol.register(http, token), "invalid_software_statement", TYPE)


@pytest.mark.compliance("RFC 7519", "8")
@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256", "EdDSA"])
@pytest.mark.compliance("RFC 8725", "3.2")
def test_every_algorithm_of_the_setting_signs_statements_that_register(http, signing_keys, settings, alg):
    settings.STATEMENT_ALG = alg
    keys.rotate(environment=ENVIRONMENT, purpose="statement", by=protocol.OPERATOR)
    world = protocol.build()
    assert protocol.decode(world.text)[0] == {"alg": alg, "kid": key_of().kid, "typ": "software-statement+jwt"}
    assert protocol.pyjwt(world.text, key_of().public, alg=alg) == "accepted"
    assert protocol.register(http, world.text).status_code == 201
    broken = world.text[:-8] + ("AAAAAAAA" if world.text[-8:] != "AAAAAAAA" else "BBBBBBBB")
    assert protocol.register(http, broken).json()["error"] == "invalid_software_statement"


@pytest.mark.compliance("RFC 7591", "2.3")
@pytest.mark.compliance("RFC 7519", "7.1")
def test_a_statement_says_these_claims_and_no_other(world):
    header, claims = protocol.decode(world.text)
    assert header == {"alg": "RS256", "kid": key_of().kid, "typ": "software-statement+jwt"}
    issued = int(world.statement.issued_at.timestamp())
    assert claims == {
        "iss": protocol.issuer(),
        "sub": str(world.application.software_id),
        "software_id": str(world.application.software_id),
        "jti": str(world.statement.pk),
        "iat": issued,
        "nbf": issued,
        "software_version": "6.1.0",
        "client_name": "Aurora Live",
    }
    expires = protocol.now().replace(microsecond=0) + timedelta(days=1)
    _, limited = protocol.decode(protocol.issue(world.application, expires_at=expires).text)
    assert limited["exp"] == int(expires.timestamp())
    assert world.statement.digest == jose.parse(world.text).digest


@pytest.mark.compliance("RFC 8725", "3.8")
def test_statements_verify_under_an_issuer_that_the_environment_once_had(http, world, settings):
    settings.ISSUERS = {**settings.ISSUERS, ENVIRONMENT: "https://new.example"}
    keys.ensure(by=protocol.OPERATOR)
    keys.forget()
    assert list(Issuer.objects.filter(environment=ENVIRONMENT, current=True).values_list("url", flat=True)) == [
        "https://new.example"
    ]
    assert protocol.register(http, world.text).status_code == 201
    newer = protocol.issue(world.application)
    assert protocol.decode(newer.text)[1]["iss"] == "https://new.example"
    assert protocol.register(http, newer.text).status_code == 201


def test_a_withdrawn_key_takes_its_statements_and_their_clients_along(http, world):
    answer = protocol.registered(http, world)
    text = protocol.token_of(http, answer)
    row = SigningKey.objects.get(kid=key_of().kid)
    keys.rotate(environment=ENVIRONMENT, purpose="statement", by=protocol.OPERATOR)
    newer = protocol.issue(world.application)
    protocol.at(row, withdrawn_at=True)
    assert protocol.register(http, world.text).json()["error"] == "unapproved_software_statement"
    assert protocol.token(http, answer).json()["error"] == "invalid_client"
    assert protocol.bearer(http, protocol.CONFIGURATION, text).status_code == 401
    assert protocol.register(http, newer.text).status_code == 201
