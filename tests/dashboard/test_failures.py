"""A page for people, JSON for programs: `Accept` decides."""

import pytest
from django.test import Client

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.mark.parametrize("path", ["/nothing/", "//o/client/token", "/x/../o/client/token", "/*"])
@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
def test_a_program_that_is_lost_is_told_so_in_json(db, path, accept):
    response = Client().get(path, headers={"accept": accept})
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/json"
    assert response.json()["error"] == "not_found"


def test_a_browser_that_is_lost_gets_a_page(db):
    response = Client().get("/nothing/", headers={"accept": BROWSER})
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")


def test_a_host_that_the_dashboard_does_not_serve_is_refused_in_json_or_on_a_page(db):
    assert Client().get("/", headers={"host": "evil.example"}).json()["error"] == "invalid_request"
    page = Client().get("/", headers={"host": "evil.example", "accept": BROWSER})
    assert page.status_code == 400
    assert page.headers["Content-Type"].startswith("text/html")


def test_a_form_of_an_older_session_is_told_what_to_do_and_changes_nothing(db, alice):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(alice)
    page = browser.post("/profile/", {"name": "Forged"}, headers={"accept": BROWSER})
    assert page.status_code == 403
    shown = page.content.decode()
    assert "This page was open while you signed in again" in shown
    assert 'href="/profile/"' in shown
    answer = browser.post("/profile/", {"name": "Forged"}, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["error"]) == (403, "invalid_request")
    alice.refresh_from_db()
    assert alice.get_full_name() == "Alice"
