"""Strict parsing of a JWS: one spelling of the same octets, and no character of it can be changed."""

import base64
import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oauth import jose
from tests import protocol
from tests.protocol import VALIDATE

ALPHABET = string.ascii_letters + string.digits + "-_"
OBJECT = jose.encode(b"{}")


def as_signature(segment):
    return f"{OBJECT}.{OBJECT}.{segment}"


@given(st.binary(min_size=1, max_size=80))
def test_every_octet_string_has_a_spelling(octets):
    assert jose.parse(as_signature(jose.encode(octets))).signature == octets


@pytest.mark.compliance("RFC 7519", "7.2")
@given(st.text(ALPHABET, min_size=1, max_size=30) | st.text(max_size=30) | st.text(ALPHABET + "=+/ \n", max_size=30))
def test_only_the_canonical_spelling_is_read(segment):
    try:
        octets = jose.parse(as_signature(segment)).signature
    except jose.NotAToken:
        padded = segment + "=" * (-len(segment) % 4)
        canonical = set(segment) <= set(ALPHABET) and segment and len(segment) % 4 != 1
        assert not canonical or base64.urlsafe_b64encode(base64.urlsafe_b64decode(padded)).decode() != padded
        return
    assert jose.encode(octets) == segment


@given(st.text(max_size=200) | st.text(ALPHABET + ".", max_size=200))
def test_any_text_is_a_token_or_is_none(text):
    try:
        parsed = jose.parse(text)
    except jose.NotAToken:
        return
    assert parsed.header.get("crit") is None


@pytest.mark.compliance("RFC 7519", "7.2")
@pytest.mark.compliance("RFC 8725", "3.7")
@given(st.binary(max_size=60), st.binary(max_size=60))
def test_any_octets_as_header_and_payload_are_a_token_or_are_none(header, payload):
    try:
        parsed = jose.parse(f"{jose.encode(header)}.{jose.encode(payload)}.AA")
    except jose.NotAToken:
        return
    assert isinstance(parsed.header, dict)
    assert isinstance(parsed.claims, dict)


def mutations(text, seed):
    """Each position with another character of the alphabet, and some with one that is outside of it."""
    chance = random.Random(seed)
    for position, old in enumerate(text):
        new = chance.choice([character for character in ALPHABET + "." if character != old])
        yield text[:position] + new + text[position + 1 :]
    for _ in range(60):
        position = chance.randrange(len(text))
        yield text[:position] + chance.choice("=+/!%\x00\u00e9\u2028") + text[position + 1 :]
        yield text[:position] + text[position + 1 :]
        yield text[:position] + chance.choice(ALPHABET) + text[position:]


@pytest.mark.compliance("RFC 8725", "3.3")
@pytest.mark.parametrize("alg", ["RS256", "ES256", "EdDSA", "PS256"])
def test_no_mutation_of_a_character_verifies(signing_keys, settings, alg):
    from oauth import keys  # noqa: PLC0415

    settings.STATEMENT_ALG = alg
    keys.rotate(environment=protocol.ENVIRONMENT, purpose="statement", by=protocol.OPERATOR)
    world = protocol.build()
    key = protocol.key_of()

    def verifies(text):
        try:
            return jose.verify(jose.parse(text), alg=key.alg, key=key.public)
        except jose.NotAToken:
            return False

    assert verifies(world.text)
    assert not [text for text in mutations(world.text, alg) if text != world.text and verifies(text)]


def test_no_mutation_of_a_statement_registers(http, world):
    assert protocol.register(http, world.text).status_code == 201
    for text in random.Random(7).sample(list(mutations(world.text, 7)), 60):
        # What is folded away is the same text.
        if "".join(text.split()) != world.text:
            error = "invalid_request" if "\0" in text else "invalid_software_statement"
            assert protocol.register(http, text).json()["error"] == error, text


@pytest.mark.compliance("RFC 6749", "10.3")
@pytest.mark.compliance("RFC 6750", "5.2")
def test_no_mutation_of_a_token_is_good(http, world):
    token = protocol.token_of(http, protocol.registered(http, world))
    assert protocol.bearer(http, VALIDATE, token).status_code == 200
    for text in random.Random(8).sample(list(mutations(token, 8)), 100):
        if text.strip() != token:
            assert protocol.bearer(http, VALIDATE, text).status_code == 401, text
