import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dashboard import invitations
from dashboard.models import Role
from dashboard.permissions import Grant
from tests.cast import actor, person

pytestmark = pytest.mark.django_db


def emails(response):
    return {each.user.email.partition("@")[0] for each in response.context["people"]}


def test_an_admin_sees_everybody_who_has_a_role(as_, ada, tess, tom, alice, victor, charlie, nina):
    assert emails(as_(ada).get("/people/")) == {"ada", "tess", "tom", "alice", "victor", "charlie"}


def test_a_tam_of_listed_programmers_sees_only_their_people(as_, ada, tess, tom, alice, victor, charlie, nina):
    assert emails(as_(tom).get("/people/")) == {"tom", "alice", "victor"}


def test_a_tam_sees_of_a_person_only_the_roles_with_his_programmers(as_, tom):
    person("lee", ("viewer", "aurora", ""), ("editor", "borealis", ""))
    response = as_(tom).get("/people/")
    [lee] = [each for each in response.context["people"] if each.user.email.startswith("lee")]
    assert [row.membership.programmer for row in lee.rows] == ["aurora"]


def test_a_tam_of_one_environment_sees_whom_he_shares_it_with(as_, alice):
    theo = person("theo", ("tam", "aurora", "release-staging"))
    person("lee", ("viewer", "aurora", "release-production"))
    assert emails(as_(theo).get("/people/")) == {"theo", "alice"}


def test_a_tam_may_remove_readers_and_editors_and_nobody_else(as_, tom, alice, victor):
    people = as_(tom).get("/people/").context["people"]
    may = {each.user.first_name: each.rows[0].may_remove for each in people}
    assert may == {"Tom": False, "Alice": True, "Victor": True}


def test_open_invitations_are_listed_to_those_whom_they_concern(as_, tom, tess, ada, aurora, borealis):
    invitations.invite(email="one@example.test", memberships=[Grant("aurora", Role.VIEWER, "")], by=actor(tess))
    invitations.invite(email="two@example.test", memberships=[Grant("borealis", Role.VIEWER, "")], by=actor(tess))
    invitations.invite(email="three@example.test", memberships=[Grant("", Role.TAM, "")], by=actor(ada))

    def seen(user):
        return {each.invitation.email for each in as_(user).get("/people/").context["invitations"]}

    assert seen(tom) == {"one@example.test"}
    assert seen(tess) == {"one@example.test", "two@example.test", "three@example.test"}


@pytest.mark.parametrize("who", ["alice", "victor", "nina"])
def test_it_is_for_tams_and_admins(as_, who, request):
    assert as_(request.getfixturevalue(who)).get("/people/").status_code == 403


def test_anonymous_is_sent_to_sign_in(client, db):
    assert client.get("/people/")["Location"] == "/accounts/login/?next=/people/"


def test_it_takes_the_same_queries_however_many_people_there_are(as_, tom, aurora):
    client = as_(tom)
    client.get("/people/")

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get("/people/")
        return len(queries)

    def add(n):
        person(f"lee{n}", ("viewer", "aurora", ""), ("editor", "aurora", "release-staging"))
        invitations.invite(email=f"{n}@example.test", memberships=[Grant("aurora", Role.VIEWER, "")], by=actor(tom))

    add(0)
    few = count()
    for n in range(1, 8):
        add(n)
    assert count() == few


def test_an_admin_is_not_offered_to_remove_his_own_admin_role(as_, ada):
    person("otto", ("admin", "", ""))
    people = as_(ada).get("/people/").context["people"]
    assert {each.user.first_name: each.rows[0].may_remove for each in people} == {"Ada": False, "Otto": True}
