import pytest
from django.db.models.functions import Now

from dashboard import tallies
from oauth import environments, jose
from registration import applications, statements
from registration.models import Client, SoftwareStatement
from tests import factories, protocol
from tests.cast import actor
from tests.dashboard.screens.conftest import PLACE, register


@pytest.fixture
def statement(live):
    return live.statements.get()


def test_the_download_is_the_statement_and_nothing_else_always_the_same(as_, alice, statement, url):
    address = url(f"statements/{statement.pk}/download/")
    first, second = as_(alice).get(address), as_(alice).get(address)
    assert first.content == second.content == statement.text.encode()
    assert first["Content-Type"] == "text/plain; charset=us-ascii"
    name = "aurora-aurora-live_6.1.0_release-production.jwt.txt"
    assert first["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "no-store" in first["Cache-Control"]


def test_a_viewer_sees_jti_dates_and_state_but_not_the_text(as_, victor, alice, statement, url):
    for path in ("", "statements/", f"statements/{statement.pk}/"):
        page = as_(victor).get(url(path)).content.decode()
        assert statement.jti in page, path
        assert statement.text not in page, path
        assert statement.text.split(".")[1] not in page, path
    assert as_(victor).get(url(f"statements/{statement.pk}/download/")).status_code == 403
    assert statement.text in as_(alice).get(url(f"statements/{statement.pk}/")).content.decode()


def test_the_page_shows_key_digest_claims_and_snippets(as_, alice, live, statement, url):
    page = as_(alice).get(url(f"statements/{statement.pk}/")).content.decode()
    issuer = environments.issuer("release-production")
    assert statement.signing_key.kid in page
    assert statement.digest[:4] in page
    assert jose.parse(statement.text).claims["iss"] in page
    assert f"curl -X POST {issuer}/o/client/register" in page
    assert f"curl -X POST {issuer}/o/client/token" in page
    assert "&lt;string name=&quot;software_statement&quot;&gt;" in page
    assert "&lt;key&gt;software_statement&lt;/key&gt;" in page


def test_the_newest_of_an_application_that_is_not_active_is_not_called_valid(as_, alice, tom, live):
    where = f"{PLACE}/applications/{live.software_id}/"
    assert "The newest that is valid" in as_(alice).get(where).content.decode()
    applications.suspend(live, reason="Leaked", by=actor(tom))
    shown = as_(alice).get(where).content.decode()
    assert "The newest that is valid" not in shown
    assert "nobody can register with it now" in shown


def test_issuing_adds_one_and_leaves_the_older_ones_valid(as_, alice, live, url):
    answer = as_(alice).post(url("statements/issue/"), {"expires_at": "2999-01-02T03:04"})
    newest = live.statements.order_by("-issued_at", "-expires_at").exclude(expires_at=None).get()
    assert answer["Location"] == url(f"statements/{newest.pk}/")
    assert newest.expires_at.isoformat() == "2999-01-02T03:04:00+00:00"
    assert live.statements.count() == 2


def test_an_expiry_that_has_passed_is_refused_at_its_field(as_, alice, live, url):
    page = as_(alice).post(url("statements/issue/"), {"expires_at": "2001-01-02T03:04"})
    assert page.status_code == 422
    assert 'id="id_expires_at_error"' in page.content.decode()
    assert live.statements.count() == 1


def test_a_viewer_issues_nothing(as_, victor, live, url):
    assert as_(victor).post(url("statements/issue/"), {}).status_code == 403
    assert live.statements.count() == 1


def test_a_privileged_statement_is_a_tams_to_issue_and_download(as_, alice, tom, live):
    job = factories.application("Usage job", scopes=["analytics:client"], platforms=[], domains=[])
    at = f"{PLACE}/applications/{job.software_id}/statements/"
    download = f"{at}{job.statements.get().pk}/download/"
    for path in (download, f"{at}issue/"):
        assert as_(alice).get(path).status_code == 403
        assert as_(tom).get(path).status_code == 200
    assert "Keep its statement on servers" in as_(tom).get(f"{PLACE}/applications/{job.software_id}/").content.decode()


def test_a_tam_revokes_a_statement_with_reason_and_name_and_reinstates_it(as_, tom, statement, url):
    at = url(f"statements/{statement.pk}/")
    assert as_(tom).post(f"{at}revoke/", {"reason": "Leaked", "confirmation": "Aurora"}).status_code == 422
    assert as_(tom).post(f"{at}revoke/", {"reason": " ", "confirmation": "Aurora Live"}).status_code == 422
    assert SoftwareStatement.objects.get().revoked_at is None
    assert as_(tom).post(f"{at}revoke/", {"reason": "Leaked", "confirmation": "Aurora Live"}).status_code == 302
    assert SoftwareStatement.objects.get().reason == "Leaked"
    assert "“Leaked”" in as_(tom).get(at).content.decode()
    assert as_(tom).post(f"{at}reinstate/", {"reason": "Found"}).status_code == 302
    assert SoftwareStatement.objects.get().revoked_at is None


def test_a_statement_says_how_many_clients_registered_with_it(as_, tom, live, statement, url, monkeypatch):
    for number in range(2):
        register(live, f"client-{number}")
    register(live, "revoked", revoked_at=Now())
    at, other = url(f"statements/{statement.pk}/"), statements.issue(live, expires_at=None, by=actor(tom))
    assert "2 registered with it" in as_(tom).get(at).content.decode()
    assert "2 clients registered with it." in as_(tom).get(f"{at}revoke/").content.decode()
    assert "No client registered with it." in as_(tom).get(url(f"statements/{other.pk}/revoke/")).content.decode()
    monkeypatch.setattr(tallies, "count", lambda *_: None)
    assert "Not counted in time" in as_(tom).get(at).content.decode()
    assert "was not counted in time." in as_(tom).get(f"{at}revoke/").content.decode()


# --- Testing one ---

URI = "https://live.aurora.example/done"


@pytest.fixture
def tested(as_, victor, statement, url):
    """The page of a test, as a viewer reads it."""

    def ask(**fields):
        page = as_(victor).get(url(f"statements/{statement.pk}/test/"), fields)
        assert page.status_code == 200
        assert statement.text not in page.content.decode()
        return page.content.decode()

    return ask


def registers(client, statement, **members):
    return protocol.register(client, statement.text, headers={"host": "localhost"}, **members)


def test_a_test_says_that_an_app_would_register_and_makes_no_client(tested, client, statement):
    page = tested(redirect_uri=URI)
    assert "An app that registers with it now gets a client." in page
    assert f"key {statement.signing_key.kid}" in page
    assert f"The redirect URI {URI} is allowed." in page
    assert "with the scopes api:client:v2" in page
    assert "Without a redirect URI none is registered." in tested()
    assert Client.objects.count() == 0
    assert registers(client, statement, redirect_uri=URI).status_code == 201


def test_a_test_says_what_the_register_endpoint_would_answer(tested, client, live, statement):
    foreign = "https://elsewhere.example/"
    page, answer = tested(redirect_uri=foreign), registers(client, statement, redirect_uri=foreign).json()
    assert f"is answered 400 {answer['error']}." in page
    assert answer["error_description"] in page
    assert answer["error"] == "invalid_redirect_uri"
    protocol.at(statement, revoked_at=True)
    page, answer = tested(), registers(client, statement).json()
    assert f"is answered 400 {answer['error']}." in page
    assert answer["error_description"] in page
    assert answer["error"] == "unapproved_software_statement"
    assert "Signature (" in page


def test_a_test_follows_the_application_and_the_date(tested, live, statement):
    protocol.at(live, closed_at=True)
    assert "400 unapproved_software_statement" in tested()
    protocol.at(live, closed_at=None)
    assert "gets a client" in tested()
    expired = protocol.resign(statement.text, claims={"exp": 1_577_836_800})
    type(statement).objects.filter(pk=statement.pk).update(text=expired)
    page = tested()
    assert "400 invalid_software_statement" in page
    assert "The software statement has expired." in page
    assert "Refused: its signature, issuer or dates." in page


def test_a_statement_of_an_application_that_refuses_says_so(as_, alice, tom, live, statement, url):
    at, words = url(f"statements/{statement.pk}/"), "nobody can register with it now."
    assert words not in as_(alice).get(at).content.decode()
    applications.suspend(live, reason="Odd", by=actor(tom))
    assert f"Its application is suspended: {words}" in as_(alice).get(at).content.decode()


def test_an_editor_revokes_no_statement(as_, alice, statement, url):
    at = url(f"statements/{statement.pk}/revoke/")
    assert as_(alice).post(at, {"reason": "Leaked", "confirmation": "Aurora Live"}).status_code == 403
    assert SoftwareStatement.objects.get().revoked_at is None


def test_a_statement_of_another_application_is_not_found_here(as_, tess, borealis, url):
    assert as_(tess).get(url(f"statements/{borealis.statements.get().pk}/")).status_code == 404
    assert as_(tess).get(url(f"statements/{borealis.statements.get().pk}/download/")).status_code == 404
