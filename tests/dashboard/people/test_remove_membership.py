from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connection

from dashboard import people
from dashboard.models import Membership
from oauth.models import AuditEntry
from oauth.problems import Invalid
from tests.cast import actor, person

pytestmark = pytest.mark.django_db


def page(user, row=None):
    row = row or user.memberships.get()
    return f"/people/{user.pk}/memberships/{row.pk}/remove/"


@pytest.mark.parametrize("who", ["alice", "victor"])
def test_a_tam_takes_a_role_from_his_programmers_people(as_, tom, aurora, who, request):
    member = request.getfixturevalue(who)
    role = member.memberships.get().role
    client = as_(tom)
    assert member.email in client.get(page(member)).content.decode()
    assert client.post(page(member))["Location"] == "/people/"
    assert not member.memberships.exists()
    entry = AuditEntry.objects.get()
    assert (entry.event, entry.environment, entry.programmer) == ("membership:remove", "", "aurora")
    assert (entry.kind, entry.key, entry.label) == ("person", str(member.pk), member.email)
    assert entry.data == {"role": role, "environment": ""}


def test_the_entry_belongs_to_the_memberships_environment(as_, tom, aurora):
    lee = person("lee", ("viewer", "aurora", "release-staging"))
    as_(tom).post(page(lee))
    assert AuditEntry.objects.get().environment == "release-staging"


def test_rights_are_gone_at_the_next_request(as_, ada, tom):
    client = as_(tom)
    assert client.get("/people/").status_code == 200
    as_(ada).post(page(tom))
    assert client.get("/people/").status_code == 403


def test_people_of_another_programmer_are_not_there_for_a_tam(as_, tom, charlie):
    assert as_(tom).get(page(charlie)).status_code == 404
    assert as_(tom).post(page(charlie)).status_code == 404
    assert charlie.memberships.exists()


def test_a_membership_is_reached_through_its_person_only(as_, tom, alice, victor):
    assert as_(tom).post(page(alice, victor.memberships.get())).status_code == 404
    assert victor.memberships.exists()


def test_a_tam_does_not_touch_tams(as_, tom):
    other = person("theo", ("tam", "aurora", ""))
    assert as_(tom).get(page(other)).status_code == 403
    assert as_(tom).post(page(other)).status_code == 403
    assert other.memberships.exists()


def test_a_tam_of_every_programmer_does_not_touch_admins(as_, tess, ada):
    assert as_(tess).post(page(ada)).status_code == 403
    assert ada.memberships.exists()


def test_a_tam_of_one_environment_does_not_touch_what_holds_in_all(as_, alice):
    theo = person("theo", ("tam", "aurora", "release-staging"))
    lee = person("lee", ("viewer", "aurora", "release-staging"))
    assert as_(theo).post(page(alice)).status_code == 403
    assert as_(theo).post(page(lee)).status_code == 302
    assert alice.memberships.exists()


@pytest.mark.parametrize("who", ["tom", "tess"])
def test_an_admin_takes_the_role_of_a_tam(as_, ada, who, request):
    member = request.getfixturevalue(who)
    assert as_(ada).post(page(member)).status_code == 302
    assert not member.memberships.exists()


def test_an_admin_takes_the_role_of_another_admin(as_, ada):
    other = person("otto", ("admin", "", ""))
    assert as_(ada).post(page(other)).status_code == 302
    assert not other.memberships.exists()


def test_nobody_takes_away_his_own_admin_role(as_, ada):
    person("otto", ("admin", "", ""))
    response = as_(ada).post(page(ada))
    assert response.status_code == 422
    assert "your own admin role" in response.content.decode()
    assert ada.memberships.exists()


def test_the_last_admin_stays_whoever_asks(ada, operator):
    # Of the other two admins one is switched off, and one holds in a single environment only.
    away = person("otto", ("admin", "", ""))
    User.objects.filter(pk=away.pk).update(is_active=False)
    person("nora", ("admin", "", "release-staging"))
    with pytest.raises(Invalid, match="This is the last admin"):
        people.remove_membership(ada.memberships.get(), by=operator)
    User.objects.filter(pk=away.pk).update(is_active=True)
    people.remove_membership(ada.memberships.get(), by=operator)
    assert not ada.memberships.exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_admins_who_remove_each_other_at_once_leave_one(ada):
    otto = person("otto", ("admin", "", ""))
    together = Barrier(2)

    def remove(member, by):
        try:
            together.wait(10)
            people.remove_membership(member.memberships.get(), by=actor(by))
        except (PermissionDenied, Membership.DoesNotExist):
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor() as pool:
        list(pool.map(remove, [ada, otto], [otto, ada]))
    assert Membership.objects.filter(role="admin").count() == 1


@pytest.mark.parametrize("who", ["alice", "victor", "nina"])
def test_only_tams_and_admins_take_roles(as_, alice, who, request):
    client = as_(request.getfixturevalue(who))
    assert client.get(page(alice)).status_code == 403
    assert client.post(page(alice)).status_code == 403
    assert alice.memberships.exists()
