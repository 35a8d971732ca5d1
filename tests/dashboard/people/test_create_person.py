import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from dashboard.models import Membership
from oauth.models import AuditEntry
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


def create(capsys, *arguments):
    call_command("create_person", *arguments)
    return capsys.readouterr().out


def test_it_prints_a_link_that_sets_a_password_and_nothing_else(capsys, client, aurora, settings):
    out = create(capsys, "Lee@Example.test", "--role", "editor", "--programmer", "AURORA", "--name", "Lee Oh")
    link = out.removesuffix("\n")
    assert link.startswith(f"{settings.PUBLIC_URL}/accounts/password/reset/key/")
    assert len(link.split()) == 1
    user = User.objects.get(email="lee@example.test")
    assert not user.has_usable_password()
    assert user.get_full_name() == "Lee Oh"
    assert user.emailaddress_set.get().verified
    assert list(Membership.objects.values_list("programmer", "role", "environment")) == [("aurora", "editor", "")]
    path = client.get(link, follow=True).request["PATH_INFO"]
    assert client.post(path, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 302
    signed_in = client.post("/accounts/login/", {"login": "lee@example.test", "password": PASSWORD})
    assert signed_in["Location"] == "/"
    assert "This link does not work" in client.get(link, follow=True).content.decode()


def test_it_is_in_the_log_with_the_operators_name(capsys, aurora):
    words = ["--role", "viewer", "--programmer", "aurora", "--environment", "release-production"]
    create(capsys, "lee@example.test", *words)
    key = str(User.objects.get().pk)
    made, granted = AuditEntry.objects.order_by("pk")
    assert (made.event, made.environment, made.kind, made.key) == ("person:create", "", "person", key)
    assert (granted.event, granted.environment) == ("membership:grant", "release-production")
    assert (granted.programmer, granted.label, granted.door) == ("aurora", "lee@example.test", "command")
    assert granted.actor_key == f"command:{granted.actor_name}"


def test_programmers_and_environments_may_be_several(capsys, aurora, borealis):
    words = ["--environment", "release-production", "--environment", "release-staging"]
    with pytest.raises(CommandError, match="no programmer aurora here"):
        create(capsys, "lee@example.test", "--role", "viewer", "--programmer", "aurora", *words)
    for row in (aurora, borealis):
        row.pk, row.environment = None, "release-staging"
        row.save()
    create(capsys, "lee@example.test", "--role", "viewer", "--programmer", "aurora", "--programmer", "borealis", *words)
    assert sorted(Membership.objects.values_list("programmer", "environment")) == [
        ("aurora", "release-production"),
        ("aurora", "release-staging"),
        ("borealis", "release-production"),
        ("borealis", "release-staging"),
    ]


@pytest.mark.parametrize("role", ["tam", "admin"])
def test_tams_and_admins_have_every_programmer(capsys, role):
    create(capsys, "lee@example.test", "--role", role)
    assert Membership.objects.get().programmer == ""


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["lee@example.test", "--role", "viewer"], "Only TAMs and admins have every programmer. Choose one."),
        (["lee@example.test", "--role", "viewer", "--programmer", "nowhere"], "There is no programmer nowhere here"),
        (["lee@example.test", "--role", "admin", "--programmer", "aurora"], "An admin has every programmer"),
        (["lee", "--role", "admin"], "Enter an e-mail address"),
        (["ada@example.test", "--role", "admin"], "ada@example.test is a person here already"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_and_nothing_is_made(capsys, ada, aurora, arguments, says):
    with pytest.raises(CommandError, match=says) as error:
        create(capsys, *arguments)
    assert "\n" not in str(error.value)
    assert capsys.readouterr().out == ""
    assert User.objects.count() == 1
    assert not AuditEntry.objects.exists()
