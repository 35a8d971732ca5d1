"""`REQUIRE_SECOND_FACTOR`: TAMs and admins without one are led to set one up before anything is open to them."""

import pytest
from allauth.mfa.models import Authenticator

from tests.cast import person

pytestmark = pytest.mark.django_db
HOME = "/release-production/"


@pytest.fixture
def required(settings, aurora):
    settings.REQUIRE_SECOND_FACTOR = True


def enrol(user, type_=Authenticator.Type.WEBAUTHN):
    Authenticator.objects.create(user=user, type=type_, data={"name": "Key", "credential": {}})


@pytest.mark.parametrize("name", ["tom", "tess", "ada"])
def test_a_tam_and_an_admin_are_led_to_their_profile_and_told_why(request, as_, required, name):
    user = request.getfixturevalue(name)
    client = as_(user)
    for path in (HOME, "/people/", "/audit/", f"{HOME}programmers/aurora/edit/"):
        assert client.get(path)["Location"] == "/profile/"
    assert client.post(f"{HOME}programmers/aurora/edit/", {"display_name": "Mine"})["Location"] == "/profile/"
    page = client.get("/profile/")
    assert page.status_code == 200
    assert "Your role needs a second factor" in page.content.decode()
    enrol(user)
    assert client.get(HOME).status_code == 200


def test_the_way_there_and_the_way_out_are_open(as_, required, ada):
    client = as_(ada)
    assert client.get("/accounts/2fa/app/")["Location"].startswith("/accounts/reauthenticate/")
    assert client.get("/accounts/reauthenticate/").status_code == 200
    assert client.get("/help/").status_code == client.get("/healthz").status_code == 200
    assert client.get("/accounts/logout/").status_code == 200
    assert client.post("/theme/", {"theme": "dark"}).status_code == 302


def test_recovery_codes_alone_are_no_factor(as_, required, ada):
    enrol(ada, Authenticator.Type.RECOVERY_CODES)
    assert as_(ada).get(HOME)["Location"] == "/profile/"


def test_others_are_asked_for_nothing(as_, required, alice, victor, nina):
    assert as_(alice).get(HOME).status_code == as_(victor).get(HOME).status_code == 200
    assert as_(nina).get("/").status_code == 200
    assert as_(None).get(HOME)["Location"].startswith("/accounts/login/")


def test_a_tam_of_one_environment_is_a_tam(as_, required):
    user = person("una", ("tam", "aurora", "release-staging"), ("viewer", "aurora", ""))
    assert as_(user).get(HOME)["Location"] == "/profile/"


def test_it_is_off_by_default(as_, ada, aurora, settings):
    assert settings.REQUIRE_SECOND_FACTOR is False
    assert as_(ada).get(HOME).status_code == 200


def test_the_protocol_knows_nothing_of_it(http, required, signing_keys):
    assert http.get("/.well-known/jwks.json").status_code == 200
    assert http.post("/o/client/token").json()["error"] == "invalid_request"
