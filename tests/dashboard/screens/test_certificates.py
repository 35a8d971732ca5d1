"""Certificates of programmers and channels, through their pages."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import expiries, permissions
from dashboard.models import Change
from registration.models import Certificate
from tests import certificates, factories
from tests.cast import signed_in
from tests.dashboard.screens.conftest import PLACE

AT = f"{PLACE}/programmers/aurora/certificates/"
AT_CHANNEL = f"{PLACE}/channels/aurora-one/certificates/"
KEY = certificates.private_pem()
# A line of the key's own: nothing that the server says or writes may hold it.
SECRET = KEY.splitlines()[1]


def text(response):
    return response.content.decode()


def file(content, name="metadata.pem"):
    return SimpleUploadedFile(name, content)


def test_an_editor_pastes_one_and_it_is_live_once_it_is_pushed(as_, alice, victor, live):
    assert as_(victor).get(f"{AT}new/").status_code == 403
    assert as_(victor).post(f"{AT}new/", {"pem": certificates.pem()}).status_code == 403
    answer = as_(alice).post(f"{AT}new/", {"pem": certificates.pem(), "used_for_user_metadata": "on"})
    assert (answer.status_code, answer["Location"]) == (302, AT)
    assert "In your draft, not live yet" in text(as_(alice).get(AT))
    assert certificates.NAME not in text(as_(victor).get(AT))
    factories.push_drafts(alice)
    row = Certificate.objects.get()
    assert (row.name, row.programmer.id_key, row.channel, row.used_for_user_metadata) == (
        certificates.NAME,
        "aurora",
        None,
        True,
    )
    page = text(as_(victor).get(f"{AT}{row.sha256}/"))
    for said in ("CN=metadata.aurora.example", "1f2e 3d4c", "EC secp256r1", "256 bits", "SHA-256", "signed by itself"):
        assert said in page, said
    assert as_(victor).get(f"{AT}{row.sha256}/download/").content.decode() == row.pem


@pytest.mark.parametrize("content", [certificates.pem().encode(), certificates.der()])
def test_one_is_uploaded_in_either_form(as_, alice, live, content):
    assert as_(alice).post(f"{AT_CHANNEL}new/", {"file": file(content)}).status_code == 302
    factories.push_drafts(alice)
    assert Certificate.objects.get().channel.id_key == "aurora-one"


def test_what_is_none_is_refused_at_its_field(as_, alice, live):
    for sent, at in (
        ({"pem": "nonsense"}, "id_pem_error"),
        ({}, "id_pem_error"),
        ({"file": file(b"nonsense")}, "id_file_error"),
        ({"file": file(b"")}, "id_file_error"),
        ({"pem": certificates.pem(), "file": file(certificates.der())}, "id_file_error"),
        ({"pem": certificates.pem() + certificates.pem("chain")}, "id_pem_error"),
        ({"pem": "a\0b"}, "id_pem_error"),
    ):
        page = as_(alice).post(f"{AT}new/", sent)
        assert page.status_code == 422
        assert f'id="{at}"' in text(page), sent
        assert "nonsense" not in text(page)
    assert not Change.objects.filter(kind="certificate").exclude(change_set__state="pushed").exists()


@pytest.mark.parametrize(
    "sent",
    [
        lambda: {"pem": KEY},
        lambda: {"pem": certificates.pem() + KEY},
        lambda: {"pem": KEY + certificates.pem(), "anyway": "1"},
        lambda: {"file": file(KEY.encode(), "key.pem")},
        lambda: {"file": file(certificates.pem().encode() + KEY.encode())},
        lambda: {"pem": KEY, "file": file(certificates.der())},
        lambda: {"pem": SECRET},
    ],
)
def test_a_private_key_is_refused_and_goes_nowhere(as_, alice, live, caplog, capsys, sent):
    before = Change.objects.count()
    with caplog.at_level(logging.DEBUG), CaptureQueriesContext(connection) as queries:
        page = as_(alice).post(f"{AT}new/", sent())
    assert page.status_code == 422
    said, errors = capsys.readouterr()
    written = "\n".join([caplog.text, said, errors, *(query["sql"] for query in queries.captured_queries)])
    assert SECRET not in text(page)
    assert SECRET not in written
    assert Change.objects.count() == before
    assert Certificate.objects.count() == 0


def test_an_expired_or_weak_one_is_added_only_knowingly(as_, alice, live):
    for pem, said in (
        (certificates.pem("old", days=-2, since=-400), "It expired on"),
        (certificates.pem("weak", of="1024"), "1024 bits"),
        (certificates.pem("early", since=5), "valid only from"),
        (certificates.pem("root", authority=True), "made to sign others"),
    ):
        told = as_(alice).post(f"{AT}new/", {"pem": pem})
        assert told.status_code == 422
        assert said in text(told)
        assert "Add it anyway" in text(told)
        assert pem.splitlines()[1] in text(told)
        assert as_(alice).post(f"{AT}new/", {"pem": pem, "anyway": "1"}).status_code == 302
    told = as_(alice).post(f"{AT}new/", {"file": file(certificates.der("filed", days=-2, since=-400))})
    assert "BEGIN CERTIFICATE" in text(told)  # the file is not sent again: it stands in the field now
    factories.push_drafts(alice)
    assert Certificate.objects.count() == 4


def test_the_same_one_is_refused_and_one_that_is_inherited_is_pointed_out(as_, alice, live):
    row = factories.certificate()
    again = as_(alice).post(f"{AT}new/", {"pem": row.pem})
    assert "This certificate is here already." in text(again)
    told = as_(alice).post(f"{AT_CHANNEL}new/", {"pem": row.pem})
    assert "all its channels inherit it" in text(told)
    assert as_(alice).post(f"{AT_CHANNEL}new/", {"pem": row.pem, "anyway": "1"}).status_code == 302


def test_nothing_can_be_encrypted_to_a_key_that_only_signs(as_, alice, live):
    pem = certificates.pem(of="ed25519")
    refused = as_(alice).post(f"{AT}new/", {"pem": pem, "used_for_user_metadata": "on"})
    assert "id_used_for_user_metadata_error" in text(refused)
    assert as_(alice).post(f"{AT}new/", {"pem": pem}).status_code == 302


def test_a_channel_inherits_and_cannot_change_what_it_inherits(as_, alice, live):
    inherited, own = factories.certificate(), factories.certificate(certificates.pem("own"), channel="aurora-one")
    page = text(as_(alice).get(AT_CHANNEL))
    assert "inherited" in page
    assert f"{AT_CHANNEL}{own.sha256}/use/" in page
    assert f"{inherited.sha256}/use/" not in page
    assert as_(alice).get(f"{AT_CHANNEL}{inherited.sha256}/").status_code == 404
    assert as_(alice).post(f"{AT_CHANNEL}{inherited.sha256}/remove/").status_code == 404
    assert as_(alice).get(f"{AT}{inherited.sha256}/").status_code == 200


def test_an_editor_uses_one_and_stops_using_it(as_, alice, victor, live):
    row = factories.certificate()
    for wanted, asked in ((True, "Use metadata.aurora.example"), (False, "Stop using metadata.aurora.example")):
        assert as_(victor).post(f"{AT}{row.sha256}/use/").status_code == 403
        assert asked in text(as_(alice).get(f"{AT}{row.sha256}/use/"))
        assert as_(alice).post(f"{AT}{row.sha256}/use/").status_code == 302
        factories.push_drafts(alice)
        row.refresh_from_db()
        assert row.used_for_user_metadata is wanted


def test_using_it_twice_takes_it_back(as_, alice, live):
    row = factories.certificate()
    for staged in (1, 0):
        as_(alice).post(f"{AT}{row.sha256}/use/")
        assert Change.objects.filter(change_set__state="draft").count() == staged


def test_removing_an_active_one_says_so_and_adding_it_again_brings_it_back(as_, alice, live):
    row = factories.certificate(used_for_user_metadata=True)
    page = text(as_(alice).get(f"{AT}{row.sha256}/remove/"))
    assert "Remove the active certificate" in page
    assert "user metadata is encrypted to it" in page
    assert as_(alice).post(f"{AT}{row.sha256}/remove/").status_code == 302
    assert "Your draft removes this." in text(as_(alice).get(f"{AT}{row.sha256}/"))
    factories.push_drafts(alice)
    assert as_(alice).get(f"{AT}{row.sha256}/").status_code == 404
    assert as_(alice).post(f"{AT}new/", {"pem": row.pem}).status_code == 302
    factories.push_drafts(alice)
    row.refresh_from_db()
    assert (row.removed_in, row.used_for_user_metadata) == (None, False)  # as the form said this time


def test_one_that_is_only_in_the_draft_can_be_gone_on_with(as_, alice, live):
    as_(alice).post(f"{AT}new/", {"pem": certificates.pem()})
    change = Change.objects.get(change_set__state="draft")
    at = f"{PLACE}/draft/changes/{change.pk}/edit/"
    assert certificates.NAME in text(as_(alice).get(at))
    assert as_(alice).post(at, {"used_for_user_metadata": "on"}).status_code == 302
    factories.push_drafts(alice)
    assert Certificate.objects.get().used_for_user_metadata is True


def test_the_list_says_how_long_each_still_holds(as_, victor, live):
    for name, days in (("over", -3), ("soon", 12.5), ("far", 300)):
        factories.certificate(certificates.pem(name, days=days, since=-400))
    page = text(as_(victor).get(AT))
    for words in ("Expired", "Expires in 12 days", "Valid"):
        assert f">{words}</span>" in page, words


# --- Notices ahead ---


def test_used_ones_are_noticed_60_30_and_7_days_ahead_and_once_they_have_expired(live):
    now = datetime.now(UTC)
    for name, days in (("far", 61), ("sixty", 59), ("thirty", 29), ("seven", 6), ("over", -1)):
        factories.certificate(certificates.pem(name, days=days, since=-400), used_for_user_metadata=True)
    factories.certificate(certificates.pem("unused", days=3))
    told = expiries.expiring(permissions.OPERATOR, "release-production", now)
    assert [(each.certificate.name, each.ahead) for each in told] == [
        ("over", 0),
        ("seven", 7),
        ("thirty", 30),
        ("sixty", 60),
    ]
    assert expiries.expiring(permissions.OPERATOR, "release-staging", now) == []
    later = expiries.expiring(permissions.OPERATOR, "release-production", now + timedelta(days=2))
    assert [each.certificate.name for each in later][-1] == "far"


def test_the_home_page_tells_those_who_may_see_it(as_, victor, charlie, live):
    row = factories.certificate(certificates.pem(days=20.5), channel="aurora-one", used_for_user_metadata=True)
    page = text(as_(victor).get(f"{PLACE}/"))
    assert "Expires in 20 days" in page
    assert f"{AT_CHANNEL}{row.sha256}/" in page
    assert "Expires in 20 days" not in text(as_(charlie).get(f"{PLACE}/"))


def test_a_page_of_them_takes_no_more_queries_than_one(as_, victor, live):
    browser = as_(victor)

    def asked(url):
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(url).status_code == 200
        return len(queries)

    pages = (AT, AT_CHANNEL, f"{PLACE}/")
    factories.certificate(certificates.pem("first", days=3), used_for_user_metadata=True)
    browser.get(AT)  # the first page of a session writes it
    before = [asked(url) for url in pages]
    for number in range(4):
        factories.certificate(certificates.pem(f"{number}", days=3), channel="aurora-one", used_for_user_metadata=True)
    assert [asked(url) for url in pages] == before


# --- Hostile input ---

DER = certificates.der()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=200).map(lambda pasted: {"pem": pasted}),
        st.binary(max_size=200).map(lambda content: {"file": content}),
        st.tuples(st.integers(0, len(DER) - 1), st.integers(0, 255)).map(
            lambda change: {"file": DER[: change[0]] + bytes([change[1]]) + DER[change[0] + 1 :]}
        ),
    ),
    st.booleans(),
)
def test_whatever_is_sent_is_answered(alice, live, sent, knowingly):
    if "file" in sent:
        sent = {"file": file(sent["file"])}
    answer = signed_in(alice).post(f"{AT}new/", {**sent, **({"anyway": "1"} if knowingly else {})})
    assert answer.status_code in {302, 422}
    if answer.status_code == 302:
        assert signed_in(alice).get(AT).status_code == 200


# --- Elsewhere ---


def test_from_a_certificate_one_gets_to_the_certificates_of_another_environment(as_, alice, live):
    factories.world("aurora", environment="release-staging")
    row = factories.certificate(channel="aurora-one")
    for left, landed in (
        (f"{AT}{row.sha256}/", "programmers/aurora/certificates/"),
        (AT, "programmers/aurora/certificates/"),
        (f"{AT_CHANNEL}{row.sha256}/use/", "channels/aurora-one/certificates/"),
        (f"{PLACE}/channels/aurora-one/analytics/new/", "channels/aurora-one/analytics/"),
    ):
        answer = as_(alice).get("/release-staging/switch/", {"from": left})
        assert answer["Location"] == f"/release-staging/{landed}", left
