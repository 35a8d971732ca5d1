import pytest

from dashboard import invitations
from dashboard.models import Invitation, Role
from dashboard.permissions import Grant
from oauth.models import AuditEntry
from tests.cast import actor

pytestmark = pytest.mark.django_db


def invited(by, *grants):
    return invitations.invite(email="new@example.test", memberships=grants, by=actor(by))


def page(invitation):
    return f"/people/invitations/{invitation.pk}/withdraw/"


def test_a_withdrawn_link_opens_nothing(as_, client, tom, aurora):
    invitation, url = invited(tom, Grant("aurora", Role.VIEWER, ""))
    assert client.get(url).status_code == 200
    assert as_(tom).get(page(invitation)).status_code == 200
    assert as_(tom).post(page(invitation))["Location"] == "/people/"
    assert client.get(url).status_code == 404
    entry = AuditEntry.objects.get(event="invitation:withdraw")
    assert (entry.environment, entry.programmer, entry.label) == ("", "aurora", "new@example.test")


def test_it_is_withdrawn_once(as_, tom, aurora):
    invitation, _ = invited(tom, Grant("aurora", Role.VIEWER, ""))
    assert as_(tom).post(page(invitation)).status_code == 302
    assert as_(tom).post(page(invitation)).status_code == 404


def test_an_invitation_to_another_programmer_is_not_there_for_a_tam(as_, tom, tess, borealis):
    invitation, _ = invited(tess, Grant("borealis", Role.VIEWER, ""))
    assert as_(tom).post(page(invitation)).status_code == 404
    assert Invitation.objects.get().withdrawn_at is None


def test_an_invitation_that_reaches_beyond_a_tams_programmers_is_not_his_to_withdraw(as_, tom, tess, aurora, borealis):
    invitation, _ = invited(tess, Grant("aurora", Role.VIEWER, ""), Grant("borealis", Role.VIEWER, ""))
    assert as_(tom).get(page(invitation)).status_code == 403
    assert as_(tom).post(page(invitation)).status_code == 403
    assert as_(tess).post(page(invitation)).status_code == 302


@pytest.mark.parametrize("who", ["alice", "victor", "nina"])
def test_only_tams_and_admins_withdraw(as_, tom, aurora, who, request):
    invitation, _ = invited(tom, Grant("aurora", Role.VIEWER, ""))
    assert as_(request.getfixturevalue(who)).post(page(invitation)).status_code == 403
    assert Invitation.objects.get().withdrawn_at is None
