import hashlib
import re

import pytest
from django.core import mail

from dashboard.models import Invitation
from oauth.models import AuditEntry

pytestmark = pytest.mark.django_db
FORM = {"email": "New@Example.test", "role": "viewer", "programmer": ["aurora"], "environment": ["all"]}


def test_a_tam_invites_a_viewer_and_is_shown_the_link_once(as_, tom, aurora, settings):
    response = as_(tom).post("/people/invite/", FORM)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    [token] = re.findall(rf"{settings.PUBLIC_URL}/invitations/([\w-]{{43}})/", response.content.decode())
    invitation = Invitation.objects.get()
    assert invitation.email == "new@example.test"
    assert invitation.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert invitation.memberships == [{"programmer": "aurora", "role": "viewer", "environment": ""}]
    assert invitation.invited_by_name == "Tom"
    assert (invitation.expires_at - invitation.created_at).days == 7
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.environment, entry.programmer) == ("invitation:create", "", "aurora")
    assert (entry.label, entry.actor_name) == ("new@example.test", "Tom")
    assert token not in str(entry.data)
    assert not mail.outbox


def test_where_mail_is_sent_the_link_goes_out_and_is_not_shown(as_, tom, aurora, settings):
    settings.MAIL_IS_SENT = True
    response = as_(tom).post("/people/invite/", FORM)
    assert (response.status_code, response["Location"]) == (302, "/people/")
    [message] = mail.outbox
    assert message.to == ["new@example.test"]
    assert f"{settings.PUBLIC_URL}/invitations/" in message.body


def test_a_mail_that_cannot_be_sent_leaves_the_link_with_the_inviter(as_, tom, aurora, settings):
    settings.MAIL_IS_SENT = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    response = as_(tom).post("/people/invite/", FORM)
    assert f"{settings.PUBLIC_URL}/invitations/" in response.content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": ""}, "email"),
        ({"role": ""}, "role"),
        ({"role": "tam"}, "role"),
        ({"role": "admin"}, "role"),
        ({"programmer": ["borealis"]}, "programmer"),
        ({"programmer": ["*"]}, "programmer"),
        ({"environment": ["nowhere"]}, "environment"),
    ],
)
def test_a_tam_cannot_invite_beyond_his_programmers_and_rank(as_, tom, aurora, borealis, wrong, field):
    response = as_(tom).post("/people/invite/", FORM | wrong)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Invitation.objects.exists()


def test_all_that_is_missing_is_said_at_once(as_, ada, aurora):
    response = as_(ada).post("/people/invite/", {})
    assert response.status_code == 422
    assert sorted(response.context["form"].errors) == ["email", "environment", "programmer", "role"]
    assert not Invitation.objects.exists()


def test_an_admin_invites_a_tam_of_every_programmer_and_an_admin(as_, ada):
    for role in ("tam", "admin"):
        form = {"email": "new@example.test", "role": role, "programmer": ["*"], "environment": ["all"]}
        assert as_(ada).post("/people/invite/", form).status_code == 200
    assert Invitation.objects.count() == 2


@pytest.mark.parametrize(("role", "programmer"), [("viewer", "*"), ("editor", "*"), ("admin", "aurora")])
def test_a_role_that_cannot_be_is_refused_to_an_admin_too(as_, ada, aurora, role, programmer):
    form = {"email": "new@example.test", "role": role, "programmer": [programmer], "environment": ["all"]}
    response = as_(ada).post("/people/invite/", form)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["programmer"]


def test_one_invitation_names_every_programmer_in_every_environment_chosen(as_, tess, aurora, borealis):
    form = FORM | {"programmer": ["aurora", "borealis"], "environment": ["release-production"]}
    assert as_(tess).post("/people/invite/", form).status_code == 200
    assert Invitation.objects.get().memberships == [
        {"programmer": "aurora", "role": "viewer", "environment": "release-production"},
        {"programmer": "borealis", "role": "viewer", "environment": "release-production"},
    ]


def test_the_form_says_the_same_whether_or_not_somebody_is_here_already(as_, tom, aurora, victor):
    assert as_(tom).post("/people/invite/", FORM | {"email": victor.email}).status_code == 200


@pytest.mark.parametrize("who", ["alice", "victor", "nina"])
def test_only_tams_and_admins_invite(as_, who, aurora, request):
    client = as_(request.getfixturevalue(who))
    assert client.get("/people/invite/").status_code == 403
    assert client.post("/people/invite/", FORM).status_code == 403
    assert not Invitation.objects.exists()
