"""An authenticator app and recovery codes: set up, asked for at sign-in, removed; secrets encrypted; all in the log."""

import json
import re
import time
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.fernet import Fernet
from django.core.cache import cache
from django.core.management import CommandError, call_command
from hypothesis import example, given
from hypothesis import settings as examples
from hypothesis import strategies as some
from hypothesis.extra.django import TestCase

from dashboard import second_factors
from oauth.models import AuditEntry
from oauth.problems import Invalid
from tests.cast import PASSWORD, person

pytestmark = pytest.mark.django_db


def code(secret, step=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def confirmed(client):
    """The person has just said their password once more."""
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    return client


def secret_of(page):
    return re.search(r'id="secret" value="([A-Z2-7]+)"', page.content.decode())[1]


@pytest.fixture
def enrol(as_):
    def enrol(user):
        client = confirmed(as_(user))
        secret = secret_of(client.get("/accounts/2fa/app/"))
        assert client.post("/accounts/2fa/app/", {"code": code(secret)})["Location"] == "/accounts/2fa/codes/"
        return client, secret

    return enrol


def sign_in(client, user):
    return client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})


def codes_of(client):
    return re.findall(r"<code>(\d{8})</code>", client.get("/accounts/2fa/codes/").content.decode())


def events():
    return list(AuditEntry.objects.filter(kind="person").order_by("n").values_list("event", "data"))


def test_who_sets_one_up_says_the_password_first(as_, alice):
    client = as_(alice)
    assert client.get("/accounts/2fa/app/")["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2F2fa%2Fapp%2F"
    wrong = client.post("/accounts/reauthenticate/", {"password": "wrong"})
    assert (wrong.status_code, client.get("/accounts/2fa/app/").status_code) == (200, 302)
    assert confirmed(client).get("/accounts/2fa/app/").status_code == 200


def test_a_wrong_code_sets_nothing_up(as_, alice):
    client = confirmed(as_(alice))
    secret = secret_of(client.get("/accounts/2fa/app/"))
    assert "Incorrect code" in client.post("/accounts/2fa/app/", {"code": "000000x"}).content.decode()
    assert not Authenticator.objects.exists()
    assert events() == []
    assert client.post("/accounts/2fa/app/", {"code": code(secret)}).status_code == 302


def test_the_password_alone_opens_nothing_any_more(enrol, as_, alice, django_capture_on_commit_callbacks):
    _client, secret = enrol(alice)
    visitor = as_(None)
    assert sign_in(visitor, alice)["Location"] == "/accounts/2fa/authenticate/"
    assert visitor.get("/profile/")["Location"] == "/accounts/login/?next=/profile/"
    assert "One more step" in visitor.get("/accounts/2fa/authenticate/").content.decode()
    assert visitor.post("/accounts/2fa/authenticate/", {"code": "12345"}).status_code == 200
    assert "person:sign_in" not in dict(events())
    assert visitor.post("/accounts/2fa/authenticate/", {"code": code(secret)})["Location"] == "/"
    assert visitor.get("/profile/").status_code == 200
    assert events()[-1][0] == "person:sign_in"


def test_a_code_opens_once(enrol, as_, alice):
    _client, secret = enrol(alice)
    word = code(secret)
    for answer in (302, 200):
        visitor = as_(None)
        sign_in(visitor, alice)
        assert visitor.post("/accounts/2fa/authenticate/", {"code": word}).status_code == answer


def test_a_recovery_code_lets_in_once_and_is_counted(enrol, as_, alice):
    client, _secret = enrol(alice)
    codes = codes_of(client)
    assert len(codes) == 10
    for answer in (302, 200):
        visitor = as_(None)
        sign_in(visitor, alice)
        assert visitor.post("/accounts/2fa/authenticate/", {"code": codes[3]}).status_code == answer
    assert "9 left" in client.get("/profile/").content.decode()
    download = client.get("/accounts/2fa/codes/download/")
    assert download.content.decode().split() == [each for each in codes if each != codes[3]]
    assert "recovery-codes.txt" in download["Content-Disposition"]


def test_new_recovery_codes_end_the_old_ones(enrol, alice):
    client, _secret = enrol(alice)
    old = codes_of(client)
    assert client.post("/accounts/2fa/codes/renew/")["Location"] == "/accounts/2fa/codes/"
    assert not set(old) & set(codes_of(client))
    assert events()[-1] == ("second_factor:renew", {"type": "recovery_codes"})


def test_removing_the_app_takes_the_codes_with_it(enrol, as_, alice):
    client, _secret = enrol(alice)
    assert client.get("/accounts/2fa/app/remove/").status_code == 200
    assert Authenticator.objects.count() == 2
    assert client.post("/accounts/2fa/app/remove/").status_code == 302
    assert not Authenticator.objects.exists()
    assert events() == [("second_factor:add", {"type": "totp"}), ("second_factor:remove", {"type": "totp"})]
    assert sign_in(as_(None), alice)["Location"] == "/"


def test_where_the_log_cannot_be_written_nothing_is_set_up(as_, alice, monkeypatch):
    client = confirmed(as_(alice))
    secret = secret_of(client.get("/accounts/2fa/app/"))
    monkeypatch.setattr("oauth.audit.record", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        client.post("/accounts/2fa/app/", {"code": code(secret)})
    assert not Authenticator.objects.exists()


def test_the_secrets_are_encrypted_at_rest(enrol, alice):
    client, secret = enrol(alice)
    stored = {row.type: row.data for row in Authenticator.objects.all()}
    assert secret not in str(stored)
    assert stored["totp"]["secret"].startswith("gAAAA")
    assert stored["recovery_codes"]["seed"].startswith("gAAAA")
    assert not any(each in str(stored) for each in codes_of(client))


def test_they_move_under_the_newest_key_and_the_old_one_can_go(enrol, as_, alice, settings, signing_keys, capsys):
    client, secret = enrol(alice)
    codes, old, new = codes_of(client), settings.KEY_ENCRYPTION_KEYS, Fernet.generate_key().decode()
    settings.KEY_ENCRYPTION_KEYS = (new,)
    with pytest.raises(Invalid, match="does not open 2 second factors of people"):
        second_factors.check_readable()
    settings.KEY_ENCRYPTION_KEYS = (new, *old)
    call_command("reencrypt_signing_keys")
    assert "2 secrets of second factors are, too." in capsys.readouterr().out
    settings.KEY_ENCRYPTION_KEYS = (new,)
    second_factors.check_readable()
    visitor = as_(None)
    sign_in(visitor, alice)
    assert visitor.post("/accounts/2fa/authenticate/", {"code": code(secret)}).status_code == 302
    assert codes_of(client) == codes
    assert AuditEntry.objects.get(event="second_factor:reencrypt").data == {"secrets": 2}


def test_the_operator_helps_who_lost_theirs(enrol, as_, alice, capsys):
    enrol(alice)
    call_command("reset_second_factors", "Alice@example.test", "--reason", "She lost her phone.")
    assert "signs in without a second factor now" in capsys.readouterr().out
    assert sign_in(as_(None), alice)["Location"] == "/"
    entry = AuditEntry.objects.get(event="second_factor:reset")
    assert (entry.key, entry.reason, entry.door) == (str(alice.pk), "She lost her phone.", "command")


@pytest.mark.parametrize(
    ("email", "reason", "said"),
    [
        ("nobody@example.test", "Lost.", "There is no person nobody@example.test."),
        ("alice@example.test", "Lost.", "alice@example.test has no second factor."),
        ("alice@example.test", " ", "Say why."),
    ],
)
def test_the_operator_is_told_what_is_wrong_in_one_line(alice, email, reason, said):
    with pytest.raises(CommandError, match=re.escape(said)):
        call_command("reset_second_factors", email, "--reason", reason)
    assert not AuditEntry.objects.exists()


# --- Passkeys, as far as no browser is needed; tests/journeys/test_passkeys.py has one ---


@pytest.fixture
def passkey(alice):
    row = {"name": "Blue key", "credential": {}}
    return Authenticator.objects.create(user=alice, type=Authenticator.Type.WEBAUTHN, data=row)


def test_ones_own_passkey_is_renamed_and_removed(as_, alice, passkey):
    client = confirmed(as_(alice))
    url = f"/accounts/2fa/passkeys/{passkey.pk}/"
    assert client.post(f"{url}rename/", {"name": "x" * 101}).status_code == 200
    assert client.post(f"{url}rename/", {"name": "Green key"})["Location"] == "/profile/"
    assert "Green key" in client.get("/profile/").content.decode()
    assert client.post(f"{url}remove/")["Location"] == "/profile/"
    assert not Authenticator.objects.exists()
    assert events() == [
        ("second_factor:rename", {"type": "webauthn", "name": ["Blue key", "Green key"]}),
        ("second_factor:remove", {"type": "webauthn", "name": "Green key"}),
    ]


@pytest.mark.parametrize("verb", ["rename", "remove"])
def test_somebody_elses_passkey_is_not_there(as_, tom, passkey, verb):
    client = confirmed(as_(tom))
    assert client.get(f"/accounts/2fa/passkeys/{passkey.pk}/{verb}/").status_code == 404
    assert client.post(f"/accounts/2fa/passkeys/{passkey.pk}/{verb}/", {"name": "Mine"}).status_code == 404
    passkey.refresh_from_db()
    assert passkey.data["name"] == "Blue key"


def test_a_passkey_is_of_the_configured_host(as_, alice, settings):
    settings.PUBLIC_URL = "https://tve.example"
    offered = as_(None).get("/accounts/2fa/passkeys/login/", headers={"accept": "application/json"}).json()
    assert offered["request_options"]["publicKey"]["rpId"] == "tve.example"
    page = confirmed(as_(alice)).get("/accounts/2fa/passkeys/add/").content.decode()
    assert '"rp": {"name": "TVE Dashboard", "id": "tve.example"}' in page


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(),
    lambda inner: (
        some.lists(inner)
        | some.dictionaries(
            some.sampled_from(["id", "rawId", "type", "response", "clientDataJSON", "userHandle", "signature", "x"])
            | some.text(),
            inner,
        )
    ),
)


class TestWhatNobodyRegistered(TestCase):
    @given(some.text() | JSON.map(json.dumps) | some.just("[" * 5_000))
    @examples(max_examples=60)
    def test_opens_nothing_and_breaks_nothing(self, credential):
        cache.key_prefix = uuid4().hex  # so many tries would be throttled
        self.client.get("/accounts/2fa/passkeys/login/", headers={"accept": "application/json"})
        response = self.client.post("/accounts/2fa/passkeys/login/", {"credential": credential})
        assert response.status_code == 302
        assert "_auth_user_id" not in self.client.session

    @example("false")
    @example("{}")
    @given(JSON.map(json.dumps) | some.just("[" * 5_000))
    @examples(max_examples=60)
    def test_is_not_added(self, credential):
        cache.key_prefix = uuid4().hex
        user = person("alice")
        self.client.force_login(user)
        confirmed(self.client)
        self.client.get("/accounts/2fa/passkeys/add/")
        response = self.client.post("/accounts/2fa/passkeys/add/", {"name": "Mine", "credential": credential})
        assert response.status_code == 200
        assert not Authenticator.objects.exists()
