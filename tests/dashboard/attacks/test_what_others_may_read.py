import pytest

from dashboard import invitations
from dashboard.models import Role
from dashboard.permissions import Grant
from tests.cast import actor

HERE = "release-production"


@pytest.mark.parametrize("environment", ["", HERE])
@pytest.mark.parametrize(("who", "reads"), [("victor", False), ("alice", False), ("tom", True), ("ada", True)])
def test_who_got_a_role_is_for_tams_to_read_in_every_environment(request, as_, live, ada, environment, who, reads):
    """People is a page for TAMs and admins; the log must not tell what it keeps back."""
    grant = Grant("aurora", Role.VIEWER, environment)
    invitation, link = invitations.invite(email="lee@example.test", memberships=[grant], by=actor(ada))
    invitations.accept_invitation(link.rstrip("/").rpartition("/")[2], password="a-long-winter-evening-5")
    assert invitation.email == "lee@example.test"
    person = ada if who == "ada" else request.getfixturevalue(who)
    page = as_(person).get("/audit/").content.decode()
    assert "Configuration pushed" in page
    assert ("lee@example.test" in page) is reads
