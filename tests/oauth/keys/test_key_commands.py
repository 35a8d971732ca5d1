"""The commands of a key's life. Each is the verb behind the page, and says in one line what is wrong."""

import io

import pytest
from django.core.management import CommandError, call_command

from oauth.keys import material
from oauth.models import AuditEntry, SigningKey
from tests import protocol
from tests.protocol import ELSEWHERE, ENVIRONMENT

WHY = ["--reason", "lost"]


def run(command, *arguments):
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def refused(command, *arguments):
    with pytest.raises(CommandError) as error:
        run(command, *arguments)
    return str(error.value)


@pytest.mark.parametrize("purpose", ["token", "statement"])
def test_a_published_next_key_is_the_one_that_a_rotation_takes(http, world, purpose):
    said = run("publish_next_key", "--purpose", purpose)
    key = SigningKey.objects.get(environment=ENVIRONMENT, status="next")
    assert said.startswith(f"{ENVIRONMENT} publishes {key.kid} ({key.alg}); let it sign its {purpose}s after ")
    assert refused("publish_next_key", "--purpose", purpose) == f"{key.kid} is published already and signs next."
    assert run("rotate_signing_key", "--purpose", purpose).startswith(
        f"{ENVIRONMENT} signs its {purpose}s with {key.kid}"
    )
    assert protocol.register(http, world.text).status_code == 201


def test_withdrawing_says_what_hangs_on_the_key_and_asks_once_more(http, world):
    protocol.registered(http, world)
    kid = protocol.key_of().kid
    said = f"{kid} is a current statement key of {ENVIRONMENT}. It verifies 1 statements of 1 applications, "
    said += "with 1 clients."
    assert refused("withdraw_signing_key", kid, *WHY) == f"{said} Withdrawing cannot be undone: say --yes to do it."
    assert protocol.register(http, world.text).status_code == 201
    said = said.replace("1 clients", "2 clients")
    done = run("withdraw_signing_key", kid, *WHY, "--yes")
    assert done == f"{said} It is withdrawn. {protocol.key_of().kid} signs now.\n"
    assert protocol.register(http, world.text).json()["error"] == "unapproved_software_statement"
    entry = AuditEntry.objects.get(event="key:withdraw")
    assert (entry.key, entry.reason, entry.door) == (kid, "lost", "command")
    assert refused("withdraw_signing_key", kid, *WHY, "--yes") == "The key is withdrawn already."


def test_withdrawing_a_token_key_says_what_its_tokens_are_told(signing_keys):
    kid = protocol.key_of(purpose="token").kid
    said = (
        f"{kid} is a current token key of {ENVIRONMENT}. Every token that it signed is refused at the next request, "
        "and its client asks for another. It is withdrawn."
    )
    assert run("withdraw_signing_key", kid, *WHY, "--yes").startswith(said)


def test_withdrawing_a_feed_key_says_that_its_checkpoints_are_refused(signing_keys):
    kid = protocol.key_of(purpose="feed").kid
    said = (
        f"{kid} is a current feed key of {ENVIRONMENT}. Every feed and every checkpoint of the audit log that it "
        "signed is refused: make a checkpoint anew. It is withdrawn."
    )
    assert run("withdraw_signing_key", kid, *WHY, "--yes").startswith(said)


def test_a_key_whose_thumbprint_begins_with_a_hyphen_is_withdrawn_by_its_id(signing_keys, monkeypatch):
    of = material.thumbprint_of
    monkeypatch.setattr(material, "thumbprint_of", lambda jwk: f"--{of(jwk)[2:]}")
    run("rotate_signing_key")
    kid = protocol.key_of(purpose="token").kid
    assert not kid.startswith("-")
    assert run("withdraw_signing_key", kid, *WHY, "--yes").startswith(f"{kid} is a current token key")


def test_an_older_key_whose_id_begins_with_a_hyphen_is_withdrawn_behind_two(signing_keys):
    SigningKey.objects.filter(environment=ENVIRONMENT, purpose="token").update(kid="-vk9")
    assert run("withdraw_signing_key", *WHY, "--yes", "--", "-vk9").startswith("-vk9 is a current token key")


def test_a_key_of_another_environment_is_not_there(signing_keys):
    kid = protocol.key_of(ELSEWHERE).kid
    assert refused("withdraw_signing_key", kid, *WHY, "--yes") == f"There is no signing key {kid} in {ENVIRONMENT}."
    assert refused("withdraw_signing_key", kid) == "Error: the following arguments are required: --reason"
    assert refused("withdraw_signing_key", kid, "--environment", ELSEWHERE, "--reason", " ", "--yes") == (
        "Say why. It is kept in the history, for everyone who may see it."
    )
