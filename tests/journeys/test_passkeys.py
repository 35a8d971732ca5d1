"""Passkeys and codes in a real browser, with an authenticator that Chromium plays."""

import contextlib
import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from config.demo import PASSWORD
from tests.journeys.acts import go
from tests.journeys.axe import problems

ACCOUNT = {"login": "viewer@demo.example", "password": PASSWORD}


@contextlib.contextmanager
def authenticator(page):
    """A device that knows its owner, as a phone does by a fingerprint."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    yield lambda known: session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": known})
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device})


def confirm(page):
    page.locator("input[name=password]").fill(PASSWORD)
    go(page.get_by_role("button", name="Confirm"))


def sign_in(page):
    page.goto("/accounts/login/")
    for name, value in ACCOUNT.items():
        page.locator(f"input[name={name}]").fill(value)
    go(page.get_by_role("button", name="Sign in", exact=True))


def sign_out(page):
    page.goto("/accounts/logout/")
    go(page.locator("main").get_by_role("button", name="Sign out"))


def test_a_passkey_is_added_opens_the_dashboard_alone_and_is_removed(visit):
    page, found = visit(), []
    with authenticator(page) as verified:
        sign_in(page)
        page.goto("/profile/")
        go(page.get_by_role("link", name="Add a passkey"))
        found += problems(page, page.url)
        confirm(page)
        found += problems(page, page.url)
        page.get_by_label("Name").fill("My laptop")
        page.get_by_role("button", name="Add the passkey").click()
        page.wait_for_url("**/accounts/2fa/codes/")
        found += problems(page, page.url)
        go(page.get_by_role("link", name="Back to your profile"))
        assert page.get_by_role("row", name="My laptop").is_visible()
        found += problems(page, page.url)

        sign_out(page)
        page.goto("/accounts/login/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url("**/*-*/")
        sign_out(page)

        # As the step after the password it is asked for as well, and a stranger's finger does not do.
        sign_in(page)
        page.wait_for_url("**/accounts/2fa/authenticate/")
        found += problems(page, page.url)
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url("**/*-*/")
        sign_out(page)
        verified(False)
        page.goto("/accounts/login/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.get_by_text("No passkey was used").wait_for()
        found += problems(page, page.url)
        verified(True)

        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url("**/*-*/")
        page.goto("/profile/")
        go(page.get_by_role("link", name="Remove My laptop"))
        if "reauthenticate" in page.url:
            confirm(page)
        found += problems(page, page.url)
        go(page.get_by_role("button", name="Remove the passkey"))
        assert page.get_by_role("row", name="My laptop").count() == 0
    assert not found, "\n".join(found)


def test_an_authenticator_app_works_without_javascript(visit):
    page = visit(javascript=False)
    sign_in(page)
    page.goto("/profile/")
    go(page.get_by_role("link", name="Set up an authenticator app"))
    confirm(page)
    secret = page.get_by_label("Secret").input_value()
    assert page.locator("img.qr").evaluate("image => image.naturalWidth") > 0
    page.get_by_label("Code").fill(_code(secret))
    go(page.get_by_role("button", name="Turn on"))
    codes = re.findall(r"\d{8}", page.locator(".codes").inner_text())
    assert len(codes) == 10
    page.goto("/accounts/2fa/passkeys/add/")
    assert page.get_by_text("Passkeys need JavaScript").is_visible()
    assert not page.get_by_role("button", name="Add the passkey").is_visible()
    sign_out(page)
    sign_in(page)
    assert page.get_by_role("heading", name="One more step").is_visible()
    assert not page.get_by_role("button", name="Use a passkey").is_visible()
    page.get_by_label("Code").fill(codes[0])
    go(page.get_by_role("button", name="Sign in", exact=True))
    page.goto("/profile/")
    go(page.get_by_role("link", name="Remove the authenticator app"))
    confirm(page)
    go(page.get_by_role("button", name="Remove the app"))
    assert page.get_by_text("your password alone opens the dashboard").is_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_chosen_time_zone_shows(visit, javascript):
    page = visit("editor", javascript=javascript)
    page.goto("/profile/")
    page.get_by_label("Time zone", exact=True).select_option("Asia/Tokyo")
    go(page.get_by_role("button", name="Save"))
    assert page.locator("time").first.inner_text().endswith("JST")
    page.get_by_label("Time zone", exact=True).select_option("UTC")
    go(page.get_by_role("button", name="Save"))
    assert page.locator("time").first.inner_text().endswith("UTC")


def _code(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
