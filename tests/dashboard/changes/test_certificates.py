"""Certificates and analytics configurations in drafts and pushes: who may, and what others did meanwhile."""

import pytest
from django.core.exceptions import PermissionDenied

from dashboard import changes
from dashboard.changes import Conflict, Edit
from dashboard.models import Membership
from oauth.problems import Invalid
from registration.models import AnalyticsConfiguration, Certificate, Channel, Programmer
from tests import certificates, factories
from tests.cast import actor

ONE, PEM = "aurora-one", certificates.pem()
OWN = {"owner": f"c:{ONE}", "pem": PEM}


def test_what_two_people_add_alike_is_pushed_once(aurora, alice, tom, staged, push):
    drafts = [(staged("certificate", OWN, by=each), each) for each in (alice, tom)]
    push(*drafts[0][:1], by=alice)
    with pytest.raises(Invalid, match="Nothing would change"):
        push(drafts[1][0], by=tom)
    assert Certificate.objects.get().created_by_name == "Alice"


def test_what_two_people_add_differently_is_a_conflict(aurora, alice, tom, staged, push):
    mine = staged("certificate", OWN, by=alice)
    push(staged("certificate", {**OWN, "used_for_user_metadata": True}, by=tom), by=tom)
    with pytest.raises(Conflict, match="already"):
        push(mine, by=alice)


def test_one_certificate_may_be_of_the_programmer_and_of_a_channel(aurora, borealis):
    for of, channel in (("aurora", ""), ("aurora", ONE), ("borealis", ""), ("borealis", "borealis-one")):
        factories.certificate(PEM, of=of, channel=channel)
    assert Certificate.objects.filter(removed_in=None).count() == 4


def test_nobody_adds_one_to_what_is_not_the_programmers(aurora, borealis, alice, staged):
    for owner in ("p:borealis", "c:borealis-one", "c:nowhere", "x:aurora", "aurora", "c:", None):
        with pytest.raises(Invalid) as refused:
            staged("certificate", {"owner": owner, "pem": PEM}, by=alice)
        assert list(refused.value.messages) == ["owner"], owner


def test_the_certificate_itself_cannot_be_changed(aurora, alice, staged):
    row = factories.certificate(PEM)
    for changed in ({"pem": certificates.pem("other")}, {"owner": f"c:{ONE}"}):
        with pytest.raises(Invalid):
            staged("certificate", changed, f"p:aurora/{row.sha256}", by=alice)


def test_removing_a_programmer_takes_its_certificates_along_and_back(aurora, tess, staged, push):
    factories.programmer("corona")
    factories.certificate(PEM, of="corona")
    removed = push(staged("programmer", None, "corona", by=tess, of="corona"), by=tess)
    assert {change.kind for change in removed.changes.all()} == {"programmer", "certificate"}
    assert not Certificate.objects.live().exists()
    back = sorted(removed.changes.all(), key=lambda change: change.kind, reverse=True)
    factories.pushed(*(Edit(change.kind, change.before, change.key) for change in back), of="corona")
    assert Programmer.objects.live().filter(id_key="corona").exists()
    assert Certificate.objects.live().count() == 1


def test_what_was_added_to_a_channel_meanwhile_stops_its_removal(aurora, alice, staged, push):
    draft = staged("channel", None, ONE, by=alice)
    factories.certificate(PEM, channel=ONE)
    factories.analytics(channel=ONE)
    with pytest.raises(Conflict) as refused:
        push(draft, by=alice)
    assert "certificates that would stay" in str(refused.value.messages)
    assert "analytics configurations that would stay" in str(refused.value.messages)
    changes.dismiss(draft, by=actor(alice))
    push(staged("channel", None, ONE, by=alice), by=alice)
    assert not Channel.objects.live().exists()


def test_analytics_configurations_are_a_tams_also_at_the_push(aurora, alice, tom, staged, push):
    with pytest.raises(PermissionDenied):
        staged("analytics", {"channel": ONE}, by=alice)
    draft = staged("analytics", {"channel": ONE}, by=tom)
    Membership.objects.filter(user=tom).update(role="editor")
    with pytest.raises(PermissionDenied):
        push(draft, by=tom)
    Membership.objects.filter(user=tom).update(role="tam")
    push(draft, by=tom)
    with pytest.raises(PermissionDenied):
        staged("analytics", None, f"{ONE}/1", by=alice)


def test_an_editor_removes_them_only_with_their_channel(aurora, alice, staged, push):
    factories.analytics(channel=ONE)
    draft = staged("channel", None, ONE, by=alice)
    draft.changes.filter(kind="channel").delete()
    with pytest.raises(PermissionDenied):
        push(draft, by=alice)
    push(staged("channel", None, ONE, by=alice), by=alice)
    assert not AnalyticsConfiguration.objects.live().exists()


def test_everybody_gets_a_number_of_their_own_and_the_same_one_given_twice_is_a_conflict(
    aurora, tom, tess, staged, push
):
    drafts = [staged("analytics", {"channel": ONE}, by=each) for each in (tom, tess)]
    push(drafts[1], by=tess)
    push(drafts[0], by=tom)
    assert set(AnalyticsConfiguration.objects.values_list("number", flat=True)) == {1, 2}
    given = [
        staged("analytics", {"channel": ONE, "number": 7, "report_suite_id": each.username}, by=each)
        for each in (tom, tess)
    ]
    push(given[0], by=tom)
    with pytest.raises(Conflict, match="gets the next"):
        push(given[1], by=tess)


def test_the_log_says_whose_and_what_it_is_for(aurora):
    row = factories.certificate(PEM, channel=ONE)
    name = f"{certificates.NAME} ({row.sha256[:8]}) of channel {ONE}"
    key = f"c:{ONE}/{row.sha256}"
    used = factories.pushed(Edit("certificate", {"used_for_user_metadata": True}, key), of="aurora")
    assert used.description == f"Use certificate {name} to encrypt user metadata"
    removed = factories.pushed(Edit("certificate", None, key), of="aurora")
    assert removed.description == f"Remove certificate {name}"
