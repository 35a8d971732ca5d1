"""Sign-in through the company's OpenID provider, which is a real one in a process of its own."""

import json
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.auth.models import User

from dashboard import checks
from dashboard.company import Exchange
from oauth.models import AuditEntry
from tests import company
from tests.cast import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
START = "/accounts/oidc/company/login/"
BACK = f"{START}callback/"


@pytest.fixture(scope="module")
def issuer(tmp_path_factory):
    with company.provider(tmp_path_factory.mktemp("provider")) as issuer:
        yield issuer


@pytest.fixture
def provider(issuer, settings):
    settings.OIDC_ISSUER, settings.OIDC_NAME = issuer, "Example Corp"
    app = {
        "provider_id": "company",
        "name": "Example Corp",
        "client_id": company.CLIENT["OIDC_CLIENT_ID"],
        "secret": company.CLIENT["OIDC_CLIENT_SECRET"],
        "settings": {"server_url": issuer},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    return issuer


def at_the_provider(url, email):
    """Sign in there as a browser does, and say where it sends one back to."""
    browser = requests.Session()
    browser.trust_env = False
    page = browser.get(url)
    assert "Sign in" in page.text
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    form = {"username": email, "password": company.PASSWORD, **{name: unescape(value) for name, value in hidden}}
    answer = browser.post(page.url, form, allow_redirects=False)
    answer = browser.get(urljoin(page.url, answer.headers["Location"]), allow_redirects=False)
    return answer.headers["Location"]


def there_and_back(client, email, **asked):
    there = client.post(START, asked)
    assert there.status_code == 302
    back = urlsplit(at_the_provider(there["Location"], email))
    assert (back.path, back.netloc) == (BACK, "localhost:8000")
    return client.get(f"{back.path}?{back.query}")


def test_somebody_with_the_same_verified_address_is_signed_in(client, provider, alice):
    page = client.get("/accounts/login/").content.decode()
    assert "Sign in through Example Corp" in page
    answer = there_and_back(client, "alice@example.test")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(alice.pk)
    assert AuditEntry.objects.get().event == "person:sign_in"


def test_the_case_of_the_address_does_not_matter(client, provider, alice):
    assert there_and_back(client, "ALICE@Example.test")["Location"] == "/"
    assert client.session["_auth_user_id"] == str(alice.pk)


@pytest.mark.parametrize("name", ["tom", "tess", "ada"])
def test_an_address_that_the_provider_has_not_verified_opens_nothing(request, client, provider, name):
    """It says no, it says `"false"`, it says nothing."""
    request.getfixturevalue(name)
    answer = there_and_back(client, f"{name}@example.test")
    assert answer.status_code == 403
    assert f"has not verified {name}@example.test" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_stranger_is_told_whom_to_ask_and_is_not_added(client, provider, alice):
    answer = there_and_back(client, "stranger@example.test")
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "says that you are stranger@example.test" in page
    assert "Ask your technical account manager" in page
    assert [user.email for user in User.objects.all()] == ["alice@example.test"]
    assert "_auth_user_id" not in client.session
    assert there_and_back(client, "nobody@example.test").status_code == 403


def test_nothing_of_the_provider_is_kept(client, provider, alice):
    there_and_back(client, "alice@example.test")
    assert not SocialAccount.objects.exists()
    assert not SocialToken.objects.exists()
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)
    alice.emailaddress_set.update(email="alice@elsewhere.test")
    assert there_and_back(signed_in(None), "alice@example.test").status_code == 403


def test_whoever_is_switched_off_stays_out(client, provider, alice):
    alice.is_active = False
    alice.save()
    assert there_and_back(client, "alice@example.test")["Location"] == "/accounts/inactive/"
    assert "_auth_user_id" not in client.session


def test_a_second_factor_is_asked_for_as_well(client, provider, alice):
    alice.authenticator_set.create(type="totp", data={})
    assert there_and_back(client, "alice@example.test")["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("wished", "led_to"),
    [
        ("/people/", "/people/"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("http://release-staging.localhost/", "/"),
    ],
)
def test_one_is_sent_to_the_page_that_asked_and_to_no_stranger(client, provider, alice, wished, led_to):
    assert there_and_back(client, "alice@example.test", next=wished)["Location"] == led_to


def test_what_is_asked_of_the_provider_is_not_the_urls_to_say(client, provider, alice, settings):
    settings.PUBLIC_URL = "http://localhost:8000"
    more = urlencode({"scope": "admin", "auth_params": "prompt=none", "process": "connect", "action": "rerequest"})
    there = client.post(f"{START}?{more}", headers={"host": "release-staging.localhost"})
    asked = parse_qs(urlsplit(there["Location"]).query)
    assert sorted(asked["scope"][0].split()) == ["email", "openid", "profile"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"http://localhost:8000{BACK}"]
    assert "prompt" not in asked


def test_the_way_back_is_for_the_browser_that_set_out(client, provider, alice):
    there = client.post(START)
    back = urlsplit(at_the_provider(there["Location"], "alice@example.test"))
    answer = signed_in(None).get(f"{back.path}?{back.query}")
    assert answer.status_code == 401
    assert "This sign-in did not work" in answer.content.decode()
    assert client.get(f"{back.path}?{back.query}").status_code == 302
    assert client.get(f"{back.path}?{back.query}").status_code == 401


def test_who_stops_it_there_is_told_so(client, provider):
    state = parse_qs(urlsplit(client.post(START)["Location"]).query)["state"][0]
    answer = client.get(BACK, {"error": "access_denied", "state": state})
    assert answer["Location"] == "/accounts/oidc/cancelled/"
    assert "You did not sign in" in client.get(answer["Location"]).content.decode()


def test_a_provider_that_is_away_is_no_error_of_ours(client, provider, settings):
    settings.OIDC_ISSUER = "http://127.0.0.1:9/o"
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"] = {"server_url": settings.OIDC_ISSUER}
    answer = client.post(START)
    assert answer.status_code == 401
    assert "could not be asked" in answer.content.decode()


def test_another_issuers_metadata_are_refused(client, provider, settings, alice):
    settings.OIDC_ISSUER = "http://127.0.0.1/another"
    assert client.post(START).status_code == 401


def test_claims_about_somebody_else_are_refused(client, provider, alice, monkeypatch):
    monkeypatch.setattr(
        Exchange, "_fetch_user_info", lambda *_: {"sub": "other", "email": alice.email, "email_verified": True}
    )
    assert there_and_back(client, "alice@example.test").status_code == 401
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("said", [[], "text", {"sub": None}, {"sub": "1", "email": ["x"], "email_verified": {}}])
def test_whatever_the_provider_says_is_no_error_of_ours(client, provider, alice, monkeypatch, said):
    own = Exchange._fetch_user_info

    def answer(exchange, token):
        return {**said, "sub": own(exchange, token)["sub"]} if isinstance(said, dict) and said.get("sub") else said

    monkeypatch.setattr(Exchange, "_fetch_user_info", answer)
    assert there_and_back(client, "alice@example.test").status_code in {401, 403}
    assert "_auth_user_id" not in client.session


def test_without_the_settings_there_is_no_button_and_no_page(client, db):
    assert "Sign in through" not in client.get("/accounts/login/").content.decode()
    assert client.post(START).status_code == client.get(BACK).status_code == 404


def test_another_provider_is_not_there(client, provider):
    assert client.post("/accounts/oidc/other/login/").status_code == 404


def test_the_pages_policy_names_the_providers_origin_for_forms_alone(tmp_path):
    code = "import json, config.settings as s; print(json.dumps(s.CONTENT_SECURITY_POLICY['DIRECTIVES']))"
    own = {"OIDC_ISSUER": "https://id.example/realms/tv/", **company.CLIENT, "VAR_DIR": str(tmp_path)}
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], env=own, cwd=root, capture_output=True, text=True, check=True)
    policy = json.loads(done.stdout)
    assert policy.pop("form-action") == ["'self'", "https://id.example"]
    assert "id.example" not in str(policy)


def test_a_provider_without_https_is_refused_at_deployment(settings):
    settings.OIDC_ISSUER = "http://id.example"
    assert [error.id for error in checks.check_provider()] == ["dashboard.E001"]
    settings.OIDC_ISSUER = "https://id.example"
    assert checks.check_provider() == []


@pytest.mark.parametrize("missing", ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"])
def test_two_of_the_three_settings_stop_the_start_with_one_line(tmp_path, missing):
    own = {"OIDC_ISSUER": "https://id.example", **company.CLIENT, "VAR_DIR": str(tmp_path)}
    del own[missing]
    root = Path(__file__).resolve().parents[3]
    command = [sys.executable, "-c", "import config.settings"]
    done = subprocess.run(command, env=own, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "settings: OIDC_ISSUER must be set together with OIDC_CLIENT_ID and OIDC_CLIENT_SECRET\n"
