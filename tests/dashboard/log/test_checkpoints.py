"""A checkpoint kept elsewhere finds out what nobody can from inside the database."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime

import pytest

from oauth import chain, checkpoints, jose, keys
from oauth.audit import Actor, Event
from oauth.models import AuditEntry, SigningKey, Tail
from oauth.problems import Invalid
from tests.dashboard.log.conftest import ENVIRONMENT, say, verify

pytestmark = pytest.mark.django_db
HERE = AuditEntry.objects.filter(environment=ENVIRONMENT)


@pytest.fixture
def file(log, as_, ada, tmp_path):
    """What the page gives an admin."""
    response = as_(ada).get("/audit/checkpoint/", {"environment": ENVIRONMENT})
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="audit-checkpoint_{ENVIRONMENT}.jwt.txt"'
    assert "no-store" in response["Cache-Control"]
    path = tmp_path / "checkpoint.jwt.txt"
    path.write_bytes(response.content)
    return path


def rechained(environment, *, upto=None):
    """What somebody does who knows the chain: every hash anew, and the count set to fit."""
    previous = ""
    AuditEntry.objects.filter(environment=environment, n__gt=upto or 10**9).delete()
    for entry in AuditEntry.objects.filter(environment=environment).order_by("n"):
        entry.previous_hash = previous
        entry.hash = previous = chain.hash_of(entry)
        entry.save()
        Tail.objects.filter(environment=environment).update(audit_n=entry.n, audit_hash=entry.hash)


def test_a_checkpoint_says_how_far_the_log_reached(file):
    parsed = jose.parse(file.read_text())
    tail, everywhere = Tail.objects.get(environment=ENVIRONMENT), Tail.objects.get(environment="")
    assert (parsed.typ, parsed.kid) == ("audit-checkpoint+jwt", keys.current(ENVIRONMENT, "feed").kid)
    assert parsed.claims == {
        "iss": "http://localhost:8000",
        "iat": parsed.claims["iat"],
        "environment": ENVIRONMENT,
        "n": tail.audit_n,
        "hash": tail.audit_hash,
        "everywhere": {"n": everywhere.audit_n, "hash": everywhere.audit_hash},
    }


def test_a_log_that_went_on_still_holds_it(file):
    say(Event("x:y"))
    say(Event("x:y"), environment="")
    named, out = verify(checkpoint=file)
    assert named == {}
    made = f"{datetime.fromtimestamp(jose.parse(file.read_text()).claims['iat'], UTC):%Y-%m-%d %H:%M} UTC"
    kid = keys.current(ENVIRONMENT, "feed").kid
    assert f"The checkpoint of {ENVIRONMENT}, {made}, is signed with its key {kid}." in out


def test_without_an_environment_it_is_of_the_one_that_one_was_in(log, as_, ada):
    browser = as_(ada)
    browser.get("/release-staging/switch/", follow=True)
    response = browser.get("/audit/checkpoint/")
    assert checkpoints.read(response.content.decode()).environment == "release-staging"


def test_only_an_admin_has_one_and_only_of_an_environment(log, as_, ada, tess):
    assert as_(tess).get("/audit/checkpoint/", {"environment": ENVIRONMENT}).status_code == 403
    for word in ("elsewhere", "\0", "../x"):
        assert as_(ada).get("/audit/checkpoint/", {"environment": word}).status_code == 404
    assert "Download checkpoint" in as_(ada).get("/audit/").content.decode()
    assert "Download checkpoint" not in as_(tess).get("/audit/").content.decode()


@pytest.mark.parametrize("environment", [ENVIRONMENT, ""])
def test_a_log_that_was_cut_off_and_counted_anew_is_found_with_it_only(file, environment):
    last = AuditEntry.objects.filter(environment=environment).latest("n").n
    rechained(environment, upto=last - 1)
    assert verify()[0] == {}
    named, _ = verify(checkpoint=file)
    assert set(named) == {(environment, last)}


@pytest.mark.parametrize("environment", [ENVIRONMENT, ""])
def test_a_log_of_which_every_hash_was_made_anew_is_found_with_it_only(file, environment):
    AuditEntry.objects.filter(environment=environment, n=1).update(actor_name="Somebody else")
    last = AuditEntry.objects.filter(environment=environment).latest("n").n
    rechained(environment)
    say(Event("x:y"), environment=environment)
    assert verify()[0] == {}
    assert set(verify(checkpoint=file)[0]) == {(environment, last)}


def test_a_log_that_was_emptied_is_found_with_it_only(file):
    AuditEntry.objects.all().delete()
    Tail.objects.all().delete()
    assert [what for (place, n), what in verify()[0].items() if n] == []
    assert {(ENVIRONMENT, 1), ("", 1)} <= set(verify(checkpoint=file)[0])


def test_a_retired_key_still_vouches_and_a_withdrawn_one_does_not(file):
    by, signer = Actor.command(), checkpoints.read(file.read_text()).kid
    keys.rotate(environment=ENVIRONMENT, purpose="feed", by=by)
    assert checkpoints.read(file.read_text()).kid == signer
    keys.withdraw(SigningKey.objects.get(kid=signer), reason="x", by=by)
    with pytest.raises(Invalid, match="was withdrawn"):
        checkpoints.read(file.read_text())


def signed(environment=ENVIRONMENT, purpose="feed", typ="audit-checkpoint+jwt", **changed):
    key = keys.current(environment, purpose)
    claims = jose.parse(checkpoints.issue(ENVIRONMENT)).claims | changed
    claims = {name: value for name, value in claims.items() if value is not None}
    return jose.sign(claims, typ=typ, alg=key.alg, kid=key.kid, key=key.private)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"typ": "revocations+jwt"}, "type"),
        ({"typ": "at+jwt", "purpose": "token"}, "type"),
        ({"purpose": "token"}, "No key of its environment"),
        ({"purpose": "statement"}, "No key of its environment"),
        ({"environment": "release-staging"}, "No key of its environment"),
        ({"iss": "https://elsewhere.example"}, "issuer"),
        ({"n": "7"}, "lacks"),
        ({"hash": 7}, "lacks"),
        ({"everywhere": None}, "lacks"),
        ({"everywhere": []}, "lacks"),
        ({"iat": None}, "lacks"),
    ],
)
def test_what_is_signed_otherwise_or_says_something_else_is_no_checkpoint(log, how, why):
    assert checkpoints.read(signed()).environment == ENVIRONMENT
    with pytest.raises(Invalid, match=why):
        checkpoints.read(signed(**how))


def test_a_checkpoint_that_was_edited_is_none(file, capsys):
    head, payload, signature = file.read_text().split(".")
    claims = json.loads(urlsafe_b64decode(payload + "=="))
    forged = urlsafe_b64encode(json.dumps(claims | {"n": 1}).encode()).rstrip(b"=").decode()
    for text in (f"{head}.{forged}.{signature}", f"{head}.{payload}.", "", "a.b.c"):
        with pytest.raises(Invalid):
            checkpoints.read(text)
    # What a mail program does to a long line is forgiven.
    assert checkpoints.read(f" {head}.{payload}\r\n .{signature}\n").environment == ENVIRONMENT


def test_a_file_that_cannot_be_read_is_told_in_one_line(log, tmp_path):
    _, out = _verify_file(tmp_path / "nowhere")
    assert "cannot be read" in out
    (tmp_path / "text").write_bytes(b"\xff\xfe")
    _, out = _verify_file(tmp_path / "text")
    assert "cannot be read" in out
    (tmp_path / "text").write_text("not it")
    _, out = _verify_file(tmp_path / "text")
    assert "This is not a checkpoint of the audit log." in out


def test_a_checkpoint_of_another_environment_is_not_taken_for_one_of_this(file):
    """It would be read, and nothing compared with it."""
    _, out = _verify_file(file, environment="release-staging")
    assert out == f"The checkpoint is of {ENVIRONMENT}: it tells nothing of release-staging."
    for environment in (ENVIRONMENT, None):
        assert verify(checkpoint=file, environment=environment)[0] == {}


def _verify_file(path, **options):
    from io import StringIO  # noqa: PLC0415

    from django.core.management import CommandError, call_command  # noqa: PLC0415

    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("verify_log", checkpoint=path, stdout=out, **options)
    return out, str(error.value)
