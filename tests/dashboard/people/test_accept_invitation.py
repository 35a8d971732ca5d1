from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db.models.functions import Now
from django.test import Client

from dashboard import invitations
from dashboard.models import Invitation, Membership, Role
from dashboard.permissions import Grant
from oauth.models import AuditEntry
from tests.cast import PASSWORD, actor

pytestmark = pytest.mark.django_db
GRANTS = [Grant("aurora", Role.EDITOR, ""), Grant("aurora", Role.VIEWER, "release-production")]
FORM = {"name": "New Person", "password": PASSWORD}


@pytest.fixture
def link(tom, aurora):
    _, url = invitations.invite(email="new@example.test", memberships=GRANTS, by=actor(tom))
    return url


def invited(email, by):
    return invitations.invite(email=email, memberships=GRANTS, by=actor(by))[1]


def memberships(user):
    return sorted(Membership.objects.filter(user=user).values_list("programmer", "role", "environment"))


BOTH = [("aurora", "editor", ""), ("aurora", "viewer", "release-production")]


def test_somebody_new_chooses_a_password_and_is_in(client, link):
    page = client.get(link)
    assert page.status_code == 200
    assert page["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page["Cache-Control"]
    assert "Aurora Networks" in page.content.decode()
    response = client.post(link, FORM)
    assert (response.status_code, response["Location"]) == (302, "/")
    user = User.objects.get(email="new@example.test")
    assert client.session["_auth_user_id"] == str(user.pk)
    assert user.check_password(PASSWORD)
    assert user.get_full_name() == "New Person"
    assert user.emailaddress_set.get().verified
    assert memberships(user) == BOTH
    assert set(Membership.objects.filter(user=user).values_list("granted_by_name", flat=True)) == {"Tom"}


def test_every_step_is_in_the_log(client, link):
    client.post(link, FORM)
    entries = list(AuditEntry.objects.order_by("pk").values_list("environment", "event", "actor_name"))
    assert entries == [
        ("", "invitation:create", "Tom"),
        ("", "invitation:accept", "New Person"),
        ("", "membership:grant", "New Person"),
        ("release-production", "membership:grant", "New Person"),
        ("", "person:sign_in", "New Person"),
    ]


def test_a_link_works_once(client, link):
    assert client.post(link, FORM).status_code == 302
    again = Client()
    assert again.get(link).status_code == 404
    assert again.post(link, FORM).status_code == 404


@pytest.mark.parametrize("change", [{"expires_at": Now() - timedelta(seconds=1)}, {"withdrawn_at": Now()}])
def test_an_old_or_withdrawn_link_opens_nothing(client, link, change):
    Invitation.objects.update(**change)
    assert client.get(link).status_code == 404
    assert client.post(link, FORM).status_code == 404
    assert not User.objects.filter(email="new@example.test").exists()


def test_a_made_up_link_opens_nothing(client, link):
    assert client.get("/invitations/made-up/").status_code == 404


@pytest.mark.parametrize("password", ["", "short", "passwordpassword1", "new@example.test"])
def test_a_weak_password_is_refused_and_the_link_stays_good(client, link, password):
    weak = "password1234" if password.startswith("passwordpass") else password
    response = client.post(link, FORM | {"password": weak})
    assert response.status_code == 422
    assert "password" in response.context["form"].errors
    assert not User.objects.filter(email="new@example.test").exists()
    assert client.post(link, FORM).status_code == 302


def test_a_person_who_is_here_gains_the_roles_and_keeps_the_password(client, victor, tom, aurora):
    before = victor.password
    link = invited(victor.email, tom)
    assert 'type="password"' not in client.get(link).content.decode()
    assert client.post(link, FORM).status_code == 302
    victor.refresh_from_db()
    assert victor.password == before
    assert memberships(victor) == [("aurora", "editor", ""), ("aurora", "viewer", ""), BOTH[1]]
    assert "_auth_user_id" not in client.session, "a link signs nobody in who has a password"


def test_a_person_who_is_signed_in_gains_the_roles(as_, victor, tom, aurora):
    assert as_(victor).post(invited(victor.email, tom)).status_code == 302
    assert ("aurora", "editor", "") in memberships(victor)


def test_roles_that_one_has_already_are_not_granted_twice(as_, alice, tom, aurora):
    assert as_(alice).post(invited(alice.email, tom)).status_code == 302
    assert memberships(alice) == BOTH
    assert AuditEntry.objects.filter(event="membership:grant").count() == 1


def test_roles_go_to_the_address_that_was_invited_whoever_holds_the_link(as_, charlie, link):
    client = as_(charlie)
    assert "Sign out first" in client.get(link).content.decode()
    assert client.post(link, FORM).status_code == 422
    assert memberships(charlie) == [("borealis", "editor", "")]
    assert not User.objects.filter(email="new@example.test").exists()


def test_a_person_who_is_switched_off_gains_nothing(client, victor, tom, aurora):
    link = invited(victor.email, tom)
    User.objects.update(is_active=False)
    assert client.post(link).status_code == 422
    assert ("aurora", "editor", "") not in memberships(victor)


def test_an_invitation_ends_with_the_rights_behind_it(client, link, tom):
    tom.memberships.update(role=Role.EDITOR)
    response = client.post(link, FORM)
    assert response.status_code == 422
    assert "may not give this role any more" in response.content.decode()
    assert not User.objects.filter(email="new@example.test").exists()
    tom.memberships.update(role=Role.TAM)
    assert client.post(link, FORM).status_code == 302
