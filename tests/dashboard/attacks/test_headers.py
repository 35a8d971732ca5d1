"""What stands around every kind of answer of the dashboard: nobody frames it, keeps it, or guesses at it."""

import pytest
from django.test import Client

from dashboard import views
from tests.cast import PASSWORD
from tests.dashboard.screens.conftest import PLACE

HTML = {"accept": "text/html"}


@pytest.fixture
def ask(as_, alice, live, monkeypatch):
    """Each kind of answer, by its name."""

    def unlucky(*_: object, **__: object) -> None:
        raise RuntimeError

    browser = as_(alice)
    browser.raise_request_exception = False
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)

    def failing():
        with monkeypatch.context() as broken:
            broken.setattr(views.home.todo, "items", unlucky)
            return browser.get(f"{PLACE}/", headers=HTML)

    return {
        "page": lambda: browser.get(f"{PLACE}/"),
        "fragment": lambda: browser.get("/palette/?q=a", headers={"hx-request": "true"}),
        "form": lambda: browser.post(f"{PLACE}/programmers/aurora/channels/new/", {}),
        "redirect": lambda: browser.get("/"),
        "sign-in": lambda: Client().get("/accounts/login/"),
        "to sign-in": lambda: Client().get(f"{PLACE}/"),
        "help": lambda: Client().get("/help/api/"),
        "CSV": lambda: browser.get(f"{PLACE}/changes/csv/"),
        "download": lambda: browser.get(
            f"{PLACE}/applications/{live.software_id}/statements/{live.statements.get().pk}/download/"
        ),
        "forbidden": lambda: browser.get(f"{PLACE}/keys/", headers=HTML),
        "forged": lambda: strict.post(f"{PLACE}/programmers/aurora/channels/new/", {}, headers=HTML),
        "not found": lambda: browser.get(f"{PLACE}/programmers/nobody/", headers=HTML),
        "not found, in JSON": lambda: browser.get("/nowhere/"),
        "wrong method": lambda: browser.put(f"{PLACE}/"),
        "wrong host": lambda: browser.get(f"{PLACE}/", headers={**HTML, "host": "elsewhere.example"}),
        "failure": failing,
    }


STATUSES = {
    "page": 200,
    "fragment": 200,
    "form": 422,
    "redirect": 302,
    "sign-in": 200,
    "to sign-in": 302,
    "help": 200,
    "CSV": 200,
    "download": 200,
    "forbidden": 403,
    "forged": 403,
    "not found": 404,
    "not found, in JSON": 404,
    "wrong method": 405,
    "wrong host": 400,
    "failure": 500,
}


@pytest.mark.parametrize("kind", STATUSES)
def test_no_answer_is_framed_kept_or_guessed_at(ask, kind):
    answer = ask[kind]()
    policy = answer["Content-Security-Policy"]
    assert answer.status_code == STATUSES[kind]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] in {"same-origin", "strict-origin"}
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert {"private", "no-store"} <= {word.strip() for word in answer["Cache-Control"].split(",")}


@pytest.mark.parametrize("secure", [True, False])
def test_cookies_are_for_this_site_and_for_https_where_there_is_https(client, alice, settings, secure):
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = secure
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    client.post("/theme/", {"theme": "dark"})
    assert set(client.cookies) == {"sessionid", "csrftoken", "theme"}
    for cookie in client.cookies.values():
        assert cookie["samesite"] == "Lax"
        assert bool(cookie["secure"]) is secure
    assert client.cookies["sessionid"]["httponly"]
