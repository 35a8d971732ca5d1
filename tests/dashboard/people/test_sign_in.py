import pytest
from django.urls import reverse

from oauth.models import AuditEntry
from tests.cast import PASSWORD, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def lee(db):
    return person("lee", ("viewer", "aurora", ""))


def sign_in(client, email="lee@example.test", password=PASSWORD, **more):
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


def test_the_right_password_opens_the_dashboard(client, lee):
    response = sign_in(client)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(lee.pk)


def test_the_case_of_the_address_does_not_matter(client, lee):
    assert sign_in(client, email=" LEE@Example.test ").status_code == 302


def test_a_wrong_password_and_an_unknown_address_are_told_apart_by_nobody(client, lee):
    wrong = sign_in(client, password="wrong")
    unknown = sign_in(client, email="who@example.test")
    assert wrong.status_code == unknown.status_code == 200
    assert list(wrong.context["form"].errors.items()) == list(unknown.context["form"].errors.items())
    assert "_auth_user_id" not in client.session


def test_five_wrong_passwords_lock_the_address_for_a_while(client, lee):
    for _attempt in range(5):
        sign_in(client, password="wrong")
    response = sign_in(client)
    assert response.status_code == 200
    assert "Too many failed login attempts" in response.content.decode()


def test_thirty_sign_ins_a_minute_from_one_place_are_the_most(client, lee):
    statuses = [client.get("/accounts/login/").status_code for _ in range(31)]
    assert set(statuses) == {200}
    answers = [sign_in(client, email=f"{n}@example.test").status_code for n in range(40)]
    assert 429 in answers


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "http://release-staging.localhost/"])
def test_nobody_is_sent_to_another_host_after_sign_in(client, lee, target):
    assert sign_in(client, next=target)["Location"] == "/"


def test_one_is_sent_back_to_the_page_that_asked(client, lee):
    assert sign_in(client, next="/people/")["Location"] == "/people/"


def test_a_person_who_is_switched_off_does_not_get_in(client, lee):
    lee.is_active = False
    lee.save()
    assert sign_in(client)["Location"] == reverse("account_inactive")
    assert "_auth_user_id" not in client.session


def test_a_sign_in_of_a_member_is_in_the_log(client, lee):
    sign_in(client)
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.environment, entry.kind, entry.key) == ("person:sign_in", "", "person", str(lee.pk))
    assert (entry.actor_key, entry.door, len(entry.request_id)) == (f"user:{lee.pk}", "page", 32)


def test_a_sign_in_of_nobodys_member_is_not(client, db):
    person("nina")
    assert sign_in(client, email="nina@example.test").status_code == 302
    assert not AuditEntry.objects.exists()


def test_signing_out_takes_a_post(client, lee):
    client.force_login(lee)
    assert client.get("/accounts/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post("/accounts/logout/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up(client, db):
    assert "Nobody signs up here" in client.get("/accounts/signup/").content.decode()
    form = {"email": "new@example.test", "password1": PASSWORD, "password2": PASSWORD}
    assert "Nobody signs up here" in client.post("/accounts/signup/", form).content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "path", ["email/", "2fa/trust/", "login/code/", "confirm-email/", "social/signup/", "3rdparty/", ""]
)
def test_the_rest_of_allauth_is_not_there(client, lee, path):
    client.force_login(lee)
    assert client.get(f"/accounts/{path}").status_code == 404


def test_the_sign_in_page_shows_no_demo_password(client, db, settings):
    page = client.get("/accounts/login/").content.decode()
    assert settings.DEMO_PASSWORD not in page
    assert "demo.example" not in page
