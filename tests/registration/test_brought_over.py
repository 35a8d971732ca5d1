"""Statements of the old server: header `alg` only, claims `sub nbf iss iat`, under a key that was imported."""

import threading
import time

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import connection
from django.test import Client as App

from oauth import keys
from registration import statements
from registration.models import Client, SoftwareStatement
from tests import protocol
from tests.protocol import ENVIRONMENT, check_refusal

OLD = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ALIAS = "https://old.example"
UNAPPROVED = "The software statement is well signed but may not register clients here. Ask for a new one."
ISSUER = "The issuer of the software statement is not one that its key signs for."


def pem(key=OLD, *, private=True):
    if private:
        return key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def bring(**options):
    options = {"environment": ENVIRONMENT, "pem": pem(), "alias": ALIAS, "by": protocol.OPERATOR, **options}
    return keys.import_statement_key(**options)


def old_statement(app, header=None, **claims):
    return protocol.sign(header or {"alg": "RS256"}, protocol.base_claims(app, **claims), key=OLD)


@pytest.mark.parametrize("private", [True, False])
def test_the_originals_statements_register_under_an_imported_key(http, world, private):
    text = old_statement(world.application)
    check_refusal(
        protocol.register(http, text),
        "invalid_software_statement",
        "No key of this environment signed the software statement.",
    )
    bring(pem=pem(private=private))
    assert protocol.decode(text)[0] == {"alg": "RS256"}
    answer = protocol.register(http, text).json()
    assert sorted(answer) == [
        "client_id",
        "client_id_issued_at",
        "client_secret",
        "grant_types",
        "redirect_uris",
        "scopes",
    ]
    token = protocol.token_of(http, answer)
    assert protocol.bearer(http, protocol.CONFIGURATION, token).status_code == 200
    row = SoftwareStatement.objects.get(origin="brought_over")
    assert (row.jti, row.application, row.text, row.issued_by_name) == (None, world.application, text, "")
    assert row.issued_at.timestamp() == protocol.decode(text)[1]["iat"]
    assert protocol.decode(token)[1]["statement"] == str(row.pk)


def test_the_row_is_made_once_however_often_and_however_folded_it_is_presented(http, world):
    bring()
    text = old_statement(world.application)
    for presented in (text, text, f" {text}\n", text.replace(".", ".\r\n")):
        assert protocol.register(http, presented).status_code == 201
    row = SoftwareStatement.objects.get(origin="brought_over")
    assert row.clients.count() == 4


def test_revoking_the_row_refuses_its_clients_and_new_ones(http, world):
    bring()
    text = old_statement(world.application)
    answer = protocol.register(http, text).json()
    token = protocol.token_of(http, answer)
    row = SoftwareStatement.objects.get(origin="brought_over")
    statements.revoke(row, reason="leaked", by=protocol.OPERATOR)
    check_refusal(protocol.register(http, text), "unapproved_software_statement", UNAPPROVED)
    assert protocol.token(http, answer).json()["error"] == "invalid_client"
    assert protocol.bearer(http, protocol.CONFIGURATION, token).status_code == 401
    # Another spelling is another statement with the same signature's bits at most: it cannot dodge the row.
    assert protocol.register(http, f" {text}").json()["error"] == "unapproved_software_statement"
    statements.reinstate(row, reason="found", by=protocol.OPERATOR)
    assert protocol.register(http, text).status_code == 201
    assert protocol.token(http, answer).status_code == 201


def test_a_refused_first_registration_leaves_no_row(http, world):
    bring()
    text = old_statement(world.application)
    response = protocol.register(http, text, redirect_uri="https://evil.example/")
    assert response.json()["error"] == "invalid_redirect_uri"
    protocol.at(world.application, closed_at=True)
    check_refusal(protocol.register(http, text), "unapproved_software_statement", UNAPPROVED)
    assert not SoftwareStatement.objects.filter(origin="brought_over").exists()


def test_an_unknown_jti_is_treated_as_absent_and_a_known_one_of_another_application_is_not(http, world):
    bring()
    assert protocol.register(http, old_statement(world.application, jti="old-7")).status_code == 201
    assert SoftwareStatement.objects.get(origin="brought_over").jti is None
    other = protocol.issue(protocol.application(world.programmer))
    text = old_statement(world.application, jti=other.jti)
    check_refusal(protocol.register(http, text), "unapproved_software_statement", UNAPPROVED)


def test_our_own_key_does_not_sign_statements_of_that_shape(http, world):
    """Under our own key a `jti` is required, or leaving it out would dodge a revocation."""
    bring()
    claims = {**protocol.base_claims(world.application), "iss": protocol.issuer()}
    text = protocol.sign({"alg": "RS256"}, claims, key=protocol.key_of().private)
    check_refusal(protocol.register(http, text), "unapproved_software_statement", UNAPPROVED)


def test_an_alias_alone_is_what_the_key_signed_as(http, world):
    bring()
    ours = old_statement(world.application, iss=protocol.issuer())
    check_refusal(protocol.register(http, ours), "invalid_software_statement", ISSUER)
    assert protocol.register(http, old_statement(world.application)).status_code == 201


def test_without_an_alias_it_signed_as_the_environments_issuers(http, world):
    bring(alias="")
    check_refusal(protocol.register(http, old_statement(world.application)), "invalid_software_statement", ISSUER)
    assert protocol.register(http, old_statement(world.application, iss=protocol.issuer())).status_code == 201


def test_an_imported_keys_statement_may_be_meant_for_its_own_issuer(http, world):
    bring()
    assert protocol.register(http, old_statement(world.application, aud=ALIAS)).status_code == 201
    assert protocol.register(http, old_statement(world.application, aud=protocol.issuer())).status_code == 201
    response = protocol.register(http, old_statement(world.application, aud="https://evil.example"))
    check_refusal(response, "invalid_software_statement", "The software statement is meant for another server.")


def test_a_kid_that_was_given_on_import_finds_the_key(http, world):
    bring(kid="old-key-1")
    named = {"alg": "RS256", "kid": "old-key-1"}
    assert protocol.register(http, old_statement(world.application, header=named)).status_code == 201
    response = protocol.register(http, old_statement(world.application, header={"alg": "RS256", "kid": "old-key-2"}))
    check_refusal(
        response, "invalid_software_statement", "The key that signed the software statement is not known here."
    )


def test_a_statement_from_the_distant_past_or_without_dates_registers(http, world):
    bring()
    for claims in ({"iat": -(2**53), "nbf": 0}, {"iat": 1.5, "nbf": 1}):
        assert protocol.register(http, old_statement(world.application, **claims)).status_code == 201
    bare = {"sub": str(world.application.software_id), "iss": ALIAS}
    assert protocol.register(http, protocol.sign({"alg": "RS256"}, bare, key=OLD)).status_code == 201
    far = old_statement(world.application, exp=2**53)
    assert protocol.register(http, far).status_code == 201
    assert SoftwareStatement.objects.filter(origin="brought_over").count() == 4


def test_an_expired_one_is_refused_and_its_clients_go_on(http, world, monkeypatch):
    bring()
    text = old_statement(world.application, exp=time.time() + 100)
    answer = protocol.register(http, text).json()
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 101)
    check_refusal(
        protocol.register(http, text),
        "invalid_software_statement",
        "The software statement has expired. Issue and download a new one.",
    )
    assert protocol.token(http, answer).status_code == 201


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_twenty_parallel_first_registrations_make_one_row_and_twenty_clients(world):
    bring()
    text = old_statement(world.application)
    keys.by_kid(protocol.key_of().kid)
    barrier, answers = threading.Barrier(20), []

    def device():
        try:
            app = App(headers={"host": "localhost"})
            barrier.wait()
            response = protocol.register(app, text)
            answers.append((response.status_code, response.json().get("client_id")))
        finally:
            connection.close()

    threads = [threading.Thread(target=device) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, _ in answers] == [201] * 20
    row = SoftwareStatement.objects.get(origin="brought_over")
    assert set(row.clients.values_list("client_id", flat=True)) == {client_id for _, client_id in answers}
    assert Client.objects.count() == 20
