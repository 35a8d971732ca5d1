"""The operator's commands: what they print, and the one clear line when something is wrong."""

import io
import uuid
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.management import CommandError, call_command, execute_from_command_line

from oauth.models import AuditEntry, SigningKey
from registration.models import RegisteredApplication, SoftwareStatement
from tests import protocol
from tests.protocol import ELSEWHERE, ENVIRONMENT

PATH = "aurora/Aurora Live/6.1.0"


def run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    assert err.getvalue() == ""
    return out.getvalue()


def refused(*arguments):
    """The line that the operator reads. The command's exit status is that of CommandError: not zero."""
    with pytest.raises(CommandError) as error:
        run(*arguments)
    assert error.value.returncode
    line = str(error.value)
    assert "\n" not in line
    return line


def entry(event):
    row = AuditEntry.objects.get(event=event)
    assert row.door == "command"
    assert row.actor_key == f"command:{row.actor_name}"
    return row


def test_issue_statement_prints_the_statement_and_nothing_else(http, world):
    said = run("issue_statement", PATH)
    row = SoftwareStatement.objects.exclude(pk=world.statement.pk).get()
    assert said == row.text + "\n"
    assert (row.origin, row.expires_at) == ("issued", None)
    assert protocol.register(http, said).status_code == 201
    assert protocol.register(http, world.text).status_code == 201
    record = AuditEntry.objects.get(event="statement:issue", key=str(row.pk))
    assert (record.door, record.programmer, record.label) == ("command", "aurora", "Aurora Live 6.1.0")


def test_issue_statement_takes_the_software_id_and_an_environment(http, world):
    there = protocol.build(ELSEWHERE)
    said = run("issue_statement", str(there.application.software_id), "--environment", ELSEWHERE)
    assert protocol.decode(said.strip())[1]["sub"] == str(there.application.software_id)
    here = run("issue_statement", PATH)
    assert protocol.decode(here.strip())[1]["sub"] == str(world.application.software_id)


def test_issue_statement_splits_at_the_first_and_the_last_slash(world):
    app = protocol.application(world.programmer, name="News / Sport", version="2.0")
    said = run("issue_statement", "AURORA/news / SPORT/2.0")
    assert protocol.decode(said.strip())[1]["sub"] == str(app.software_id)


def test_issue_statement_signs_until_the_instant_that_it_is_given(world):
    said = run("issue_statement", PATH, "--expires", "2099-01-31T00:00:00Z")
    assert protocol.decode(said.strip())[1]["exp"] == 4073500800
    said = run("issue_statement", PATH, "--expires", "2099-01-31T02:00:00+02:00")
    assert protocol.decode(said.strip())[1]["exp"] == 4073500800


def test_issue_statement_for_a_privileged_application_expires_in_a_day(world):
    app = protocol.application(world.programmer, name="Server", scopes=["decisions:owner"])
    claims = protocol.decode(run("issue_statement", str(app.software_id)).strip())[1]
    assert claims["exp"] - claims["iat"] in range(86_399, 86_402)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["nothing"], f"nothing is neither a software id nor programmer/name/version, such as {PATH}."),
        (["aurora/6.1.0"], "aurora/6.1.0 is neither a software id nor programmer/name/version, such as "),
        (["aurora/Aurora Live/9"], f"There is no application aurora/Aurora Live/9 in {ENVIRONMENT}."),
        (["borealis/Aurora Live/6.1.0"], f"There is no application borealis/Aurora Live/6.1.0 in {ENVIRONMENT}."),
        ([PATH, "--environment", ELSEWHERE], f"There is no application {PATH} in {ELSEWHERE}."),
        ([PATH, "--environment", "nowhere"], "Error: argument --environment: invalid choice: 'nowhere'"),
        ([PATH, "--expires", "soon"], "--expires is not an instant. Write it like 2027-01-31T00:00:00Z."),
        ([PATH, "--expires", "2027-13-45T00:00:00Z"], "--expires is not an instant. Write it like 2027-01-31T"),
        ([PATH, "--expires", "2001-01-01T00:00:00Z"], "Choose an instant that lies ahead."),
    ],
)
def test_issue_statement_refuses_in_one_line_and_signs_nothing(world, arguments, line):
    assert refused("issue_statement", *arguments).startswith(line)
    assert SoftwareStatement.objects.count() == 1


@pytest.mark.parametrize("state", ["closed", "suspended", "revoked"])
def test_only_an_active_application_gets_statements(world, state):
    protocol.at(world.application, **{f"{state}_at": True})
    label = {"closed": "closed to new registrations"}.get(state, state)
    assert refused("issue_statement", PATH) == f"The application is {label}. Only an active one gets statements."
    protocol.at(world.application, **{f"{state}_at": None})
    assert run("issue_statement", PATH)


@pytest.mark.parametrize(
    ("command", "label", "register", "token", "bearer"),
    [
        ("close_application", "closed to new registrations", "unapproved_software_statement", None, 200),
        ("suspend_application", "suspended", "unapproved_software_statement", "unauthorized_client", 403),
        ("revoke_application", "revoked", "unapproved_software_statement", "invalid_client", 401),
    ],
)
def test_a_states_command_acts_at_once_and_reinstate_undoes_it(http, world, command, label, register, token, bearer):
    client = protocol.registered(http, world)
    text = protocol.token_of(http, client)
    assert run(command, PATH, "--reason", " gone wrong ") == f"{PATH} in {ENVIRONMENT} is {label}.\n"
    assert protocol.register(http, world.text).json()["error"] == register
    assert protocol.token(http, client).json().get("error") == token
    assert protocol.bearer(http, protocol.CONFIGURATION, text).status_code == bearer
    record = entry(f"application:{command.partition('_')[0]}")
    assert (record.reason, record.kind, record.key, record.programmer, record.label) == (
        "gone wrong",
        "application",
        str(world.application.software_id),
        "aurora",
        "Aurora Live 6.1.0",
    )
    assert refused(command, PATH, "--reason", "again") == f"The application is {label} already."
    software_id = str(world.application.software_id)
    assert run("reinstate_application", software_id, "--reason", "fine") == f"{PATH} in {ENVIRONMENT} is active.\n"
    assert protocol.register(http, world.text).status_code == 201
    assert protocol.token(http, client).status_code == 201
    assert protocol.bearer(http, protocol.CONFIGURATION, text).status_code == 200
    assert entry("application:reinstate").data == {"cleared": label.partition(" ")[0]}
    line = "The application is active; there is nothing to reinstate."
    assert refused("reinstate_application", PATH, "--reason", "x") == line


@pytest.mark.parametrize(
    "command", ["close_application", "suspend_application", "revoke_application", "reinstate_application"]
)
def test_a_states_command_needs_a_reason_and_an_application(world, command):
    assert refused(command, PATH) == "Error: the following arguments are required: --reason"
    protocol.at(world.application, suspended_at=True if command == "reinstate_application" else None)
    assert refused(command, PATH, "--reason", " ") == (
        "Say why. It is kept in the history, for everyone who may see it."
    )
    unknown = str(uuid.uuid4())
    assert refused(command, unknown, "--reason", "x") == f"There is no application {unknown} in {ENVIRONMENT}."
    assert refused(command, PATH, "--reason", "x" * 2001) == "Use at most 2000 characters; this has 2001."
    assert not AuditEntry.objects.filter(event__startswith="application:").exists()


def test_a_revocation_is_undone_within_thirty_days_only(world):
    protocol.at(world.application, revoked_at=timedelta(days=-30, minutes=-1))
    line = "It was revoked more than 30 days ago and cannot be reinstated. Create a new version."
    assert refused("reinstate_application", PATH, "--reason", "x") == line
    protocol.at(world.application, revoked_at=timedelta(days=-30, minutes=1))
    assert run("reinstate_application", PATH, "--reason", "x") == f"{PATH} in {ENVIRONMENT} is active.\n"


def test_reinstating_shows_what_lies_under_it(world):
    run("close_application", PATH, "--reason", "a")
    run("suspend_application", PATH, "--reason", "b")
    assert (
        run("reinstate_application", PATH, "--reason", "c")
        == f"{PATH} in {ENVIRONMENT} is closed to new registrations.\n"
    )
    assert run("reinstate_application", PATH, "--reason", "d") == f"{PATH} in {ENVIRONMENT} is active.\n"


def test_revoking_writes_one_row_however_many_clients_there_are(http, world):
    for _ in range(3):
        protocol.registered(http, world)
    before = RegisteredApplication.objects.count()
    run("revoke_application", PATH, "--reason", "x")
    assert RegisteredApplication.objects.filter(revoked_at__isnull=False).count() == 1
    assert RegisteredApplication.objects.count() == before
    assert world.application.clients.filter(revoked_at=None).count() == 3


@pytest.mark.parametrize("purpose", ["token", "statement"])
def test_rotate_signing_key_signs_with_another_and_says_who_may_be_surprised(http, world, purpose):
    old = protocol.key_of(purpose=purpose).kid
    arguments = ["--purpose", purpose] if purpose != "token" else []
    said = run("rotate_signing_key", *arguments)
    new = protocol.key_of(purpose=purpose)
    assert new.kid != old
    assert said == (
        f"{ENVIRONMENT} signs its {purpose}s with {new.kid} ({new.alg}) now. Resource servers that verify offline "
        "refuse them until they have fetched the JWKS again (at most 5 minutes where they honour max-age).\n"
    )
    assert entry("key:rotate").key == new.kid
    assert refused("rotate_signing_key", "--purpose", "feet").startswith("Error: argument --purpose: invalid choice")
    assert protocol.register(http, world.text).status_code == 201


def test_import_signing_key_brings_a_private_key_or_a_public_one(http, world, tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    private, public = tmp_path / "old.pem", tmp_path / "old.pub.pem"
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    public.write_bytes(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    options = ["--kid", "old-1", "--issuer-alias", "https://old.example"]
    said = run("import_signing_key", str(public), *options)
    assert said == f"Imported old-1 (ES256, public; verifies only) into {ENVIRONMENT}.\n"
    assert list(SigningKey.objects.get(kid="old-1").issuers.values_list("iss", flat=True)) == ["https://old.example"]
    text = protocol.sign({"alg": "ES256"}, protocol.base_claims(world.application), key=key, alg="ES256")
    assert protocol.register(http, text).status_code == 201
    line = f"This key is here already, as old-1 of {ENVIRONMENT}."
    assert refused("import_signing_key", str(private)) == line
    assert refused("import_signing_key", str(private), "--environment", ELSEWHERE) == line
    missing = tmp_path / "none.pem"
    assert refused("import_signing_key", str(missing)) == f"{missing} cannot be read: No such file or directory."
    missing.write_text("x")
    line = "This is not a PEM file with one unencrypted private or public key."
    assert refused("import_signing_key", str(missing)) == line
    assert entry("key:import").key == "old-1"


def test_without_a_default_the_environment_is_required(world, settings):
    settings.DEFAULT_ENVIRONMENT = ""
    line = "Error: the following arguments are required: --environment"
    assert refused("issue_statement", PATH) == line
    assert run("issue_statement", PATH, "--environment", ENVIRONMENT)


@pytest.mark.parametrize(
    ("command", "arguments"),
    [("issue_statement", [PATH]), ("rotate_signing_key", []), ("publish_next_key", ["--purpose", "statement"])],
)
def test_a_command_with_other_settings_than_the_servers_signs_nothing(world, settings, command, arguments):
    """Its statement would register nowhere, and its key would sign for an issuer that nobody is."""
    keys_before = SigningKey.objects.count()
    theirs = settings.ISSUERS[ENVIRONMENT]
    settings.ISSUERS = {**settings.ISSUERS, ENVIRONMENT: "http://localhost:8999"}
    line = refused(command, *arguments)
    assert line.startswith(
        f"The servers of {ENVIRONMENT} sign as {theirs}, this command would as http://localhost:8999."
    )
    assert (SoftwareStatement.objects.count(), SigningKey.objects.count()) == (1, keys_before)
    settings.ISSUERS = {**settings.ISSUERS, ENVIRONMENT: theirs}
    assert run(command, *arguments)


@pytest.mark.parametrize("arguments", [["revoke_application", PATH], ["issue_statement"], ["create_person", "--rolle"]])
def test_a_wrong_call_is_told_in_one_line_on_stderr(capsys, arguments):
    with pytest.raises(SystemExit) as leaving:
        execute_from_command_line(["manage.py", *arguments])
    assert leaving.value.code
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"manage.py {arguments[0]}: error: ")
