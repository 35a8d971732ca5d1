"""The client model: django-oauth-toolkit's seam, taken over where its own would cost 260 ms a secret."""

import importlib
import time

from django.apps import apps
from django.db import connection
from oauth2_provider.models import get_application_model

from oauth import secrets
from registration.models import Client
from tests import protocol

TOKEN_TABLES = ("AccessToken", "RefreshToken", "Grant", "IDToken", "DeviceGrant")


def test_our_first_migration_runs_before_the_toolkit_refers_to_our_client():
    migration = importlib.import_module("registration.migrations.0001_initial").Migration
    assert migration.run_before == [("oauth2_provider", "0001_initial")]
    assert get_application_model() is Client


def test_a_thousand_clients_are_made_in_bulk_and_their_sealed_secrets_read_back_unchanged(world):
    sealed = {f"client-{n}": secrets.seal(secrets.digest(f"secret-{n}")) for n in range(1000)}
    started = time.monotonic()
    Client.objects.bulk_create(
        Client(
            client_id=client_id,
            client_secret=secret,
            client_type=Client.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
            environment=world.environment,
            application=world.application,
            statement=world.statement,
        )
        for client_id, secret in sealed.items()
    )
    # The toolkit's own field would have hashed each again: four minutes.
    assert time.monotonic() - started < 30
    assert dict(Client.objects.values_list("client_id", "client_secret")) == sealed
    assert secrets.matches("secret-7", (sealed["client-7"],))
    assert not secrets.matches("secret-8", (sealed["client-7"],))


def test_a_client_that_is_saved_again_keeps_its_sealed_secret(http, world):
    answer = protocol.registered(http, world)
    client = Client.objects.get(client_id=answer["client_id"])
    sealed = client.client_secret
    client.save()
    client.refresh_from_db()
    assert client.client_secret == sealed
    assert protocol.token(http, answer).status_code == 201


def test_the_toolkits_token_tables_stay_empty_after_a_whole_journey(http, world):
    answer = protocol.registered(http, world)
    text = protocol.token_of(http, answer)
    assert protocol.bearer(http, protocol.CONFIGURATION, text).status_code == 200
    assert protocol.bearer(http, protocol.VALIDATE, text).status_code == 200
    protocol.at(world.application, revoked_at=True)
    assert protocol.bearer(http, protocol.CONFIGURATION, text).status_code == 401
    assert {name: apps.get_model("oauth2_provider", name).objects.count() for name in TOKEN_TABLES} == dict.fromkeys(
        TOKEN_TABLES, 0
    )
    assert Client.objects.count() == 1


def test_the_secret_column_has_no_index(db):
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, Client._meta.db_table)
    assert not [name for name, is_on in constraints.items() if "client_secret" in is_on["columns"]]


def test_the_toolkit_is_told_that_a_refused_client_is_not_usable(http, world):
    client = Client.objects.get(client_id=protocol.registered(http, world)["client_id"])
    assert client.is_usable(None)
    protocol.at(world.application, suspended_at=True)
    assert not client.is_usable(None)
