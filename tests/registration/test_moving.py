"""Moving from an old server: its applications, its key and its clients; what apps hold works on the first day."""

import hashlib
import io
import json
import threading

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client as App

from oauth import keys, secrets
from oauth.models import AuditEntry
from registration import bringing, statements
from registration.models import Client, SoftwareStatement
from tests import protocol
from tests.protocol import ELSEWHERE, ENVIRONMENT, OPERATOR
from tests.registration.test_brought_over import bring, old_statement


def secret_of(client_id):
    return hashlib.sha256(str(client_id).encode()).hexdigest()[:43]


def line(world, client_id="old-1", **members):
    """A good line; a member that is `...` is left out."""
    whole = {
        "client_id": client_id,
        "client_secret": secret_of(client_id),
        "software_id": str(world.application.software_id),
        "redirect_uris": ["aurora://callback", "https://live.aurora.example/done"],
        "issued_at": 1_577_836_800,
        **members,
    }
    return json.dumps({name: value for name, value in whole.items() if value is not ...}).encode()


@pytest.fixture
def bring_over(tmp_path):
    def act(*lines, environment=ENVIRONMENT):
        file = tmp_path / "clients.jsonl"
        file.write_bytes(b"\n".join(lines) + b"\n")
        out = io.StringIO()
        call_command("import_clients", str(file), "--environment", environment, stdout=out)
        return out.getvalue()

    return act


def refused(bring_over, *lines, **options):
    before = Client.objects.count()
    with pytest.raises(CommandError) as error:
        bring_over(*lines, **options)
    assert Client.objects.count() == before
    assert not AuditEntry.objects.filter(event="application:bring_clients").exists()
    said = str(error.value)
    assert "Nothing was imported." in said
    return said


def token(http, client_id, secret=None):
    return protocol.token(http, {"client_id": client_id, "client_secret": secret or secret_of(client_id)})


def test_a_client_is_brought_over_with_its_id_secret_and_dates(http, world, bring_over):
    assert bring_over(line(world)) == f"Imported 1 clients into {ENVIRONMENT}.\n"
    row = Client.objects.get(client_id="old-1")
    assert (row.dialect, row.statement, row.environment, row.application) == (
        "imported",
        None,
        ENVIRONMENT,
        world.application,
    )
    assert row.redirect_uris == "aurora://callback https://live.aurora.example/done"
    assert row.issued_at.timestamp() == row.created.timestamp() == 1_577_836_800
    assert secret_of("old-1") not in row.client_secret
    answer = token(http, "old-1")
    assert answer.status_code == 201
    text = answer.json()["access_token"]
    assert protocol.bearer(http, protocol.CONFIGURATION, text).status_code == 200
    assert "statement" not in protocol.decode(text)[1]
    assert token(http, "old-1", secret_of("old-2")).json()["error"] == "invalid_client"
    entry = AuditEntry.objects.get(event="application:bring_clients")
    assert (entry.key, entry.programmer, entry.data) == (
        str(world.application.software_id),
        "aurora",
        {"clients": 1},
    )


def test_a_secret_may_come_as_its_sha256(http, world, bring_over):
    digest = hashlib.sha256(b"hush").hexdigest()
    for number, spelled in enumerate((digest, digest.upper())):
        bring_over(line(world, f"old-{number}", client_secret=..., client_secret_sha256=spelled))
        assert token(http, f"old-{number}", "hush").status_code == 201
        assert token(http, f"old-{number}", digest).json()["error"] == "invalid_client"


def test_ids_are_compared_octet_by_octet_and_any_printable_one_is_kept(http, world, bring_over):
    ids = ["A", "a", "0", " ", "a b+c%20:d&e=f", "~" * 255, "{}", "UPPER-lower_1.2"]
    bring_over(*(line(world, each) for each in ids))
    for each in ids:
        assert token(http, each).status_code == 201, each
    assert token(http, "upper-lower_1.2", secret_of("UPPER-lower_1.2")).json()["error"] == "invalid_client"


def test_redirect_uris_and_the_date_may_be_left_out(http, world, bring_over):
    bring_over(line(world, redirect_uris=..., issued_at=...), b"", b"  ")
    row = Client.objects.get()
    assert (row.redirect_uris, row.redirect_matches) == ("", [])
    assert abs((row.issued_at - protocol.now()).total_seconds()) < 60


BCRYPT = "$2b$12$" + "a" * 53
HEX = "client_secret_sha256 must be 64 hexadecimal digits."
ONE_OF_THEM = "It needs client_secret or client_secret_sha256, one of them."
SLOW = "The secret is a slow hash (bcrypt, argon2, scrypt, pbkdf2), which this server does not verify"
IDS = "client_id must be 1 to 255 printable ASCII characters."
URIS = "redirect_uris must be an array of URIs of at most 2000 printable ASCII characters."
WHEN = "issued_at must be whole seconds since 1970, and not ahead."


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"client_id": ""}, IDS),
        ({"client_id": "x" * 256}, IDS),
        ({"client_id": "é"}, IDS),
        ({"client_id": "a\n"}, IDS),
        ({"client_id": 7}, IDS),
        ({"client_id": ...}, IDS),
        ({"client_secret": ...}, ONE_OF_THEM),
        ({"client_secret_sha256": "0" * 64}, ONE_OF_THEM),
        ({"client_secret": ..., "client_secret_hash": "0" * 64}, ONE_OF_THEM),
        ({"client_secret": ""}, "client_secret must be 1 to 255 printable ASCII characters."),
        ({"client_secret": None}, "client_secret must be 1 to 255 printable ASCII characters."),
        (
            {"client_secret": ..., "client_secret_sha256": "0" * 63},
            HEX,
        ),
        ({"client_secret": ..., "client_secret_sha256": 5}, HEX),
        *(
            ({"client_secret": ..., name: value}, SLOW)
            for name in ("client_secret", "client_secret_sha256", "client_secret_hash", "secret_bcrypt")
            for value in (
                BCRYPT,
                "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$hash",
                "pbkdf2_sha256$870000$salt$hash",
                "pbkdf2:sha256:600000$salt$hash",
                "{bcrypt}" + BCRYPT,
                "scrypt:32768:8:1$salt$hash",
                "bcrypt_sha256$$2b$12$hash",
                "$6$salt$hash",
            )
        ),
        ({"software_id": "x"}, "software_id must be the UUID of an application."),
        ({"software_id": ...}, "software_id must be the UUID of an application."),
        ({"redirect_uris": "aurora://x"}, URIS),
        ({"redirect_uris": ["a b"]}, URIS),
        ({"redirect_uris": ["x" * 2001]}, URIS),
        ({"redirect_uris": None}, URIS),
        ({"redirect_uris": ["a:b"] * 17}, "redirect_uris holds more than 16."),
        ({"issued_at": 1.5}, WHEN),
        ({"issued_at": True}, WHEN),
        ({"issued_at": -1}, WHEN),
        ({"issued_at": "2020-01-01"}, WHEN),
        ({"issued_at": 2**53}, WHEN),
        ({"redirect_uri": "a:b"}, "Members other than client_id, "),
    ],
)
def test_a_line_that_is_wrong_is_named_by_its_number(world, bring_over, members, said):
    wrong = refused(bring_over, line(world), line(world, **{"client_id": "old-2", **members}))
    assert wrong.startswith(f"Line 2: {said}")
    secret = members.get("client_secret")
    assert not (isinstance(secret, str) and secret) or secret not in wrong


@pytest.mark.parametrize(
    "text", [b"x", b"[]", b'"a"', b"{}x", b"\xff", b'{"a":1,"a":2}', b"[" * 5000, b"\xef\xbb\xbf{}"]
)
def test_a_line_that_is_no_json_object_is_refused(world, bring_over, text):
    assert refused(bring_over, line(world), text).startswith("Line 2: It is not one JSON object in UTF-8.")


def test_an_application_must_live_in_the_environment(world, bring_over):
    unknown = "00000000-0000-4000-8000-000000000000"
    said = f"Line 1: {unknown} is no live application of {ENVIRONMENT}. Create it first."
    assert refused(bring_over, line(world, software_id=unknown)).startswith(said)
    assert "is no live application of release-staging" in refused(bring_over, line(world), environment=ELSEWHERE)
    type(world.application).objects.filter(pk=world.application.pk).update(removed_in=3)
    assert "is no live application" in refused(bring_over, line(world))


def test_a_repeated_id_is_refused_wherever_the_other_one_is(http, world, bring_over, monkeypatch):
    assert refused(bring_over, line(world), line(world)).startswith("Line 2: client_id is that of line 1.")
    monkeypatch.setattr(bringing, "BATCH", 2)
    lines = [line(world, f"old-{number % 3}") for number in range(4)]
    said = refused(bring_over, *lines)
    assert said.startswith("Line 4: client_id is here already, or in an earlier line.")
    here = protocol.registered(http, world)["client_id"]
    assert refused(bring_over, line(world, here)).startswith(
        "Line 1: client_id is here already, or in an earlier line."
    )


def test_twenty_wrong_lines_are_told_and_no_more(world, bring_over):
    said = refused(bring_over, line(world), *(line(world, "") for _ in range(700)))
    assert said.count("Line ") == 20
    assert said.endswith("Further lines were not looked at.; Nothing was imported.")


def test_a_file_that_is_not_there_is_told_in_one_line(bring_over, db):
    with pytest.raises(CommandError, match=r"/nowhere/x.jsonl cannot be read: No such file or directory\.$"):
        call_command("import_clients", "/nowhere/x.jsonl")


# --- The rehearsal ---


def test_a_move_of_an_application_its_key_and_two_thousand_clients(http, world, bring_over):
    """On the first day an old client gets its token, an old statement registers, and revoking it stops what it made."""
    bring()
    text = old_statement(world.application)
    assert bring_over(*(line(world, f"device-{n}") for n in range(2000))) == (
        f"Imported 2,000 clients into {ENVIRONMENT}.\n"
    )
    assert Client.objects.filter(dialect="imported").count() == 2000
    for old in ("device-0", "device-999", "device-1999"):
        access = token(http, old).json()["access_token"]
        assert protocol.bearer(http, protocol.CONFIGURATION, access).status_code == 200
    registered = protocol.register(http, text)
    assert registered.status_code == 201
    access = protocol.token_of(http, registered.json())
    row = SoftwareStatement.objects.get(origin="brought_over")
    statements.revoke(row, reason="leaked", by=OPERATOR)
    assert protocol.register(http, text).json()["error"] == "unapproved_software_statement"
    assert protocol.token(http, registered.json()).json()["error"] == "invalid_client"
    assert protocol.bearer(http, protocol.CONFIGURATION, access).status_code == 401
    # Clients that came without a statement depend on their application only.
    assert token(http, "device-7").status_code == 201
    protocol.at(world.application, suspended_at=True)
    assert token(http, "device-7").json()["error"] == "unauthorized_client"
    protocol.at(world.application, revoked_at=True)
    assert token(http, "device-7").json()["error"] == "invalid_client"


def test_every_secret_is_sealed_under_the_newest_pepper(world, bring_over, settings):
    settings.CLIENT_SECRET_PEPPERS = (("new", b"n" * 32), *settings.CLIENT_SECRET_PEPPERS)
    bring_over(line(world))
    assert Client.objects.get().client_secret == secrets.seal(secrets.digest(secret_of("old-1")))
    assert Client.objects.get().client_secret.startswith("new:")


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_hundred_parallel_first_registrations_with_one_old_statement_make_one_row(world, http):
    bring()
    text = old_statement(world.application)
    keys.without_kid(ENVIRONMENT, "statement", "RS256")
    barrier, answers = threading.Barrier(100), []

    def device():
        try:
            app = App(headers={"host": "localhost"})
            barrier.wait()
            answers.append(protocol.register(app, text))
        finally:
            connection.close()

    threads = [threading.Thread(target=device) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    connected = [answer for answer in answers if answer.status_code != 503]
    assert [answer.status_code for answer in connected] == [201] * len(connected)
    row = SoftwareStatement.objects.get(origin="brought_over")
    assert row.clients.count() == len(connected) == Client.objects.count()
    statements.revoke(row, reason="leaked", by=OPERATOR)
    for answer in connected:
        assert protocol.token(http, answer.json()).json()["error"] == "invalid_client"
    assert protocol.register(http, text).json()["error"] == "unapproved_software_statement"
