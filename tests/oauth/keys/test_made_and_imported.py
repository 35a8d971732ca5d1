"""Signing keys: made once, rotated without breaking what was signed, imported with care, encrypted at rest."""

import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa, x25519
from django.db import IntegrityError, transaction

from oauth import audit, keys
from oauth.audit import Event
from oauth.environments import Environment
from oauth.models import AuditEntry, Issuer, KeyIssuer, SigningKey, Tail
from oauth.problems import Invalid
from tests import protocol
from tests.protocol import ELSEWHERE, ENVIRONMENT, OPERATOR


def private_pem(key, password=None):
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def public_pem(key):
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def bring(key, environment=ENVIRONMENT, **options):
    pem = key if isinstance(key, bytes) else private_pem(key)
    return keys.import_statement_key(environment=environment, pem=pem, by=OPERATOR, **options)


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Issuer, SigningKey, KeyIssuer, AuditEntry, Tail)]


def test_ensure_makes_a_key_for_every_purpose_and_environment_and_nothing_the_second_time(signing_keys):
    made = {(row.environment, row.purpose, row.alg, row.status, row.origin) for row in SigningKey.objects.all()}
    assert made == {
        (environment, purpose, alg, "current", "made")
        for environment in Environment.values
        for purpose, alg in (("statement", "RS256"), ("token", "ES256"), ("feed", "ES256"))
    }
    assert Issuer.objects.filter(current=True).count() == 4
    before = everything()
    keys.ensure(by=OPERATOR)
    assert everything() == before


def test_ensure_writes_an_entry_for_each_key_by_the_operator(signing_keys):
    entries = AuditEntry.objects.filter(environment=ENVIRONMENT).order_by("n")
    assert [(entry.n, entry.event, entry.data) for entry in entries] == [
        (1, "key:make", {"purpose": "statement"}),
        (2, "key:make", {"purpose": "token"}),
        (3, "key:make", {"purpose": "feed"}),
    ]
    assert {(entry.actor_key, entry.door) for entry in entries} == {(OPERATOR.key, "command")}


def test_an_issuer_of_one_environment_is_never_anothers(signing_keys, settings):
    before = everything()
    taken = settings.ISSUERS[ENVIRONMENT]
    settings.ISSUERS = {**settings.ISSUERS, ELSEWHERE: taken, ENVIRONMENT: "https://new.example"}
    with pytest.raises(Invalid, match=f"{taken} is or was the issuer of {ENVIRONMENT}. Choose another URL."):
        keys.ensure(by=OPERATOR)
    assert everything() == before


def test_an_environment_that_returns_to_an_old_issuer_has_one_current(signing_keys, settings):
    first = settings.ISSUERS[ENVIRONMENT]
    for url in ("https://second.example", first):
        settings.ISSUERS = {**settings.ISSUERS, ENVIRONMENT: url}
        keys.ensure(by=OPERATOR)
        assert [row.url for row in Issuer.objects.filter(environment=ENVIRONMENT, current=True)] == [url]
    assert Issuer.objects.filter(environment=ENVIRONMENT).count() == 2
    statement = SigningKey.objects.get(environment=ENVIRONMENT, purpose="statement")
    assert set(statement.issuers.values_list("iss", flat=True)) == {first, "https://second.example"}


def test_after_a_rotation_the_new_key_signs_at_once_and_what_the_old_one_signed_stays_valid(http, world):
    client = protocol.registered(http, world)
    text = protocol.token_of(http, client)
    old = {purpose: protocol.key_of(purpose=purpose).kid for purpose in ("statement", "token")}
    new = {
        purpose: keys.rotate(environment=ENVIRONMENT, purpose=purpose, by=OPERATOR).kid
        for purpose in ("statement", "token")
    }
    assert not set(old.values()) & set(new.values())
    assert protocol.register(http, world.text).status_code == 201
    assert protocol.bearer(http, protocol.CONFIGURATION, text).status_code == 200
    newer = protocol.token_of(http, client)
    statement = protocol.issue(world.application)
    assert protocol.decode(newer)[0]["kid"] == new["token"]
    assert protocol.decode(statement.text)[0]["kid"] == new["statement"]
    assert protocol.bearer(http, protocol.CONFIGURATION, newer).status_code == 200
    assert protocol.register(http, statement.text).status_code == 201
    published = {key["kid"] for key in http.get(protocol.JWKS).json()["keys"]}
    assert published == {*old.values(), *new.values(), protocol.key_of(purpose="feed").kid}
    assert [row.status for row in SigningKey.objects.filter(kid__in=old.values())] == ["retired", "retired"]
    entry = AuditEntry.objects.filter(event="key:rotate", key=new["token"]).get()
    assert entry.data == {"purpose": "token", "retired": old["token"]}


def test_a_rotation_leaves_the_other_environments_alone(signing_keys):
    before = list(SigningKey.objects.exclude(environment=ENVIRONMENT).values())
    keys.rotate(environment=ENVIRONMENT, purpose="token", by=OPERATOR)
    assert list(SigningKey.objects.exclude(environment=ENVIRONMENT).values()) == before


def test_one_key_signs_at_a_time(signing_keys):
    row = SigningKey.objects.get(environment=ENVIRONMENT, purpose="token")
    row.pk, row.kid, row.thumbprint = None, "other", "other"
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_no_private_key_is_in_clear_in_the_database(signing_keys):
    bring(rsa.generate_private_key(public_exponent=65537, key_size=2048), kid="brought")
    for row in SigningKey.objects.all():
        private = keys.by_kid(row.kid).private
        stored = json.dumps([row.private_encrypted, row.public_jwk])
        assert "PRIVATE" not in stored
        assert row.private_encrypted.startswith("gAAAAA")
        assert not {"d", "p", "q", "dp", "dq", "qi"} & set(row.public_jwk)
        pem = private_pem(private)
        assert pem.splitlines()[1].decode() not in stored
        number = private.private_numbers()
        secret = number.d if isinstance(private, rsa.RSAPrivateKey) else number.private_value
        assert str(secret) not in stored
        assert f"{secret:x}" not in stored


def test_another_key_encryption_key_does_not_open_them_and_an_older_one_still_does(signing_keys, settings):
    kid = protocol.key_of().kid
    old = settings.KEY_ENCRYPTION_KEYS
    other = "bmV2ZXIgdXNlZCBhbnl3aGVyZSBlbHNlLCByZWFsbHk="
    for ring, opens in (((other,), False), ((other, *old), True)):
        settings.KEY_ENCRYPTION_KEYS = ring
        keys.forget()
        if opens:
            assert keys.by_kid(kid).private
        else:
            with pytest.raises(RuntimeError, match=f"KEY_ENCRYPTION_KEYS does not open the signing key {kid}."):
                _ = keys.by_kid(kid).private


# --- Import ---


@pytest.mark.parametrize(
    ("make", "alg"),
    [
        (lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048), "RS256"),
        (lambda: ec.generate_private_key(ec.SECP256R1()), "ES256"),
        (ed25519.Ed25519PrivateKey.generate, "EdDSA"),
    ],
)
def test_a_key_is_imported_and_never_signs(signing_keys, make, alg):
    key, current = make(), protocol.key_of().kid
    row = bring(key)
    assert (row.alg, row.origin, row.purpose, row.status) == (alg, "imported", "statement", "retired")
    assert row.kid == f"imported-{row.thumbprint[:16]}"
    assert set(row.issuers.values_list("iss", flat=True)) == {protocol.issuer()}
    assert protocol.key_of().kid == current
    entry = AuditEntry.objects.filter(event="key:import").get()
    assert (entry.key, entry.environment) == (row.kid, ENVIRONMENT)
    assert entry.data == {"purpose": "statement", "private": True}


def test_a_public_key_is_imported_without_a_private_part(signing_keys):
    row = bring(public_pem(rsa.generate_private_key(public_exponent=65537, key_size=2048)))
    assert row.private_encrypted is None
    assert keys.by_kid(row.kid).private is None


@pytest.mark.compliance("RFC 8725", "3.5")
@pytest.mark.parametrize(
    ("pem", "message"),
    [
        (lambda: b"", "This is not a PEM file with one unencrypted private or public key."),
        (lambda: b"\xff\x00", "This is not a PEM file with one unencrypted private or public key."),
        (
            lambda: b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "This is not a PEM file with one unencrypted private or public key.",
        ),
        (
            lambda: b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "This is not a PEM file with one unencrypted private or public key.",
        ),
        (
            lambda: private_pem(ec.generate_private_key(ec.SECP256R1()), b"password"),
            "This is not a PEM file with one unencrypted private or public key.",
        ),
        (
            lambda: private_pem(WEAK),
            "An RSA key needs 2048 bits or more; this one has 1024.",
        ),
        (lambda: public_pem(WEAK), "An RSA key needs 2048 bits or more; this one has 1024."),
        (
            lambda: private_pem(ec.generate_private_key(ec.SECP384R1())),
            "Only RSA, P-256 and Ed25519 keys can be imported.",
        ),
        (
            lambda: private_pem(x25519.X25519PrivateKey.generate()),
            "Only RSA, P-256 and Ed25519 keys can be imported.",
        ),
        (
            lambda: public_pem(dsa.generate_private_key(1024)),
            "Only RSA, P-256 and Ed25519 keys can be imported.",
        ),
    ],
)
def test_a_key_that_cannot_be_used_is_refused(signing_keys, pem, message):
    before = everything()
    with pytest.raises(Invalid) as refused:
        bring(pem())
    assert refused.value.messages == {"key": [message]}
    assert everything() == before


# Made before any test hands out keys in turn.
WEAK = rsa.generate_private_key(public_exponent=65537, key_size=1024)


@pytest.mark.parametrize("environment", [ENVIRONMENT, ELSEWHERE])
@pytest.mark.parametrize("spelled", [private_pem, public_pem])
def test_a_key_that_any_environment_has_is_refused(signing_keys, environment, spelled):
    key = ec.generate_private_key(ec.SECP256R1())
    row = bring(key)
    with pytest.raises(Invalid) as refused:
        bring(spelled(key), environment, kid="other")
    assert refused.value.messages == {"key": [f"This key is here already, as {row.kid} of {ENVIRONMENT}."]}


def test_our_own_key_cannot_be_imported_elsewhere(signing_keys):
    ours = protocol.key_of()
    with pytest.raises(Invalid) as refused:
        bring(private_pem(ours.private), ELSEWHERE)
    assert refused.value.messages == {"key": [f"This key is here already, as {ours.kid} of {ENVIRONMENT}."]}


def test_a_kid_that_is_taken_is_refused(signing_keys):
    bring(ec.generate_private_key(ec.SECP256R1()), kid="one")
    with pytest.raises(Invalid) as refused:
        bring(ec.generate_private_key(ec.SECP256R1()), ELSEWHERE, kid="one")
    assert refused.value.messages == {"kid": ["Another key has the id one. Choose another with --kid."]}


def test_a_kid_and_an_alias_that_do_not_fit_are_refused(signing_keys):
    for options, name in (({"kid": "k" * 201}, "kid"), ({"alias": "https://" + "a" * 493}, "alias")):
        with pytest.raises(Invalid) as refused:
            bring(ec.generate_private_key(ec.SECP256R1()), **options)
        assert list(refused.value.messages) == [name]


# --- The audit trail ---


def test_entries_are_numbered_without_gaps_per_environment(signing_keys):
    keys.rotate(environment=ENVIRONMENT, purpose="token", by=OPERATOR)
    keys.rotate(environment=ELSEWHERE, purpose="token", by=OPERATOR)
    for environment in (ENVIRONMENT, ELSEWHERE):
        numbers = list(AuditEntry.objects.filter(environment=environment).order_by("n").values_list("n", flat=True))
        assert numbers == [1, 2, 3, 4]
        assert Tail.objects.get(environment=environment).audit_n == 4


@pytest.mark.django_db(transaction=True)
def test_an_entry_belongs_to_a_transaction():
    with pytest.raises(transaction.TransactionManagementError):
        audit.record(Event("x:y"), environment=ENVIRONMENT, by=OPERATOR)
    with transaction.atomic():
        audit.record(Event("x:y"), environment=ENVIRONMENT, by=OPERATOR)
    assert AuditEntry.objects.count() == 1
    with transaction.atomic():
        audit.record(Event("x:y"), environment=ENVIRONMENT, by=OPERATOR)
        transaction.set_rollback(True)
    assert AuditEntry.objects.count() == Tail.objects.get(environment=ENVIRONMENT).audit_n == 1
