import re

import pytest
from django.core import mail

from tests.cast import PASSWORD, person

pytestmark = pytest.mark.django_db
NEW = "another-winter-evening-5"


@pytest.fixture
def lee(db):
    return person("lee", ("viewer", "aurora", ""))


def ask(client, email):
    return client.post("/accounts/password/reset/", {"email": email})


def test_a_link_is_mailed_and_sets_a_password_once(client, lee, settings):
    response = ask(client, "Lee@example.test")
    assert response["Location"] == "/accounts/password/reset/done/"
    [message] = mail.outbox
    assert message.to == ["lee@example.test"]
    link = re.search(r"\S+/password/reset/key/\S+", message.body)[0]
    assert link.startswith(settings.PUBLIC_URL)
    form = client.get(link, follow=True)
    assert link.rsplit("/", 2)[1] not in form.request["PATH_INFO"], "the key has left the address bar"
    done = client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert done.status_code == 302
    lee.refresh_from_db()
    assert lee.check_password(NEW)
    assert "This link does not work" in client.get(link, follow=True).content.decode()


def test_a_stranger_gets_the_same_answer_and_no_mail(client, lee):
    known, unknown = ask(client, "lee@example.test"), ask(client, "who@example.test")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [message.to for message in mail.outbox] == [["lee@example.test"]]


def test_the_link_leads_to_the_configured_host_whatever_the_request_says(client, lee, settings):
    settings.ALLOWED_HOSTS = ["other.example"]
    client.post("/accounts/password/reset/", {"email": "lee@example.test"}, headers={"host": "other.example"})
    assert "other.example" not in mail.outbox[0].body
    assert settings.PUBLIC_URL in mail.outbox[0].body


def test_a_weak_password_is_refused(client, lee):
    ask(client, "lee@example.test")
    link = re.search(r"\S+/password/reset/key/\S+", mail.outbox[0].body)[0]
    path = client.get(link, follow=True).request["PATH_INFO"]
    assert "at least 12 characters" in client.post(path, {"password1": "short", "password2": "short"}).content.decode()
    lee.refresh_from_db()
    assert lee.check_password(PASSWORD)


def test_changing_the_password_ends_every_session(as_, client, lee):
    here, elsewhere = as_(lee), as_(lee)
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post("/accounts/password/change/", form).status_code == 302
    assert elsewhere.get("/accounts/password/change/").status_code == 302
    lee.refresh_from_db()
    assert lee.check_password(NEW)


def test_the_old_password_is_asked(as_, lee):
    form = {"oldpassword": "wrong", "password1": NEW, "password2": NEW}
    assert as_(lee).post("/accounts/password/change/", form).status_code == 200
    lee.refresh_from_db()
    assert lee.check_password(PASSWORD)
