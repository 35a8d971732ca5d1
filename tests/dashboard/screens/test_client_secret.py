import re
from datetime import timedelta

import pytest

from oauth import secrets
from oauth.models import AuditEntry
from registration import clients
from registration.models import Client
from tests import protocol
from tests.dashboard.screens.conftest import register
from tests.protocol import OPERATOR

WHY = {"reason": "The server moves.", "grace": "24"}


@pytest.fixture
def page(live, url):
    register(live, "one", client_secret=secrets.seal(secrets.digest("old")))
    return url(f"clients/{Client.objects.get().pk}/secret/")


def token(http, secret):
    return protocol.token(http, {"client_id": "one", "client_secret": secret}).status_code


def test_a_tam_makes_a_new_secret_which_is_shown_once(as_, tom, page, url, http):
    assert as_(tom).get(page).status_code == 200
    answer = as_(tom).post(page, WHY)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    secret = re.search(r'id="secret"[^>]* value="([\w-]{43})"', answer.content.decode())[1]
    assert [token(http, each) for each in ("old", secret)] == [201, 201]
    entry = AuditEntry.objects.get(event="client:rotate_secret")
    assert (entry.actor_key, entry.reason, entry.data["grace_seconds"]) == (f"user:{tom.pk}", WHY["reason"], 86_400)
    for path in (url("clients/"), url("history/"), page, "/audit/"):
        assert secret not in as_(tom).get(path).content.decode()
    until = Client.objects.get().previous_secret_until.strftime("%H:%M UTC")
    listed = as_(tom).get(url("clients/")).content.decode()
    assert "Old secret good until" in listed
    assert until in listed
    protocol.at(Client.objects.get(), previous_secret_until=-timedelta(seconds=1))
    assert "Old secret good until" not in as_(tom).get(url("clients/")).content.decode()


def test_a_secret_that_may_have_leaked_ends_at_once(as_, tom, page, http):
    as_(tom).post(page, {**WHY, "grace": "0"})
    assert token(http, "old") == 400


def test_without_a_choice_it_is_a_day(as_, tom, page):
    as_(tom).post(page, {"reason": "x"})
    assert AuditEntry.objects.get(event="client:rotate_secret").data["grace_seconds"] == 86_400


@pytest.mark.parametrize("sent", [{}, {"grace": "24"}, {**WHY, "grace": "9999"}, {**WHY, "grace": "x"}])
def test_without_a_reason_or_with_another_time_nothing_happens(as_, tom, page, http, sent):
    assert as_(tom).post(page, sent).status_code == 422
    assert Client.objects.get().previous_secret == ""
    assert token(http, "old") == 201


def test_who_is_no_tam_makes_none(as_, alice, charlie, page):
    for person, status in ((alice, 403), (charlie, 404)):
        assert as_(person).get(page).status_code == as_(person).post(page, WHY).status_code == status
    assert Client.objects.get().previous_secret == ""


def test_a_revoked_client_gets_none(as_, tom, page):
    clients.revoke(Client.objects.get(), reason="x", by=OPERATOR)
    answer = as_(tom).post(page, WHY)
    assert answer.status_code == 422
    assert "It can register again." in answer.content.decode()
