"""Client secrets at rest: keyed hashes under peppers that can be replaced, an old one wrapped in the new."""

import hashlib
import hmac
import io

import pytest
from django.core.management import CommandError, call_command

from oauth import secrets
from oauth.models import AuditEntry
from registration import credentials
from registration.models import Client
from tests import protocol
from tests.protocol import OPERATOR

P1, P2, P3 = ((f"p{n}", bytes([n]) * 32) for n in (1, 2, 3))


def mac(pepper, message):
    return hmac.digest(pepper[1], message, "sha256")


@pytest.fixture
def peppers(settings):
    """`peppers(newest, …)` is what the processes have from now on."""

    def have(*ring):
        settings.CLIENT_SECRET_PEPPERS = ring

    have(P1)
    return have


def run():
    out = io.StringIO()
    call_command("rewrap_client_secrets", stdout=out)
    return out.getvalue()


def test_what_is_stored_is_the_contracts_mac_with_its_peppers_id(peppers):
    digest = hashlib.sha256(b"hush").digest()
    assert secrets.seal(secrets.digest("hush")) == f"p1:{mac(P1, digest).hex()}"
    assert secrets.matches("hush", (secrets.seal(digest),))
    assert not secrets.matches("hush!", (secrets.seal(digest),))


def test_a_wrapped_value_is_the_mac_of_the_old_one_and_says_so(peppers):
    digest = secrets.digest("hush")
    old = secrets.seal(digest)
    peppers(P2, P1)
    once = secrets.rewrapped(old)
    assert once == f"p2+p1:{mac(P2, mac(P1, digest)).hex()}"
    assert secrets.rewrapped(once) is None
    peppers(P3, P2, P1)
    twice = secrets.rewrapped(once)
    assert twice == f"p3+p2+p1:{mac(P3, mac(P2, mac(P1, digest))).hex()}"
    for stored in (old, once, twice):
        assert secrets.matches("hush", (stored,))
        assert not secrets.matches("hash", (stored,))


def test_one_pepper_alone_verifies_nothing_that_was_wrapped(peppers):
    old = secrets.seal(secrets.digest("hush"))
    peppers(P2, P1)
    wrapped = secrets.rewrapped(old)
    for ring in ((P1,), (P2,), (P3, P2), (("p1", b"x" * 32), P2)):
        peppers(*ring)
        assert not secrets.matches("hush", (wrapped,))
    peppers(P2)
    assert not secrets.matches("hush", (old,))
    assert not secrets.matches("hush", secrets.NOBODY)


@pytest.mark.parametrize("ids", ["p1+p1", "p1+", "+p1", "", "+", "p2+p1", "P1"])
def test_ids_that_say_something_else_verify_nothing(peppers, ids):
    peppers(P2, P1)
    stored = f"{ids}:{mac(P1, secrets.digest('hush')).hex()}"
    assert not secrets.matches("hush", (stored,))


def test_a_pepper_is_retired_under_clients_that_go_on(http, world, peppers):
    clients = [protocol.registered(http, world) for _ in range(3)]
    peppers(P2, P1)
    newer = protocol.registered(http, world)
    said = run()
    assert said.startswith("3 client secrets are wrapped under the pepper p2 now. Keep older peppers in the list")
    stored = sorted(secret.partition(":")[0] for secret in Client.objects.values_list("client_secret", flat=True))
    assert stored == ["p2", "p2+p1", "p2+p1", "p2+p1"]
    for client in (*clients, newer):
        assert protocol.token(http, client).status_code == 201
        assert protocol.token(http, {**client, "client_secret": "wrong"}).json()["error"] == "invalid_client"
    entry = AuditEntry.objects.get(event="client:rewrap_secrets")
    assert (entry.environment, entry.data) == ("", {"secrets": 3})
    assert run() == "Every client secret is under the pepper p2 already.\n"
    assert AuditEntry.objects.filter(event="client:rewrap_secrets").count() == 1
    peppers(P3, P2, P1)
    assert run().startswith("4 client secrets")
    for client in (*clients, newer):
        assert protocol.token(http, client).status_code == 201


def test_every_batch_is_read_and_a_run_that_was_interrupted_is_resumed(http, world, peppers, monkeypatch):
    monkeypatch.setattr(credentials, "BATCH", 2)
    clients = [protocol.registered(http, world) for _ in range(5)]
    broken = Client.objects.get(client_id=clients[4]["client_id"])
    kept = broken.client_secret
    Client.objects.filter(pk=broken.pk).update(client_secret="what is this")
    peppers(P2, P1)
    with pytest.raises(CommandError, match=f"^The secret of client {broken.client_id} cannot be wrapped."):
        run()
    assert Client.objects.filter(client_secret__startswith="p2+p1:").count() == 4
    Client.objects.filter(pk=broken.pk).update(client_secret=kept)
    assert run().startswith("1 client secrets")
    for client in clients:
        assert protocol.token(http, client).status_code == 201


def test_a_previous_secret_is_wrapped_as_well(http, world, peppers):
    client = protocol.registered(http, world)
    row = Client.objects.get()
    renewed = credentials.rotate(row, reason="leaked", by=OPERATOR)
    peppers(P2, P1)
    assert run().startswith("2 client secrets")
    for secret in (client["client_secret"], renewed.secret):
        assert protocol.token(http, {**client, "client_secret": secret}).status_code == 201


def test_a_value_that_would_not_fit_is_refused_and_kept(http, world, peppers):
    protocol.registered(http, world)
    before = Client.objects.get().client_secret
    peppers(("x" * 200, b"2" * 32), P1)
    with pytest.raises(CommandError, match=r"cannot be wrapped\. Nothing after it was\.$"):
        run()
    assert Client.objects.get().client_secret == before
