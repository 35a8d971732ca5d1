"""One's own page: a name, a time zone in which all instants are read, roles in words, and where one is signed in."""

import re
from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone

from dashboard import profiles
from dashboard.models import Profile, Session
from oauth.models import AuditEntry
from tests.cast import PASSWORD, person

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_name_and_a_time_zone_are_kept_and_are_in_the_log(as_, alice):
    client = as_(alice)
    response = client.post("/profile/", {"name": " Alice Liddell ", "time_zone": "Asia/Tokyo"})
    assert (response.status_code, response["Location"]) == (302, "/profile/")
    alice.refresh_from_db()
    assert (alice.get_full_name(), Profile.objects.get(user=alice).time_zone) == ("Alice Liddell", "Asia/Tokyo")
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.actor_key, entry.key) == ("person:change", f"user:{alice.pk}", str(alice.pk))
    assert entry.data == {"name": ["Alice", "Alice Liddell"], "time_zone": ["UTC", "Asia/Tokyo"]}
    assert client.post("/profile/", {"name": "Alice Liddell", "time_zone": "Asia/Tokyo"}).status_code == 302
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": "A\u202eb", "time_zone": "UTC"}, "name"),
        ({"name": "x" * 151, "time_zone": "UTC"}, "name"),
        ({"name": "Alice", "time_zone": "Mars/Olympus"}, "time_zone"),
        ({"name": "Alice", "time_zone": "../../etc/passwd"}, "time_zone"),
        ({"name": "Alice"}, "time_zone"),
    ],
)
def test_what_is_no_name_or_time_zone_is_refused_at_its_field(as_, alice, typed, field):
    response = as_(alice).post("/profile/", typed)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    alice.refresh_from_db()
    assert alice.get_full_name() == "Alice"
    assert not Profile.objects.exists()


def test_instants_are_read_in_the_persons_zone_and_stay_machine_readable_in_utc(as_, alice, aurora, operator):
    profiles.change(alice, name="Alice", time_zone="Asia/Tokyo", by=operator)
    AuditEntry.objects.update(at=datetime(2026, 3, 1, 20, 30, tzinfo=UTC))
    alice.memberships.update(role="tam", programmer="")
    page = as_(alice).get("/audit/").content.decode()
    assert '<time datetime="2026-03-01T20:30:00+00:00"' in page
    assert "2 Mar 2026, 05:30 JST" in page
    assert "UTC" not in as_(alice).get("/audit/").content.decode().partition("<tbody")[2].partition("</tbody")[0]


def test_without_a_choice_instants_are_in_utc_and_nobodys_zone_stays_behind(as_, alice, tess, operator, aurora):
    profiles.change(tess, name="Tess", time_zone="Asia/Tokyo", by=operator)
    AuditEntry.objects.update(at=datetime(2026, 3, 1, 20, 30, tzinfo=UTC))
    assert "JST" in as_(tess).get("/audit/").content.decode()
    assert timezone.get_current_timezone_name() == "UTC"
    alice.memberships.update(role="tam", programmer="")
    assert "1 Mar 2026, 20:30 UTC" in as_(alice).get("/audit/").content.decode()


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Berlin", "1 Jul 2026, 14:00 CEST"),
        ("America/Sao_Paulo", "1 Jul 2026, 09:00 UTC-03"),
        ("Asia/Kathmandu", "1 Jul 2026, 17:45 UTC+0545"),
        ("UTC", "1 Jul 2026, 12:00 UTC"),
    ],
)
def test_a_zone_is_named_by_its_abbreviation_or_its_distance(zone, words):
    shown = Template("{% load screens %}{% when at %}|{% day at %}|{% ago at %}")
    with timezone.override(zone):
        page = shown.render(Context({"at": datetime(2026, 7, 1, 12, tzinfo=UTC)}))
    assert page.count(words) == 3
    assert page.count('datetime="2026-07-01T12:00:00+00:00"') == 3


def test_a_zone_that_this_machine_does_not_know_is_utc(alice):
    alice.profile = Profile(user=alice, time_zone="Atlantis/Capital")
    assert profiles.zone_of(alice) is UTC


def test_the_page_says_ones_roles_in_words(as_, tom, aurora):
    page = text(as_(tom).get("/profile/"))
    assert "TAM of Aurora Networks, All environments" in page
    assert "borealis" not in page.lower()
    assert "You have no role yet" in text(as_(person("nora")).get("/profile/"))


def sign_in(client, user, agent=FIREFOX):
    form = {"login": user.email, "password": PASSWORD}
    assert client.post("/accounts/login/", form, HTTP_USER_AGENT=agent).status_code == 302
    return client


def test_one_sees_where_one_is_signed_in_and_ends_the_others(as_, client, alice, tom):
    elsewhere, toms = sign_in(as_(None), alice, CHROME), sign_in(as_(None), tom)
    sign_in(client, alice)
    page = text(client.get("/profile/"))
    assert "Firefox on Linux This one 127.0.0.1" in page
    assert "Chrome on Windows 127.0.0.1" in page
    assert client.get("/profile/sessions/end/").status_code == 200
    assert elsewhere.get("/profile/").status_code == 200
    assert client.post("/profile/sessions/end/")["Location"] == "/profile/"
    assert elsewhere.get("/profile/")["Location"] == "/accounts/login/?next=/profile/"
    assert client.get("/profile/").status_code == toms.get("/profile/").status_code == 200
    entry = AuditEntry.objects.get(event="session:end")
    assert (entry.key, entry.data) == (str(alice.pk), {"sessions": 1})
    client.post("/profile/sessions/end/")
    assert AuditEntry.objects.filter(event="session:end").count() == 1


def test_a_session_is_the_persons_only_while_they_are_signed_in(client, alice):
    sign_in(client, alice)
    assert Session.objects.get().user == alice
    client.post("/accounts/logout/")
    assert not Session.objects.filter(user=alice).exists()


def test_a_new_password_ends_what_was_opened_before(as_, client, alice):
    sign_in(as_(None), alice, CHROME)
    alice.set_password(PASSWORD)
    alice.save()
    assert "Chrome on Windows" not in text(sign_in(client, alice).get("/profile/"))


def test_one_without_javascript_finds_it_in_the_account_menu(as_, alice, aurora):
    assert 'href="/profile/"' in as_(alice).get("/release-production/").content.decode()
