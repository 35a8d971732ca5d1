"""A line of the log for each request of the dashboard, and no secret in any of a whole journey through all doors."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import DataError, OperationalError
from django.test import Client as Browser

from dashboard import invitations
from registration import credentials
from registration.models import Client
from tests import factories, protocol, standard
from tests.cast import PASSWORD, signed_in
from tests.logged import requests, said

PLACE = "/release-production"
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
NEW = "another-winter-evening-5"


@pytest.fixture
def live(signing_keys):
    return factories.world("aurora")


def test_a_page_is_a_line_with_ids(as_, alice, live, lines):
    browser = as_(alice)
    page = browser.get(f"{PLACE}/applications/{live.software_id}/?q=of-a-search")
    browser.get(f"{PLACE}/channels/aurora-one/")
    seen, other = requests(lines)
    assert seen == {
        "at": seen["at"],
        "level": "info",
        "logger": "oauth.request",
        "message": "request",
        "request_id": page["X-Request-Id"],
        "environment": "release-production",
        "endpoint": "application",
        "method": "GET",
        "status": 200,
        "outcome": "ok",
        "ms": seen["ms"],
        "user": alice.pk,
        "software_id": str(live.software_id),
    }
    assert (other["endpoint"], other["channel"]) == ("channel", "aurora-one")
    assert "of-a-search" not in lines.getvalue()


def test_a_refusal_is_a_line_with_its_word(as_, alice, victor, live, lines, client):
    channel = f"{PLACE}/channels/new-secret-4/"
    as_(alice).get(channel)
    as_(alice).post(f"{PLACE}/programmers/aurora/channels/new/", {})
    as_(victor).get(f"{PLACE}/programmers/aurora/channels/new/")
    client.get(f"{PLACE}/channels/")
    as_(alice).generic("X-SECRET-4", f"{PLACE}/channels/")
    client.get("/nothing/like/secret-4/")
    client.get("/static/secret-4.css")
    found = [(line["endpoint"], line["method"], line["status"], line["outcome"]) for line in requests(lines)]
    assert found == [
        ("channel", "GET", 404, "not_found"),
        ("channel-new", "POST", 422, "invalid"),
        ("channel-new", "GET", 403, "forbidden"),
        ("channels", "GET", 302, "ok"),
        ("channels", "other", 405, "invalid_request"),
        ("", "GET", 404, "not_found"),
        ("static", "GET", 404, "not_found"),
    ]
    assert "ecret-4" not in lines.getvalue()


def test_a_line_asks_the_database_nothing(client, db, lines, django_assert_num_queries):
    """Whoever asks with a session that is none is looked for where a page needs to know, and not for the line."""
    client.cookies["sessionid"] = "no-session!"
    with django_assert_num_queries(0):
        client.get("/help/errors/not_found/")
        client.get("/static/nothing.svg")
    assert {line.get("user") for line in requests(lines)} == {None}


@pytest.mark.parametrize(("error", "status"), [(OperationalError, 503), (DataError, 500)])
@pytest.mark.parametrize("accept", [BROWSER, "application/json"])
def test_a_failure_says_where_and_not_what(lines, monkeypatch, db, error, status, accept):
    def broken(token):
        raise error(f"could not look for {token}")

    monkeypatch.setattr(invitations, "of_token", broken)
    browser = Browser(raise_request_exception=False, headers={"accept": accept})
    answer = browser.get("/invitations/the-secret-link/")
    assert answer.status_code == status
    assert (answer["Content-Type"].startswith("text/html")) == (accept == BROWSER)
    if status == 503:
        assert (answer["Retry-After"], answer["Cache-Control"]) == ("5", "no-store")
        said_to_people = "The dashboard cannot answer right now" in answer.content.decode()
        assert said_to_people or answer.json()["error"] == "temporarily_unavailable"
    (line,) = requests(lines)
    assert (line["status"], line["endpoint"]) == (status, "invitation-accept")
    assert line["outcome"] == ("temporarily_unavailable" if status == 503 else "server_error")
    (failure,) = said(lines, "dashboard.failures")
    assert (failure["level"], failure["error"]) == ("error", error.__name__)
    assert failure["request_id"] == line["request_id"] == answer["X-Request-Id"]
    assert ("trace" in failure) == (status == 500)
    if status == 500:
        assert "in broken" in failure["trace"]
    assert "the-secret-link" not in lines.getvalue()


def test_no_secret_of_a_whole_journey_is_in_the_log(live, ada, tom, alice, lines, http, settings):
    """Everything that is minted on the way is looked for in everything that was logged."""
    minted = {"a password": PASSWORD, "a new password": NEW}
    minted |= _of_an_app(http, live, tom)
    minted |= _of_people(tom, alice, settings)
    minted |= _of_an_operator(live, ada, tom)
    assert len(minted) == len(set(minted.values())) > 20
    assert all(len(secret) > 15 for secret in minted.values())
    log = lines.getvalue()
    assert len(requests(lines)) > 45
    assert {line["status"] for line in requests(lines)} >= {200, 201, 204, 302, 400, 401, 403, 404, 422}
    assert {what for what, secret in minted.items() if secret in log} == set()
    for secret in minted.values():
        for part in secret.split(".")[1:] if secret.count(".") == 2 else ():
            assert part not in log


def _of_an_app(http, live, tom):
    """Both dialects: register, token, use, introspect, revoke, a new secret, replace, delete; each also wrongly."""
    statement = live.statements.get().text
    device = protocol.register(
        http, statement, redirect_uri="https://live.aurora.example/?code=of-a-redirect-uri"
    ).json()
    tve = protocol.token_of(http, device)
    own = standard.register(http, statement, client_name="A television").json()
    access, basic = standard.token_of(http, own), standard.of(own)
    standard.form(http, standard.TOKEN, {"grant_type": "client_credentials"}, authorization=basic + "x")
    http.get(f"{standard.TOKEN}?client_secret={own['client_secret']}")
    for path in (protocol.VALIDATE, protocol.SCOPES, protocol.CONFIGURATION):
        protocol.bearer(http, path, tve)
        protocol.bearer(http, path, tve[:-2])
        http.get(f"{path}?access_token={tve}")
    for of in (tve, access, statement, own["client_secret"]):
        standard.introspect(http, own, of)
        standard.revoke(http, own, of)
    http.get(f"/oauth/revocations?after={access}", headers={"authorization": basic})
    body = {"client_id": own["client_id"], "rotate_client_secret": True}
    rotated = standard.manage(http, "PUT", own, body).json()
    for wrong in (own["registration_access_token"][:-1], access, ""):
        standard.manage(http, "GET", own, token=wrong)
    row = Client.objects.get(client_id=device["client_id"])
    page = signed_in(tom).post(
        f"{PLACE}/applications/{live.software_id}/clients/{row.pk}/secret/", {"reason": "It moves.", "grace": "24"}
    )
    by_hand = re.search(r'id="secret"[^>]* value="([\w-]{43})"', page.content.decode())[1]
    protocol.token(http, {**device, "client_secret": by_hand + "x"})
    by_command = credentials.rotate(row, reason="x", grace=timedelta(hours=1), by=protocol.OPERATOR).secret
    assert standard.manage(http, "DELETE", own).status_code == 204
    return {
        "a statement": statement,
        "a secret": device["client_secret"],
        "a redirect URI": "of-a-redirect-uri",
        "a token": tve,
        "a secret of the standard dialect": own["client_secret"],
        "a registration token": own["registration_access_token"],
        "a token of the standard dialect": access,
        "a Basic header": basic.split()[1],
        "a secret that the client asked for": rotated["client_secret"],
        "a secret that a TAM made": by_hand,
        "a secret that a verb made": by_command,
    }


def _of_people(tom, alice, settings):
    """Sign in, invite, accept, forget and change passwords; each also wrongly, and with a forged form."""
    here, strict = Browser(), Browser(enforce_csrf_checks=True)
    here.post("/accounts/login/", {"login": alice.email, "password": PASSWORD + "-mistyped"})
    here.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    form = {"email": "new@example.test", "role": "viewer", "programmer": ["aurora"], "environment": ["all"]}
    shown = signed_in(tom).post("/people/invite/", form).content.decode()
    [invitation] = re.findall(rf"{settings.PUBLIC_URL}/invitations/([\w-]{{43}})/", shown)
    link, new = f"/invitations/{invitation}/", Browser()
    strict.post(link, {"password": NEW, "name": "New"})
    new.get(link + "x/")
    new.post(link, {"password": "short", "name": "New"})
    new.post(link, {"password": NEW, "name": "New"})
    new.get(link)
    Browser().post("/accounts/password/reset/", {"email": alice.email})
    mailed = re.search(r"\S+(/accounts/password/reset/key/(\S+)/)", mail.outbox[-1].body)
    strict.post(mailed[1], {"password1": NEW, "password2": NEW})
    landed = Browser()
    path = landed.get(mailed[1], follow=True).request["PATH_INFO"]
    landed.post(path, {"password1": NEW, "password2": NEW})
    landed.get(mailed[1], follow=True)
    changing = signed_in(alice)
    changing.post("/accounts/password/change/", {"oldpassword": NEW, "password1": PASSWORD, "password2": PASSWORD})
    return {
        "a mistyped password": PASSWORD + "-mistyped",
        "a session": here.cookies["sessionid"].value,
        "the session of somebody new": new.cookies["sessionid"].value,
        "a token against forgery": here.cookies["csrftoken"].value,
        "an invitation": invitation,
        "a link for a password": mailed[2],
    }


def _of_an_operator(live, ada, tom):
    """Issue and download a statement, push, take a checkpoint and the public part of a key."""
    tams, admins = signed_in(tom), signed_in(ada)
    tams.post(f"{PLACE}/applications/{live.software_id}/statements/issue/", {"life": "never"})
    issued = live.statements.order_by("issued_at").last()
    down = tams.get(f"{PLACE}/applications/{live.software_id}/statements/{issued.pk}/download/")
    checkpoint = admins.get("/audit/checkpoint/", {"environment": "release-production"})
    admins.get("/audit/", {"q": down.content.decode()})
    assert admins.get(f"{PLACE}/keys/").status_code == 200
    return {
        "a statement that was downloaded": down.content.decode(),
        "a checkpoint": checkpoint.content.decode(),
        "the session of a TAM": tams.cookies["sessionid"].value,
        "the session of an admin": admins.cookies["sessionid"].value,
    }
