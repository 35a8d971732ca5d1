from datetime import timedelta

import pytest
from django.db.models.functions import Now

from dashboard.changes import Edit
from dashboard.models import RevocationRequest
from oauth.models import AuditEntry
from registration import applications, statements
from registration.models import RegisteredApplication, State
from tests import factories
from tests.cast import actor
from tests.dashboard.screens.conftest import PLACE, register

SURE = {"reason": "Leaked", "confirmation": "Aurora Live"}


def state(application):
    return applications.state_of(application)


@pytest.mark.parametrize(
    ("verb", "who", "after"),
    [
        ("close", "alice", State.CLOSED),
        ("suspend", "tom", State.SUSPENDED),
        ("revoke", "tom", State.REVOKED),
    ],
)
def test_a_state_is_changed_with_a_reason_and_recorded(request, as_, live, url, verb, who, after):
    person = request.getfixturevalue(who)
    answer = as_(person).post(url(f"{verb}/"), SURE)
    assert (answer.status_code, answer["Location"]) == (302, url())
    assert state(live) is after
    entry = AuditEntry.objects.get(event=f"application:{verb}")
    assert (entry.actor_key, entry.reason, entry.door) == (f"user:{person.pk}", "Leaked", "page")


@pytest.mark.parametrize("verb", ["close", "suspend", "revoke"])
@pytest.mark.parametrize("sent", [{}, {**SURE, "reason": ""}, {**SURE, "confirmation": "aurora live"}])
def test_without_a_reason_or_with_another_name_nothing_happens(as_, tom, live, url, verb, sent):
    page = as_(tom).post(url(f"{verb}/"), sent)
    assert page.status_code == 422
    assert state(live) is State.ACTIVE


def test_a_missing_reason_and_a_wrong_name_are_told_together(as_, tom, live, url):
    page = as_(tom).post(url("revoke/"), {"reason": "", "confirmation": "x"}).content.decode()
    assert 'href="#id_reason"' in page
    assert 'href="#id_confirmation"' in page


def test_what_is_planned_holds_nothing_yet(as_, tom, live, url):
    """No page plans; the rows can, and no page may call planned what is in force."""
    register(live, "planned")
    RegisteredApplication.objects.filter(pk=live.pk).update(
        revoked_at=Now() + timedelta(days=5), closed_at=Now() + timedelta(days=2)
    )
    page = as_(tom).get(url()).content.decode()
    assert "The newest that is valid" in page
    assert "It was revoked less than 30 days ago." not in page
    assert "It has clients." in page
    applications.suspend(live, reason="Leaked", by=actor(tom))
    assert "will be closed again" not in as_(tom).get(url("reinstate/")).content.decode()
    assert "is reinstated." in as_(tom).post(url("reinstate/"), {**SURE}, follow=True).content.decode()


@pytest.mark.parametrize("verb", ["suspend", "revoke"])
def test_an_editor_is_told_who_may_and_gets_403(as_, alice, live, url, verb):
    assert "A TAM may do this." in as_(alice).get(url()).content.decode()
    assert as_(alice).get(url(f"{verb}/")).status_code == 403
    assert as_(alice).post(url(f"{verb}/"), SURE).status_code == 403
    assert state(live) is State.ACTIVE


def test_the_name_is_not_asked_for_elsewhere_than_in_release_production_without_clients(as_, tom, signing_keys):
    app = factories.world("aurora")
    assert "confirmation" in as_(tom).get(f"{PLACE}/applications/{app.software_id}/revoke/").content.decode()
    test = factories.world("aurora", environment="prequal-staging")
    at = f"/prequal-staging/applications/{test.software_id}/revoke/"
    assert "confirmation" not in as_(tom).get(at).content.decode()
    register(test, "a-device")
    assert "confirmation" in as_(tom).get(at).content.decode()


def test_the_page_says_whom_it_hits_before_the_click(as_, tom, live, url):
    for number in range(3):
        register(live, f"device-{number}")
    page = as_(tom).get(url("revoke/")).content.decode()
    assert "<dd>3</dd>" in page
    assert "Devices are told invalid_client and throw their credentials away" in page
    assert "Other versions and other applications keep working." in page
    assert "Keep application" in page
    assert "Can be restored for 30 days." in page


def test_an_editors_closing_is_any_editors_to_undo_and_a_tams_a_tams(as_, alice, tom, live, url):
    as_(alice).post(url("close/"), SURE)
    assert as_(alice).post(url("reinstate/"), {"reason": "Again"}).status_code == 302
    assert state(live) is State.ACTIVE
    as_(tom).post(url("close/"), SURE)
    assert as_(alice).post(url("reinstate/"), {"reason": "Again"}).status_code == 403
    assert state(live) is State.CLOSED
    assert as_(tom).post(url("reinstate/"), {"reason": "Again"}).status_code == 302


def test_reinstating_says_what_shows_again_beneath(as_, tom, live, url):
    applications.close(live, reason="Old", as_tam=True, by=actor(tom))
    applications.suspend(live, reason="Odd", by=actor(tom))
    assert "It was closed before, and will be closed again." in as_(tom).get(url("reinstate/")).content.decode()
    as_(tom).post(url("reinstate/"), {"reason": "Fine"})
    assert state(live) is State.CLOSED


def test_after_thirty_days_nobody_is_offered_to_reinstate(as_, tom, live, url):
    as_(tom).post(url("revoke/"), SURE)
    assert f'href="{url("reinstate/")}"' in as_(tom).get(url()).content.decode()
    RegisteredApplication.objects.update(revoked_at=Now() - timedelta(days=30))
    page = as_(tom).get(url()).content.decode()
    assert "nobody can reinstate it." in page
    assert "It was revoked more than 30 days ago." in page
    assert f'href="{url("reinstate/")}"' not in page
    assert as_(tom).post(url("reinstate/"), {"reason": "Late"}).status_code == 422
    assert state(live) is State.REVOKED


def test_reinstating_what_is_active_is_refused_in_words(as_, tom, live, url):
    page = as_(tom).post(url("reinstate/"), {"reason": "Why"})
    assert page.status_code == 422
    assert "there is nothing to reinstate" in page.content.decode()


def test_one_client_is_revoked_by_a_tam_and_the_others_go_on(as_, alice, tom, live, url):
    one, other = register(live, "one"), register(live, "other")
    at = url(f"clients/{one.pk}/revoke/")
    assert as_(alice).post(at, {"reason": "Stolen"}).status_code == 403
    assert "This is final." in as_(tom).get(at).content.decode()
    assert as_(tom).post(at, {"reason": "Stolen"})["Location"] == url("clients/")
    one.refresh_from_db()
    other.refresh_from_db()
    assert one.revoked_at is not None
    assert other.revoked_at is None


def test_the_clients_page_says_who_is_refused_and_for_what(as_, tom, live, url):
    register(live, "of-a-statement")
    statement, at = live.statements.get(), url("clients/")
    assert ">Good<" in as_(tom).get(at).content.decode()
    applications.suspend(live, reason="Odd", by=actor(tom))
    assert "its application is suspended" in as_(tom).get(at).content.decode()
    statements.revoke(statement, reason="Leaked", by=actor(tom))
    assert "its statement is revoked" in as_(tom).get(at).content.decode()
    applications.revoke(live, reason="Over", by=actor(tom))
    refused = as_(tom).get(at).content.decode()
    assert "its application is revoked" in refused
    assert ">Good<" not in refused


def test_a_client_of_another_application_is_not_found_here(as_, tess, borealis, url):
    stranger = register(borealis, "stranger")
    assert as_(tess).get(url(f"clients/{stranger.pk}/revoke/")).status_code == 404


def test_an_editor_asks_and_a_tam_acts_from_the_queue(as_, alice, tom, live, url):
    asked = as_(alice).post(url("request-revocation/"), {"reason": "Leaked on a forum"})
    assert asked.status_code == 302
    queue = as_(tom).get(f"{PLACE}/revocation-requests/").content.decode()
    assert "Leaked on a forum" in queue
    assert url("revoke/") in queue
    assert "Leaked on a forum" in as_(tom).get(f"{PLACE}/").content.decode()
    assert "Leaked on a forum" in as_(tom).get(url("revoke/")).content.decode()
    as_(tom).post(url("revoke/"), SURE)
    assert RevocationRequest.objects.get().outcome == "revoked"


def test_a_second_request_is_refused_in_words(as_, alice, live, url):
    as_(alice).post(url("request-revocation/"), {"reason": "Leaked"})
    again = as_(alice).post(url("request-revocation/"), {"reason": "Leaked"})
    assert again.status_code == 422
    assert "Somebody has asked for this already." in again.content.decode()


def test_a_request_is_withdrawn_by_its_author_only_and_declined_by_a_tam_with_a_reason(as_, alice, tom, live, url):
    as_(alice).post(url("request-revocation/"), {"reason": "Leaked"})
    at = f"{PLACE}/revocation-requests/{RevocationRequest.objects.get().pk}/"
    assert as_(tom).post(f"{at}withdraw/").status_code == 403
    assert as_(alice).post(f"{at}decline/", {"reason": "No"}).status_code == 403
    assert as_(tom).post(f"{at}decline/", {"reason": ""}).status_code == 422
    assert as_(tom).post(f"{at}decline/", {"reason": "Not leaked"}).status_code == 302
    assert RevocationRequest.objects.get().outcome == "declined"
    assert as_(alice).post(f"{at}withdraw/").status_code == 422


def test_a_stranger_finds_no_request(as_, alice, charlie, live, url):
    as_(alice).post(url("request-revocation/"), {"reason": "Leaked"})
    at = f"{PLACE}/revocation-requests/{RevocationRequest.objects.get().pk}/"
    assert as_(charlie).post(f"{at}decline/", {"reason": "No"}).status_code == 404
    assert "Leaked" not in as_(charlie).get(f"{PLACE}/revocation-requests/").content.decode()


def test_what_was_removed_waits_for_nobody(as_, alice, tom, live, url):
    as_(alice).post(url("request-revocation/"), {"reason": "Leaked on a forum"})
    asked = RevocationRequest.objects.get()
    factories.pushed(Edit("application", None, str(live.software_id)), of="aurora")
    for page in ("", "revocation-requests/"):
        shown = as_(tom).get(f"{PLACE}/{page}").content.decode()
        assert "Leaked on a forum" not in shown
        assert '<span class="n hot">' not in shown
    as_(tom).post(f"{PLACE}/revocation-requests/{asked.pk}/decline/", {"reason": "It is gone"})
    decided = as_(tom).get(f"{PLACE}/revocation-requests/").content.decode()
    assert f"{PLACE}/changes/entities/application/{live.software_id}/history/" in decided


def test_the_history_merges_pushes_and_states(as_, alice, tom, live, url):
    as_(tom).post(url("suspend/"), SURE)
    as_(alice).post(url("statements/issue/"), {})
    page = as_(alice).get(url("history/")).content.decode()
    assert page.index("Suspended") < page.index("Added")
    assert "Leaked" in page


def test_reinstating_says_what_shows_again(as_, tom, live, url):
    by = actor(tom)
    applications.close(live, reason="Old", by=by, as_tam=True)
    applications.suspend(live, reason="Leaked", by=by)
    applications.revoke(live, reason="Gone", by=by)
    back = {"reason": "Back"}
    said = [as_(tom).post(url("reinstate/"), back, follow=True).content.decode() for _ in range(3)]
    assert "is suspended again." in said[0]
    assert "is closed to new registrations again." in said[1]
    assert "is reinstated." in said[2]
