"""Every form of the dashboard, filled in by somebody who means ill: nothing fails, and nothing of others moves."""

from html.parser import HTMLParser
from itertools import product
from urllib.parse import quote, urljoin, urlsplit

import pytest
from django.db import transaction
from django.urls import reverse

from dashboard.models import Change, Head
from oauth.models import AuditEntry
from registration.models import Client, RegisteredApplication, SoftwareStatement
from tests.dashboard import test_url_table as table
from tests.dashboard.test_url_table import here, strange

__all__ = ["here", "strange"]
FORMS = sorted(name for name, page in table.TABLE.items() if page.post != 405)
# Octets as a form sends them.
HOSTILE = {
    "NUL": "a%00b",
    "half a surrogate pair": "%ED%A0%80",
    "text direction": quote("\u202egpj.exe\u2066"),
    "very long": "a" * 50_000,
    "a huge number": "9" * 400,
    "an object": quote('{"display_name": {"a": [1e999]}}'),
    "somebody else's place": quote("//elsewhere.example/"),
    "somebody else's place, by backslashes": quote("/\\elsewhere.example\r\nSet-Cookie: a=b"),
    "another's channel": "borealis-one",
}
# What breaks a parser or a database does so whoever sends it; the rest is about what an editor may not.
ANYBODYS = {"NUL", "half a surrogate pair", "very long", "an object"}
TOLD = {200, 302, 400, 403, 404, 409, 422, 429}


class Fields(HTMLParser):
    """The names of what a page's forms send by POST."""

    def __init__(self, text):
        super().__init__()
        self.names, self._in = {"next", "seen"}, False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self._in = given.get("method") == "post"
        elif self._in and given.get("name") not in {None, "", "preview"}:
            self.names.add(given["name"])

    def handle_endtag(self, tag):
        self._in = self._in and tag != "form"


def of_others():
    """All that somebody of aurora could have moved of borealis."""
    theirs = {"programmer": "borealis"}
    application = RegisteredApplication.objects.get(programmer__id_key="borealis")
    return (
        list(Change.objects.filter(**theirs).order_by("pk").values_list("pk", "after")),
        list(Head.objects.filter(**theirs).values_list("version", flat=True)),
        AuditEntry.objects.filter(**theirs).count(),
        (application.revoked_at, application.suspended_at, application.closed_at),
        SoftwareStatement.objects.filter(application=application).count(),
        Client.objects.filter(application=application, revoked_at=None).count(),
    )


def send(browser, name, kwargs, body):
    """The answer, and what there is then of borealis; all of it is undone."""
    with transaction.atomic():
        answer = browser.post(
            reverse(name, kwargs=kwargs),
            body,
            content_type="application/x-www-form-urlencoded",
            headers={"accept": "text/html"},
        )
        found = of_others()
        transaction.set_rollback(True)
    return answer, found


@pytest.mark.parametrize("quarter", range(4))
def test_a_form_filled_in_with_anything_is_answered_and_moves_nothing_of_others(quarter, here, strange, alice, ada):
    before = of_others()
    for name, who in product(FORMS[quarter::4], (alice, ada)):
        browser, kwargs = table.signed_in(who), table.arguments(name, here)
        browser.raise_request_exception = False
        session = browser.cookies["sessionid"].value
        names = sorted(Fields(browser.get(reverse(name, kwargs=kwargs)).content.decode()).names)
        bodies = {why: "&".join(f"{each}={value}" for each in names) for why, value in HOSTILE.items()}
        bodies["each of them twice"] = "&".join(f"{each}=aurora-one&{each}=borealis-one" for each in names)
        for why, body in bodies.items():
            if who == ada and why not in ANYBODYS:
                continue
            browser.cookies["sessionid"] = session  # whatever the last one ended
            answer, found = send(browser, name, kwargs, body)
            told = (name, who.first_name, why, answer.status_code, answer.headers.get("Location", "/"))
            assert answer.status_code in TOLD, told
            where = urljoin("http://testserver/", told[-1].replace("\\", "/"))
            assert urlsplit(where).netloc == "testserver", told
            assert not set(answer.cookies) - {"sessionid", "csrftoken", "messages", "theme"}, told
            assert found == before or who == ada, told
            if who == alice and "borealis" not in body:
                assert "orealis" not in answer.content.decode(), told
