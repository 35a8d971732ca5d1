"""`POST /o/client/register`: a statement for a client, as shipped apps speak it."""

import time
import uuid
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from registration.models import Client
from tests import protocol
from tests.protocol import check_refusal

MISSING = "The member software_statement is missing or not a string."
UNAPPROVED = "The software statement is well signed but may not register clients here. Ask for a new one."


def form(http, **members):
    return http.post(protocol.REGISTER, urlencode(members), content_type=protocol.FORM)


@pytest.mark.compliance("RFC 9700", "4.15")
@pytest.mark.compliance("RFC 7591", "3.2.1")
def test_a_statement_registers_a_client(http, world):
    before = int(time.time())
    response = protocol.register(http, world.text)
    answer = response.json()
    assert response.status_code == 201
    protocol.check_headers(response)
    assert answer == {
        "client_id": answer["client_id"],
        "client_secret": answer["client_secret"],
        "client_id_issued_at": answer["client_id_issued_at"],
        "redirect_uris": [],
        "grant_types": ["client_credentials"],
        "scopes": ["api:client:v2"],
    }
    assert protocol.is_uuid(answer["client_id"])
    assert before <= answer["client_id_issued_at"] <= time.time()
    assert type(answer["client_id_issued_at"]) is int
    row = Client.objects.get()
    assert (row.client_id, row.application, row.statement, row.dialect) == (
        answer["client_id"],
        world.application,
        world.statement,
        "tve",
    )


def test_the_secret_has_256_bits_in_plain_characters_and_is_kept_as_a_keyed_hash(http, world, settings):
    secrets = {protocol.registered(http, world)["client_secret"] for _ in range(5)}
    assert len(secrets) == 5
    plain = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-")
    assert all(len(secret) == 43 and set(secret) <= plain for secret in secrets)
    kept = set(Client.objects.values_list("client_secret", flat=True))
    pepper_id = settings.CLIENT_SECRET_PEPPERS[0][0]
    assert all(sealed.startswith(f"{pepper_id}:") for sealed in kept)
    assert not any(secret in sealed for secret in secrets for sealed in kept)


def test_a_secret_verifies_under_an_older_pepper_and_not_without_it(http, world, settings):
    old, new = ("p1", b"1" * 32), ("p2", b"2" * 32)
    settings.CLIENT_SECRET_PEPPERS = (old,)
    answer = protocol.registered(http, world)
    settings.CLIENT_SECRET_PEPPERS = (new, old)
    assert protocol.token(http, answer).status_code == 201
    assert Client.objects.get().client_secret.startswith("p1:")
    protocol.registered(http, world)
    assert Client.objects.latest("pk").client_secret.startswith("p2:")
    settings.CLIENT_SECRET_PEPPERS = (new,)
    assert protocol.token(http, answer).json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=ISO-8859-1"]
)
def test_json_with_any_charset_parameter_registers(http, world, content_type):
    body = f'{{"software_statement": "{world.text}", "unknown": {{"deep": [1]}}, "redirect_uri": null}}'
    response = http.post(protocol.REGISTER, body, content_type=content_type)
    assert (response.status_code, response.json()["redirect_uris"]) == (201, [])


def test_a_form_registers_as_well_and_an_empty_member_of_it_is_absent(http, world):
    response = form(
        http,
        software_statement=world.text,
        redirect_uri="",
        grant_types="implicit client_credentials",
        anything="else",
    )
    answer = response.json()
    assert response.status_code == 201
    assert sorted(answer) == [
        "client_id",
        "client_id_issued_at",
        "client_secret",
        "grant_types",
        "redirect_uris",
        "scopes",
    ]
    assert (answer["redirect_uris"], answer["grant_types"]) == ([], ["client_credentials"])
    response = form(http, software_statement=world.text, redirect_uri="https://live.aurora.example/back")
    assert response.json()["redirect_uris"] == ["https://live.aurora.example/back"]
    check_refusal(
        form(http, software_statement=world.text, grant_types="implicit"),
        "invalid_request",
        "The member grant_types must contain client_credentials.",
    )
    check_refusal(form(http, software_statement=""), "invalid_request", MISSING)


@pytest.mark.parametrize("content_type", ["text/plain", "text/plain;application/json", "application/jsonx", ""])
def test_another_content_type_is_a_400_and_not_a_415(http, world, content_type):
    body = f'{{"software_statement": "{world.text}"}}'
    response = http.post(protocol.REGISTER, body, content_type=content_type)
    check_refusal(response, "invalid_request", "Send a JSON object: the Content-Type must be application/json.")
    assert not Client.objects.exists()


@pytest.mark.parametrize("members", [{}, {"software_statement": None}, {"software_statement": ""}])
@pytest.mark.compliance("RFC 7591", "3.2.2")
def test_a_missing_statement_is_an_invalid_request(http, world, members):
    check_refusal(protocol.register(http, **{"text": None, **members}), "invalid_request", MISSING)
    assert protocol.register(http, world.text).status_code == 201


@pytest.mark.parametrize("statement", [7, True, ["a"], {"a": "b"}, " \r\n"])
def test_a_statement_of_another_type_is_an_invalid_request(http, world, statement):
    check_refusal(protocol.register(http, statement), "invalid_request", MISSING)


@pytest.mark.parametrize("uri", [7, False, ["https://live.aurora.example/"], {}])
def test_a_redirect_uri_of_another_type_is_an_invalid_request(http, world, uri):
    response = protocol.register(http, world.text, redirect_uri=uri)
    check_refusal(response, "invalid_request", "The member redirect_uri must be a string.")


def test_an_empty_redirect_uri_in_json_is_invalid_where_null_is_absent(http, world):
    check_refusal(
        protocol.register(http, world.text, redirect_uri=""),
        "invalid_redirect_uri",
        "The redirect_uri is empty. Leave it out, or send an absolute URI.",
    )
    assert protocol.registered(http, world, redirect_uri=None)["redirect_uris"] == []


@pytest.mark.parametrize("grant_types", [["client_credentials"], ["authorization_code", "client_credentials"]])
def test_grant_types_that_hold_client_credentials_register(http, world, grant_types):
    assert protocol.registered(http, world, grant_types=grant_types)["grant_types"] == ["client_credentials"]


@pytest.mark.parametrize(
    ("grant_types", "description"),
    [
        ([], "The member grant_types must contain client_credentials."),
        (["authorization_code"], "The member grant_types must contain client_credentials."),
        ("client_credentials", "The member grant_types must be an array of strings."),
        (None, "The member grant_types must be an array of strings."),
        ([7], "The member grant_types must be an array of strings."),
        ([["client_credentials"]], "The member grant_types must be an array of strings."),
    ],
)
def test_other_grant_types_are_an_invalid_request(http, world, grant_types, description):
    response = protocol.register(http, world.text, grant_types=grant_types)
    check_refusal(response, "invalid_request", description)
    assert not Client.objects.exists()


@pytest.mark.parametrize(
    "subject", ["f47ac10b-58cc-4372-a567-0e02b2c3d479", "upper", "braces", "bare", "no uuid at all", "\u00e9"]
)
def test_an_application_that_is_not_known_here_is_unapproved(http, world, subject):
    known = str(world.application.software_id)
    spelled = {"upper": known.upper(), "braces": f"{{{known}}}", "bare": known.replace("-", "")}
    assert spelled["upper"] != known
    text = protocol.resign(world.text, claims={"sub": spelled.get(subject, subject)})
    check_refusal(protocol.register(http, text), "unapproved_software_statement", UNAPPROVED)
    assert protocol.register(http, world.text).status_code == 201


def test_a_statement_under_our_own_key_needs_its_jti(http, world):
    other = protocol.issue(protocol.application(world.programmer))
    for jti in (..., str(uuid.uuid4()), other.jti, world.statement.jti.upper(), "x" * 5000):
        text = protocol.resign(world.text, claims={"jti": jti})
        check_refusal(protocol.register(http, text), "unapproved_software_statement", UNAPPROVED)
    assert protocol.register(http, protocol.resign(world.text)).status_code == 201


@pytest.mark.compliance("RFC 7591", "5")
@pytest.mark.compliance("RFC 7519", "11.1")
def test_claims_have_no_authority_of_their_own(http, world):
    text = protocol.resign(
        world.text,
        claims={
            "scope": "decisions:owner",
            "scopes": ["introspection"],
            "software_version": "99",
            "redirect_uris": ["https://evil.example/"],
            "client_name": "Evil",
        },
    )
    answer = protocol.register(http, text).json()
    assert (answer["scopes"], answer["redirect_uris"]) == (["api:client:v2"], [])


def test_a_domain_that_is_removed_stops_new_registrations_but_no_client(http, world):
    uri = "https://live.aurora.example/back"
    answer = protocol.registered(http, world, redirect_uri=uri)
    text = protocol.token_of(http, answer)
    world.channel.domains.update(removed_in=2)
    check_refusal(
        protocol.register(http, world.text, redirect_uri=uri),
        "invalid_redirect_uri",
        "The redirect_uri is not below a domain of the application and has none of its schemes.",
    )
    assert protocol.token(http, answer).status_code == 201
    assert protocol.bearer(http, protocol.CONFIGURATION, text).status_code == 200
    assert protocol.registered(http, world)["redirect_uris"] == []


def test_the_worst_cause_counts_before_the_redirect_uri_and_the_platform(http, world):
    """`wire.md`, the one decision: a statement that is revoked is told so whatever else is wrong."""
    protocol.at(world.statement, revoked_at=True)
    response = protocol.register(http, world.text, redirect_uri="https://evil.example/")
    check_refusal(response, "unapproved_software_statement", UNAPPROVED)


def test_the_statements_own_checks_come_before_the_applications(http, world):
    expired = protocol.resign(world.text, claims={"exp": int(time.time()) - 1})
    protocol.at(world.application, revoked_at=True)
    check_refusal(
        protocol.register(http, expired),
        "invalid_software_statement",
        "The software statement has expired. Issue and download a new one.",
    )


@pytest.mark.compliance("RFC 7519", "4.1.4")
def test_an_expired_statement_registers_nobody_and_its_clients_go_on(http, world):
    statement = protocol.issue(world.application, expires_at=protocol.now() + timedelta(hours=1))
    answer = protocol.register(http, statement.text).json()
    text = protocol.token_of(http, answer)
    gone = int(time.time()) - 1
    response = protocol.register(http, protocol.resign(statement.text, claims={"exp": gone}))
    check_refusal(
        response,
        "invalid_software_statement",
        "The software statement has expired. Issue and download a new one.",
    )
    protocol.at(statement, expires_at=timedelta(seconds=-1))
    assert protocol.token(http, answer).status_code == 201
    assert protocol.bearer(http, protocol.CONFIGURATION, text).status_code == 200


@pytest.mark.compliance("RFC 6749", "10.1")
@pytest.mark.compliance("RFC 7591", "3.2.1")
@pytest.mark.compliance("RFC 6749", "2.2")
@pytest.mark.compliance("RFC 7519", "4.1.2")
def test_one_statement_registers_many_clients(http, world):
    ids = {protocol.registered(http, world)["client_id"] for _ in range(20)}
    assert len(ids) == 20
    assert Client.objects.filter(application=world.application, statement=world.statement).count() == 20


def test_registering_asks_the_database_four_times(http, world, django_assert_num_queries):
    """The application, its statement, what lives of the configuration, and the row."""
    protocol.registered(http, world)
    with django_assert_num_queries(4):
        protocol.registered(http, world)
