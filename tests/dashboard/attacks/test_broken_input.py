"""What no browser sends: every page answers it with a refusal, on both databases, and never with a 500."""

import time

import pytest
from django.test import Client

from dashboard import changes
from dashboard.changes import Edit
from tests import factories
from tests.cast import actor
from tests.dashboard.screens.conftest import PLACE

HIDDEN = {
    "nested too deeply": "[" * 100_000,
    "a number of too many digits": '{"display_name": ' + "9" * 5_000 + "}",
    "half a surrogate pair": r'{"display_name": "\ud800"}',
    "a NUL": r'{"display_name": "\u0000"}',
}


@pytest.mark.parametrize(
    "path",
    [
        "programmers/{}/",
        "programmers/{}/edit/",
        "channels/{}/",
        "channels/aurora-one/domains/{}/remove/",
        "schemes/{}/edit/",
        "changes/{}/1/",
        "changes/{}/1/undo/",
        "changes/{}/compare/",
        "changes/entities/channel/{}/history/",
        "changes/entities/{}/aurora-one/history/",
        "switch/?from=/release-staging/channels/{}/",
        "switch/?from=/release-staging/programmers/{}/",
    ],
)
@pytest.mark.parametrize("name", ["%00", "a%00b", "%ff", "%ED%A0%80", "a" * 3_000])
def test_a_url_that_names_nothing_is_not_found_whatever_it_holds(as_, ada, live, path, name):
    answer = as_(ada).get(f"{PLACE}/{path.format(name)}")
    assert answer.status_code == (302 if path.startswith("switch/") else 404)


@pytest.mark.parametrize("session", [r'"\000aaaaaaaaaaaaaaaa"', "a" * 5_000, r'"\342\200\256aaaaaaaaaaaa"'])
def test_a_session_id_that_nobody_made_is_no_session(client, db, session):
    answer = client.get(f"{PLACE}/", headers={"cookie": f"sessionid={session}"})
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={PLACE}/")


@pytest.mark.parametrize("seen", HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize("path", ["programmers/aurora/edit/", "channels/aurora-one/"])
def test_what_a_page_had_shown_is_read_as_strictly_as_a_body_of_the_protocol(as_, alice, live, path, seen):
    sent = {"display_name": "Another", "description": "Named anew"}
    assert as_(alice).post(f"{PLACE}/{path}", {**sent, "seen": seen}).status_code == 422
    assert as_(alice).post(f"{PLACE}/{path}", {**sent, "seen": "{}"}).status_code == 302


@pytest.mark.parametrize(("version", "proposed"), [("²", ""), ("٩", "10"), ("①.1", ""), ("6.1.0", "7.0.0")])
def test_any_version_that_may_exist_may_be_duplicated(as_, alice, live, version, proposed):
    application = live if version == "6.1.0" else factories.application("Odd", version=version)
    page = as_(alice).get(f"{PLACE}/applications/{application.software_id}/duplicate/")
    assert page.status_code == 200
    assert page.context["form"]["version"].value() == proposed


def test_a_reason_holds_no_text_direction_characters(as_, tom, live, url):
    sent = {"confirmation": "Aurora Live"}
    refused = as_(tom).post(url("suspend/"), {**sent, "reason": "Leaked \u202eyadretsey"})
    assert refused.status_code == 422
    assert "text-direction" in refused.content.decode()
    assert as_(tom).post(url("suspend/"), {**sent, "reason": "Leaked yesterday"}).status_code == 302


@pytest.mark.parametrize("name", ["\u200b", "Aurora\u2060 Live", "Aurora \u00adLive", "\u3164", "A\U000e0041"])
def test_a_name_holds_nothing_that_cannot_be_seen(alice, live, name):
    """Two that look alike are two nobody can tell apart, and one that cannot be typed cannot be confirmed."""
    with pytest.raises(changes.conflicts.Invalid) as refused:
        factories.pushed(Edit("application", factories.application_properties(name)), of="aurora", by=actor(alice))
    assert list(refused.value.messages) == ["name"]


def test_a_file_that_nobody_asked_for_is_not_kept(client, db, settings):
    """The dashboard takes no files: anybody could fill the disk through the sign-in page."""
    assert settings.FILE_UPLOAD_HANDLERS == ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    large = SimpleUploadedFile("large.bin", b"x" * (settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1))
    page = client.post("/accounts/login/", {"login": "x@example.test", "password": "x", "file": large})
    assert page.status_code == 200
    assert page.wsgi_request.FILES == {}


@pytest.mark.parametrize("accept", ["text/html", "*/*"])
@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded; charset=utf-7",
        "multipart/form-data",
        "multipart/form-data; boundary=",
    ],
)
def test_a_body_that_cannot_be_read_is_a_bad_request_and_no_fault_of_ours(db, accept, content_type):
    browser = Client(enforce_csrf_checks=True, headers={"accept": accept})
    browser.get("/accounts/login/")
    answer = browser.post("/accounts/login/", b"login=x", content_type=content_type)
    assert answer.status_code == 400


MARKS = "a" + "\u0300\u0327" * 100_000
LONG_LABEL = "".join(map(chr, range(0x4E00, 0x9E00))) + ".example"


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("programmers/new/", {"public_id": MARKS, "display_name": "Name"}),
        ("programmers/new/", {"public_id": "name", "display_name": MARKS}),
        ("programmers/aurora/edit/", {"display_name": MARKS}),
        ("programmers/aurora/applications/new/", {"name": MARKS, "version": MARKS}),
        ("channels/aurora-one/domains/new/", {"host": LONG_LABEL}),
        ("channels/aurora-one/domains/new/", {"host": MARKS + ".example"}),
    ],
)
def test_what_would_take_a_minute_to_read_is_refused_at_once(as_, ada, live, path, sent):
    """Unicode's normal forms and punycode take the square of what they are given."""
    started = time.process_time()
    assert as_(ada).post(f"{PLACE}/{path}", sent).status_code == 422
    assert time.process_time() - started < 2


@pytest.mark.parametrize(("name", "status"), [("\ufdfa" * 255, 422), ("\u1e9e" * 255, 422), ("\u1e9e" * 200, 302)])
def test_a_name_that_grows_when_it_is_folded_fits_its_column_or_is_refused(as_, ada, live, name, status):
    assert as_(ada).post(f"{PLACE}/programmers/aurora/edit/", {"display_name": name}).status_code == status
