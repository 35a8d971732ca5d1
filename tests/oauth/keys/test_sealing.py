"""The key-encryption keys: a new one in front, every signing key moved under it, the old one taken away."""

import io

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from oauth import keys
from oauth.models import AuditEntry, SigningKey
from oauth.problems import Invalid
from tests import protocol
from tests.protocol import OPERATOR


@pytest.fixture
def ring(signing_keys, settings):
    """`ring(key, …)` is what the processes have from now on."""

    def have(*keyring):
        settings.KEY_ENCRYPTION_KEYS = keyring
        keys.forget()

    have.old = settings.KEY_ENCRYPTION_KEYS
    have.new = Fernet.generate_key().decode()
    return have


def run(command):
    out = io.StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def test_every_key_moves_under_the_newest_and_the_old_one_can_go(http, world, ring):
    before = protocol.key_of().private.private_numbers()
    ring(ring.new, *ring.old)
    assert run("reencrypt_signing_keys") == "12 signing keys are under the newest key now.\n"
    ring(ring.new)
    keys.check_readable()
    assert protocol.key_of().private.private_numbers() == before
    client = protocol.registered(http, world)
    assert protocol.token(http, client).status_code == 201
    entry = AuditEntry.objects.get(event="key:reencrypt")
    assert (entry.environment, entry.data) == ("", {"keys": 12})
    assert run("reencrypt_signing_keys") == "Every signing key is under the newest key already.\n"
    assert AuditEntry.objects.filter(event="key:reencrypt").count() == 1
    ring(*ring.old)
    with pytest.raises(Invalid):
        keys.check_readable()


def test_a_key_that_cannot_be_opened_stops_prepare_and_the_command_in_one_line(ring):
    stored = list(SigningKey.objects.order_by("pk").values())
    ring(ring.new)
    for command in ("prepare", "reencrypt_signing_keys"):
        with pytest.raises(CommandError) as refused:
            run(command)
        line = str(refused.value)
        assert line.startswith("KEY_ENCRYPTION_KEYS does not open 12 signing keys: ")
        assert line.endswith(". Put the key that encrypted them back, behind the newest.")
        assert f"{SigningKey.objects.first().kid} (prequal-staging, statement)" in line
        assert "\n" not in line
    assert list(SigningKey.objects.order_by("pk").values()) == stored


def test_statements_are_verified_without_opening_any_private_key(http, world, ring):
    """A worker that has the wrong ring signs nothing, and refuses no device its registration."""
    ring(ring.new)
    assert protocol.register(http, world.text).status_code == 201


def test_reencrypting_writes_nothing_but_the_sealed_keys(ring):
    shown = [name for name in [field.name for field in SigningKey._meta.fields] if name != "private_encrypted"]
    before = list(SigningKey.objects.order_by("pk").values(*shown))
    ring(ring.new, *ring.old)
    assert keys.reencrypt(by=OPERATOR) == 12
    assert list(SigningKey.objects.order_by("pk").values(*shown)) == before


def test_a_key_in_memory_shows_nothing_of_its_private_part(signing_keys):
    key = protocol.key_of()
    assert key.private is not None
    assert key.sealed not in repr(key)
