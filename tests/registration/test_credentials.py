"""A client gets a new secret without an outage: the old one lives on for a while, here and in RFC 7592."""

import json
from datetime import timedelta

import pytest

from oauth.models import AuditEntry
from oauth.problems import Invalid
from registration import clients, credentials
from registration.models import Client
from tests import protocol
from tests.protocol import ENVIRONMENT, OPERATOR

WHY = {"reason": "A laptop was lost.", "by": OPERATOR}


def token(http, client, secret):
    return protocol.token(http, {**client, "client_secret": secret})


@pytest.fixture
def client(http, world):
    response = http.post(
        "/oauth/register", json.dumps({"software_statement": world.text}), content_type="application/json"
    )
    return response.json()


def put(http, client, **members):
    return http.put(
        f"/oauth/register/{client['client_id']}",
        json.dumps({"client_id": client["client_id"], **members}),
        content_type="application/json",
        headers={"authorization": f"Bearer {client['registration_access_token']}"},
    )


def row():
    return Client.objects.get()


def test_both_secrets_are_good_until_the_grace_has_passed(http, client):
    old = client["client_secret"]
    access = protocol.token_of(http, client)
    renewed = credentials.rotate(row(), grace=timedelta(hours=1), **WHY)
    for secret in (old, renewed.secret):
        assert token(http, client, secret).status_code == 201
    assert abs((renewed.previous_until - protocol.now()).total_seconds() - 3600) < 60
    entry = AuditEntry.objects.get(event="client:rotate_secret")
    assert (entry.key, entry.reason, entry.data["grace_seconds"]) == (client["client_id"], WHY["reason"], 3600)
    assert renewed.secret not in json.dumps(entry.data)
    protocol.at(row(), previous_secret_until=-protocol.THE_SECOND)
    assert token(http, client, old).json()["error"] == "invalid_client"
    assert token(http, client, renewed.secret).status_code == 201
    # Tokens hang on the client, not on its secret.
    assert protocol.bearer(http, protocol.CONFIGURATION, access).status_code == 200


def test_without_grace_the_old_secret_ends_at_once(http, client):
    renewed = credentials.rotate(row(), grace=timedelta(0), **WHY)
    assert token(http, client, client["client_secret"]).json()["error"] == "invalid_client"
    assert token(http, client, renewed.secret).status_code == 201


def test_a_second_rotation_ends_the_secret_before_the_last(http, client):
    first = credentials.rotate(row(), **WHY).secret
    second = credentials.rotate(row(), **WHY).secret
    assert token(http, client, client["client_secret"]).json()["error"] == "invalid_client"
    assert [token(http, client, secret).status_code for secret in (first, second)] == [201, 201]


@pytest.mark.parametrize("grace", [timedelta(days=30, seconds=1), timedelta(seconds=-1)])
def test_a_grace_is_at_most_thirty_days(client, grace):
    before = row().client_secret
    with pytest.raises(Invalid) as refused:
        credentials.rotate(row(), grace=grace, **WHY)
    assert refused.value.messages == {"grace": ["Choose at most 30 days."]}
    with pytest.raises(Invalid):
        credentials.rotate(row(), reason=" ", by=OPERATOR)
    assert row().client_secret == before
    assert not AuditEntry.objects.filter(event="client:rotate_secret").exists()


def test_a_client_that_is_no_more_gets_no_secret(http, client):
    clients.revoke(row(), **WHY)
    with pytest.raises(Invalid, match="revoked or deleted"):
        credentials.rotate(row(), **WHY)


def test_a_suspended_applications_client_is_told_so_with_either_secret(http, world, client):
    renewed = credentials.rotate(row(), **WHY)
    protocol.at(world.application, suspended_at=True)
    for secret in (client["client_secret"], renewed.secret):
        assert token(http, client, secret).json()["error"] == "unauthorized_client"
    assert token(http, client, "wrong").json()["error"] == "invalid_client"


# --- RFC 7592 ---


def test_a_client_asks_for_a_new_secret_itself(http, client):
    answer = put(http, client, rotate_client_secret=True)
    body = answer.json()
    assert answer.status_code == 200
    assert body["client_secret_expires_at"] == 0
    assert abs(body["previous_client_secret_expires_at"] - protocol.now().timestamp() - 86_400) < 60
    assert "rotate_client_secret" not in body
    for secret in (client["client_secret"], body["client_secret"]):
        assert token(http, client, secret).status_code == 201
    read = http.get(
        f"/oauth/register/{client['client_id']}",
        headers={"authorization": f"Bearer {client['registration_access_token']}"},
    ).json()
    assert not {"client_secret", "previous_client_secret_expires_at"} & set(read)


def test_nothing_is_renewed_unless_it_is_asked_for(http, client):
    for members in ({}, {"rotate_client_secret": False}):
        body = put(http, client, **members).json()
        assert "client_secret" not in body
    for wrong in (1, "true", None, []):
        answer = put(http, client, rotate_client_secret=wrong)
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client_metadata")
    assert row().previous_secret == ""


def test_a_wrong_secret_or_token_renews_nothing(http, client):
    wrong = put(http, client, rotate_client_secret=True, client_secret="wrong")
    assert wrong.json()["error"] == "invalid_client_metadata"
    stranger = put(http, {**client, "registration_access_token": "wrong"}, rotate_client_secret=True)
    assert stranger.status_code == 401
    assert row().previous_secret == ""


def test_an_answer_that_got_lost_costs_nobody_his_secret(http, client):
    """The client still holds the first secret and says so: that one lives on, and the lost one ends."""
    held = client["client_secret"]
    lost = put(http, client, rotate_client_secret=True, client_secret=held).json()["client_secret"]
    body = put(http, client, rotate_client_secret=True, client_secret=held).json()
    assert [token(http, client, secret).status_code for secret in (held, body["client_secret"])] == [201, 201]
    assert token(http, client, lost).json()["error"] == "invalid_client"


def test_the_standing_is_still_one_query(http, client, django_assert_num_queries):
    credentials.rotate(row(), **WHY)
    with django_assert_num_queries(1):
        found = Client.objects.standing(client_id=client["client_id"], environment=ENVIRONMENT)
    assert len(found.secrets) == 2
