from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from dashboard import changes, entities
from dashboard.changes import Conflict, Edit, pushes
from dashboard.models import Change, ChangeSet, Head, Membership
from oauth.models import AuditEntry
from oauth.problems import Invalid
from registration.models import ApplicationMember, Channel, Client, Domain, RegisteredApplication, SoftwareStatement
from tests import factories
from tests.cast import actor

ONE = "aurora-one"


def test_a_push_is_the_next_version_described_numbered_and_recorded(aurora, alice, staged, push):
    draft = staged("channel", {"public_id": "two", "display_name": "Two"}, by=alice)
    staged("domain", {"channel": "two", "host": "two.aurora.example"}, by=alice)
    before = Head.objects.get(programmer="aurora").version
    done = push(draft, by=alice, description="  A second channel ")
    assert (done.state, done.version, done.description, done.pushed_by_name) == (
        "pushed",
        before + 1,
        "A second channel",
        "Alice",
    )
    assert done.pushed_at
    assert len(done.digest) == 64
    assert Head.objects.get(programmer="aurora").version == before + 1
    domain = Domain.objects.get(host="two.aurora.example")
    assert (domain.channel.public_id, domain.channel.programmer.public_id, domain.created_by_name) == (
        "two",
        "aurora",
        "Alice",
    )
    entry = AuditEntry.objects.latest("n")
    assert (
        entry.event,
        entry.programmer,
        entry.actor_name,
        entry.reason,
        entry.data["version"],
        entry.data["changes"],
    ) == (
        "configuration:push",
        "aurora",
        "Alice",
        "A second channel",
        before + 1,
        2,
    )


def test_a_double_submit_is_told_that_it_was_pushed(aurora, alice, staged, push):
    draft = staged("channel", {"display_name": "One"}, ONE, by=alice)
    done = push(draft, by=alice)
    with pytest.raises(Invalid, match=f"pushed already, by Alice: it is version {done.version}"):
        push(draft, by=alice)
    assert Head.objects.get(programmer="aurora").version == done.version


def test_a_push_needs_a_description_and_something_to_do(aurora, alice, staged, push):
    draft = staged("channel", {"display_name": "One"}, ONE, by=alice)
    for description in ("  ", "x" * 2001, "a\x00b", "a\u202eb"):
        with pytest.raises(Invalid) as refused:
            push(draft, by=alice, description=description)
        assert list(refused.value.messages) == ["description"]
    staged("channel", {"display_name": "Aurora One"}, ONE, by=alice)
    with pytest.raises(Invalid, match="Nothing would change"):
        push(draft, by=alice)
    staged("channel", {"display_name": "One"}, ONE, by=alice)
    assert push(draft, by=alice).state == "pushed"


def test_roles_are_asked_again_at_push(aurora, alice, victor, staged, push):
    draft = staged("channel", {"display_name": "One"}, ONE, by=alice)
    with pytest.raises(PermissionDenied):
        push(draft, by=victor)
    Membership.objects.filter(user=alice).update(role="viewer")
    with pytest.raises(PermissionDenied):
        push(draft, by=alice)
    Membership.objects.filter(user=alice).update(role="editor")
    assert push(draft, by=alice).version
    assert Channel.objects.get(id_key=ONE).display_name == "One"


# --- Conflicts ---


def test_a_member_changed_meanwhile_is_shown_as_original_mine_and_current(aurora, alice, tom, staged, saved, push):
    draft = staged("channel", {"display_name": "Mine", "error_reporting": True}, ONE, by=alice)
    saved("channel", {"display_name": "Theirs"}, ONE, by=tom)
    with pytest.raises(Conflict) as found:
        push(draft, by=alice)
    (one,) = found.value.differences
    assert (one.kind, one.key, one.property, one.original, one.mine, one.current) == (
        "channel",
        ONE,
        "display_name",
        "Aurora One",
        "Mine",
        "Theirs",
    )
    assert list(found.value.messages) == ["display_name"]
    assert draft.changes.get().after == {"display_name": "Mine", "error_reporting": True}
    assert Channel.objects.get(id_key=ONE).error_reporting is False


def test_members_that_nobody_else_changed_are_no_conflict(aurora, alice, tom, staged, saved, push):
    draft = staged("channel", {"error_reporting": True}, ONE, by=alice)
    saved("channel", {"display_name": "Theirs"}, ONE, by=tom)
    push(draft, by=alice)
    row = Channel.objects.get(id_key=ONE)
    assert (row.display_name, row.name_key, row.error_reporting) == ("Theirs", "theirs", True)


def test_wanting_what_somebody_else_did_already_is_no_conflict_and_drops(aurora, alice, tom, staged, saved, push):
    draft = staged("channel", {"display_name": "Same", "error_reporting": True}, ONE, by=alice)
    saved("channel", {"display_name": "Same"}, ONE, by=tom)
    assert push(draft, by=alice).changes.get().after == {"error_reporting": True}


def test_staging_again_does_not_refresh_the_original(aurora, alice, tom, staged, saved, push):
    draft = staged("channel", {"display_name": "Mine"}, ONE, by=alice)
    saved("channel", {"display_name": "Theirs"}, ONE, by=tom)
    staged("channel", {"display_name": "Mine too"}, ONE, by=alice)
    with pytest.raises(Conflict):
        push(draft, by=alice)


def test_a_form_shown_before_somebody_saved_finds_the_conflict(aurora, alice, tom, saved):
    shown = {"display_name": "Aurora One", "error_reporting": False}
    saved("channel", {"display_name": "Theirs"}, ONE, by=tom)
    with pytest.raises(Conflict):
        saved("channel", {**shown, "display_name": "Mine"}, ONE, by=alice, original=shown)
    saved("channel", {**shown, "error_reporting": True}, ONE, by=alice, original=shown)
    row = Channel.objects.get(id_key=ONE)
    assert (row.display_name, row.error_reporting) == ("Theirs", True)


def test_an_entity_gone_or_its_parent_gone_or_its_key_taken_is_a_conflict(aurora, alice, tom, staged, saved, push):
    saved("channel", {"public_id": "two", "display_name": "Two"}, by=tom)
    edit = staged("channel", {"display_name": "Zwei"}, "two", by=alice)
    staged("domain", {"channel": "two", "host": "two.aurora.example"}, by=alice)
    staged("channel", {"public_id": "three", "display_name": "Three"}, by=alice)
    saved("channel", None, "two", by=tom)
    saved("channel", {"public_id": "THREE", "display_name": "Drei"}, by=tom)
    with pytest.raises(Conflict) as found:
        push(edit, by=alice)
    assert {(one.kind, one.key, one.property) for one in found.value.differences} == {
        ("channel", "two", ""),
        ("domain", "two/two.aurora.example", "channel"),
        ("channel", "three", "public_id"),
    }
    changes.dismiss(edit.changes.get(key="two"), by=actor(alice))
    changes.dismiss(edit.changes.get(key="three"), by=actor(alice))
    with pytest.raises(Conflict) as found:
        push(edit, by=alice)
    assert [(one.kind, one.property) for one in found.value.differences] == [("domain", "channel")]
    changes.dismiss(edit.changes.get(), by=actor(alice))
    staged("channel", {"public_id": "four", "display_name": "Four"}, by=alice)
    assert push(edit, by=alice).version


def test_a_name_and_version_taken_meanwhile_is_a_conflict(aurora, alice, tom, staged, saved, push):
    kids = factories.application_properties("Kids", version="1.0.0")
    draft = staged("application", kids, by=alice)
    saved("application", {**kids, "name": "KIDS"}, by=tom)
    with pytest.raises(Conflict) as found:
        push(draft, by=alice)
    assert list(found.value.messages) == ["version"]
    staged("application", {"version": "1.0.1"}, draft.changes.get().key, by=alice)
    assert push(draft, by=alice).version


def test_an_id_taken_by_another_programmer_is_a_conflict_for_good(aurora, borealis, alice, ada, staged, saved, push):
    draft = staged("channel", {"public_id": "two", "display_name": "Two"}, by=alice)
    saved("channel", {"public_id": "two", "display_name": "Two"}, by=ada, of="borealis")
    with pytest.raises(Conflict):
        push(draft, by=alice)
    saved("channel", None, "two", by=ada, of="borealis")
    with pytest.raises(Conflict):
        push(draft, by=alice)
    assert saved("channel", {"public_id": "two", "display_name": "Two"}, by=ada, of="borealis").version


def test_a_property_no_longer_known_is_a_conflict(aurora, alice, staged, push):
    draft = staged("channel", {"display_name": "One"}, ONE, by=alice)
    Change.objects.filter(change_set=draft).update(before={"colour": "red"}, after={"colour": "blue"})
    with pytest.raises(Conflict) as found:
        push(draft, by=alice)
    assert list(found.value.messages) == ["colour"]
    draft.changes.all().delete()
    staged("channel", {"display_name": "One"}, ONE, by=alice)
    assert push(draft, by=alice).version


def test_a_removal_of_what_changed_meanwhile_is_a_conflict(aurora, alice, tom, staged, saved, push):
    saved("channel", {"public_id": "two", "display_name": "Two"}, by=tom)
    draft = staged("channel", None, "two", by=alice)
    saved("channel", {"display_name": "Zwei"}, "two", by=tom)
    with pytest.raises(Conflict) as found:
        push(draft, by=alice)
    assert [(one.property, one.original, one.mine, one.current) for one in found.value.differences] == [
        ("display_name", "Two", None, "Zwei")
    ]
    changes.dismiss(draft, by=actor(alice))
    saved("channel", None, "two", by=alice)
    assert Channel.objects.get(id_key="two").removed_in


def test_a_software_id_given_twice_at_once_is_no_database_error(aurora, tom, saved, monkeypatch):
    """Neither push saw the other's row; the unique index does."""
    given = {**factories.application_properties("Kids"), "software_id": str(aurora.software_id)}
    with monkeypatch.context() as unseen:
        unseen.setattr("dashboard.entities.applications.uuids", lambda keys: [])
        with pytest.raises(Conflict, match="a moment ago"):
            saved("application", given, by=tom)
    assert saved("application", {**given, "software_id": ""}, by=tom).version


# --- Save ---


def test_a_save_is_one_change_pushed_with_the_words_that_were_proposed(aurora, alice, saved):
    done = saved("channel", {"display_name": "One"}, ONE, by=alice)
    assert done.description == "Rename channel Aurora One to One"
    assert done.changes.count() == 1
    assert saved("channel", {"display_name": "Uno"}, ONE, by=alice, description="Spanish").description == "Spanish"


def test_a_save_that_fails_leaves_nothing_staged_and_no_version(aurora, alice, saved):
    version = Head.objects.get(programmer="aurora").version
    for kind, properties, key in (
        ("channel", {"display_name": ""}, ONE),
        ("channel", {"display_name": "Aurora One"}, ONE),
        ("channel", None, "nowhere"),
    ):
        with pytest.raises(Invalid):
            saved(kind, properties, key, by=alice)
    assert not ChangeSet.objects.filter(state="draft").exists()
    assert Head.objects.get(programmer="aurora").version == version
    assert saved("channel", {"display_name": "One"}, ONE, by=alice).version == version + 1


def test_a_save_leaves_the_authors_draft_alone(aurora, alice, staged, saved):
    draft = staged("channel", {"error_reporting": True}, ONE, by=alice)
    saved("channel", {"display_name": "One"}, ONE, by=alice)
    draft.refresh_from_db()
    assert (draft.state, draft.changes.count()) == ("draft", 1)


# --- Applications ---


def test_a_created_application_has_its_members_what_was_granted_and_its_first_statement(aurora, alice, saved):
    properties = {
        "name": "Aurora Kids",
        "channels": ["Aurora-One", "aurora-one"],
        "platforms": ["ROKU", "IOS"],
        "domains": ["Live.Aurora.Example"],
        "scopes": ["api:client:v2"],
    }
    done = saved("application", properties, by=alice)
    row = RegisteredApplication.objects.get(software_id=done.changes.get().key)
    assert (row.name, row.version, row.level, row.type, row.programmer_public_id) == (
        "Aurora Kids",
        "1.0.0",
        "programmer",
        "DIRECT",
        "aurora",
    )
    sets = {
        "all_channels": False,
        "channels": ["aurora-one"],
        "platforms": ["IOS", "ROKU"],
        "domains": ["live.aurora.example"],
        "scopes": ["api:client:v2"],
    }
    assert row.granted == sets
    assert set(row.members.values_list("kind", "value")) == {
        ("channel", "aurora-one"),
        ("platform", "IOS"),
        ("platform", "ROKU"),
        ("domain", "live.aurora.example"),
        ("scope", "api:client:v2"),
    }
    statement = row.statements.get()
    assert (statement.origin, statement.expires_at, statement.issued_by_name) == ("push", None, "Alice")


def test_an_application_may_name_a_channel_and_a_domain_of_the_same_push(aurora, alice, staged, push):
    kids = {
        **factories.application_properties("Kids"),
        "channels": ["two"],
        "all_channels": False,
        "domains": ["two.example"],
    }
    with pytest.raises(Invalid) as refused:
        staged("application", kids, by=alice)
    assert list(refused.value.messages) == ["channels"]
    staged("channel", {"public_id": "two", "display_name": "Two"}, by=alice)
    staged("domain", {"channel": "two", "host": "two.example"}, by=alice)
    draft = staged("application", kids, by=alice)
    push(draft, by=alice)
    assert RegisteredApplication.objects.get(name="Kids").channels == ["two"]


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"name": "Aurora Live"}, "version"),
        ({"name": "aurora LIVE"}, "version"),
        ({"name": "x" * 256}, "name"),
        ({"version": "1/0"}, "version"),
        ({"all_channels": False}, "channels"),
        ({"all_channels": False, "channels": ["borealis-one"]}, "channels"),
        ({"platforms": []}, "platforms"),
        ({"platforms": ["TOASTER"]}, "platforms"),
        ({"domains": []}, "domains"),
        ({"domains": ["live.borealis.example"]}, "domains"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"scopes": ["api:client:v2", "analytics:client"]}, "scopes"),
        ({"level": "channel"}, "channels"),
        ({"level": "country"}, "level"),
        ({"type": "PROXY"}, "type"),
        ({"replaces": "11111111-1111-4111-8111-111111111111"}, "replaces"),
        ({"copied_from": "11111111-1111-4111-8111-111111111111"}, "copied_from"),
        ({"software_id": "7"}, "software_id"),
        ({"closed_at": None}, "closed_at"),
    ],
)
def test_an_application_that_breaks_a_rule_is_refused_at_its_property(aurora, borealis, tom, saved, changed, wrong):
    kids = factories.application_properties("Kids")
    with pytest.raises(Invalid) as refused:
        saved("application", {**kids, **changed}, by=tom)
    assert list(refused.value.messages) == [wrong]
    assert saved("application", kids, by=tom).version


def test_a_domain_counts_only_through_the_channels_that_are_covered(aurora, alice, saved):
    factories.channel("two", hosts=["two.example"])
    kids = {**factories.application_properties("Kids"), "all_channels": False, "channels": [ONE]}
    with pytest.raises(Invalid) as refused:
        saved("application", {**kids, "domains": ["two.example"]}, by=alice)
    assert list(refused.value.messages) == ["domains"]
    saved("application", {**kids, "domains": ["live.aurora.example"], "level": "channel"}, by=alice)


def test_a_tam_grants_privileged_scopes_and_an_admin_introspection(aurora, alice, tom, ada, staged, saved, push):
    esm = {"name": "Reports", "scopes": ["analytics:client"]}
    with pytest.raises(Invalid) as refused:
        saved("application", esm, by=alice)
    assert list(refused.value.messages) == ["scopes"]
    with pytest.raises(Invalid, match="Only a TAM may grant"):
        staged("application", esm, by=alice)
    draft = staged("application", esm, by=tom)
    with pytest.raises(Invalid, match="Only a TAM may grant"):
        push(draft, by=alice)
    push(draft, by=tom)
    resource_server = {"name": "Resource Server", "scopes": ["introspection"]}
    with pytest.raises(Invalid):
        saved("application", resource_server, by=tom)
    saved("application", resource_server, by=ada)
    assert RegisteredApplication.objects.filter(name__in=["Reports", "Resource Server"]).count() == 2


def test_a_privileged_statement_expires_after_a_day_unless_chosen_otherwise(aurora, tom, saved):
    key = saved("application", {"name": "Reports", "scopes": ["analytics:client"]}, by=tom).changes.get().key
    (statement,) = SoftwareStatement.objects.filter(application__software_id=key)
    assert abs((statement.expires_at - statement.issued_at).total_seconds() - 86_400) < 5
    other = {"name": "Forever", "scopes": ["analytics:client"]}
    key = saved("application", other, by=tom, statement_expires=None).changes.get().key
    assert SoftwareStatement.objects.get(application__software_id=key).expires_at is None


def test_a_privileged_application_stays_restricted_where_it_was(aurora, tom, saved):
    key = saved(
        "application", {"name": "Reports", "scopes": ["analytics:client"], "platforms": ["IOS", "ROKU"]}, by=tom
    )
    key = key.changes.get().key
    with pytest.raises(Invalid) as refused:
        saved("application", {"platforms": []}, key, by=tom)
    assert list(refused.value.messages) == ["platforms"]
    assert saved("application", {"platforms": ["IOS"]}, key, by=tom).version


def test_only_a_tam_gives_a_software_id_and_it_is_unique_everywhere(aurora, alice, tom, ada, saved):
    given = {**factories.application_properties("Kids"), "software_id": "11111111-1111-4111-8111-111111111111"}
    with pytest.raises(Invalid) as refused:
        saved("application", given, by=alice)
    assert list(refused.value.messages) == ["software_id"]
    assert saved("application", given, by=tom).changes.get().key == given["software_id"]
    factories.programmer("aurora", environment="release-staging")
    with pytest.raises(Invalid) as refused:
        saved(
            "application",
            {"name": "Kids", "scopes": ["analytics:client"], "software_id": given["software_id"]},
            by=ada,
            environment="release-staging",
        )
    assert list(refused.value.messages) == ["software_id"]


def test_narrowing_loses_members_and_regains_only_what_was_given(aurora, alice, saved):
    factories.channel("two", hosts=["two.example"])
    key = str(aurora.software_id)
    saved("application", {"all_channels": False, "channels": ["two", ONE], "platforms": ["IOS"]}, key, by=alice)
    aurora.refresh_from_db()
    assert (aurora.all_channels, aurora.channels, aurora.platforms) == (False, [ONE, "two"], ["IOS"])
    members = ApplicationMember.objects.filter(application=aurora, kind__in=["channel", "platform"])
    assert set(members.values_list("value", flat=True)) == {ONE, "two", "IOS"}
    saved("application", {"all_channels": True, "platforms": ["IOS", "ROKU"]}, key, by=alice)
    aurora.refresh_from_db()
    assert (aurora.all_channels, aurora.channels, aurora.platforms) == (True, [], ["IOS", "ROKU"])
    assert not ApplicationMember.objects.filter(application=aurora, kind="channel").exists()


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"domains": ["live.aurora.example", "new.example"]}, "domains"),
        ({"scopes": ["api:client:v2", "tokens:client"]}, "scopes"),
        ({"platforms": []}, "platforms"),
        ({"name": "Other"}, "name"),
        ({"version": "7.0.0"}, "version"),
        ({"level": "channel"}, "level"),
    ],
)
def test_nothing_of_a_pushed_application_gets_wider_or_another_name(aurora, alice, saved, changed, wrong):
    factories.domain("new.example", channel=ONE)
    with pytest.raises(Invalid) as refused:
        saved("application", changed, str(aurora.software_id), by=alice)
    assert list(refused.value.messages) == [wrong]
    assert saved("application", {"platforms": ["IOS"]}, str(aurora.software_id), by=alice).version


def test_a_subset_never_becomes_all_channels(aurora, alice, saved):
    key = saved(
        "application", {**factories.application_properties("Kids"), "all_channels": False, "channels": [ONE]}, by=alice
    )
    key = key.changes.get().key
    with pytest.raises(Invalid) as refused:
        saved("application", {"all_channels": True}, key, by=alice)
    assert list(refused.value.messages) == ["channels"]


# --- State columns, tombstones ---


def test_a_push_never_writes_a_state_column(aurora, alice, staged, push, monkeypatch):
    """A revocation that comes between the push's reading and its writing stays."""
    draft = staged("application", {"platforms": ["IOS"]}, str(aurora.software_id), by=alice)
    lock_rows = pushes._lock_rows

    def revoked_meanwhile(*args):
        rows = lock_rows(*args)
        RegisteredApplication.objects.filter(pk=aurora.pk).update(revoked_at=Now(), revoked_reason="Stolen")
        return rows

    monkeypatch.setattr(pushes, "_lock_rows", revoked_meanwhile)
    with CaptureQueriesContext(connection) as queries:
        push(draft, by=alice)
    aurora.refresh_from_db()
    assert aurora.revoked_at
    assert aurora.platforms == ["IOS"]
    updates = [
        query["sql"] for query in queries if query["sql"].startswith('UPDATE "registration_registeredapplication"')
    ]
    assert not [sql for sql in updates if "suspended_at" in sql or "closed_at" in sql]


def test_a_suspended_application_that_is_removed_and_brought_back_is_still_suspended(aurora, alice, saved):
    key = str(aurora.software_id)
    RegisteredApplication.objects.filter(pk=aurora.pk).update(suspended_at=Now())
    was = saved("application", None, key, by=alice)
    aurora.refresh_from_db()
    assert aurora.removed_in == was.version
    back = saved("application", was.changes.get().before, key, by=alice)
    assert back.changes.get().before is None
    again = RegisteredApplication.objects.with_state().get(software_id=key)
    assert (again.pk, again.removed_in, again.state_now) == (aurora.pk, None, "suspended")
    assert again.statements.count() == 1


def test_a_removal_is_undone_even_where_what_it_replaced_is_gone_since(aurora, alice, saved):
    newer = {**factories.application_properties("Aurora Live", version="7.0.0"), "replaces": str(aurora.software_id)}
    key = saved("application", newer, by=alice).changes.get().key
    before = saved("application", None, key, by=alice).changes.get().before
    saved("application", None, str(aurora.software_id), by=alice)
    saved("application", before, key, by=alice)
    assert RegisteredApplication.objects.get(software_id=key).replaces == aurora


def test_what_is_brought_back_is_not_wider_than_it_was(aurora, alice, tom, saved):
    key = saved("application", {"name": "Reports", "scopes": ["analytics:client"]}, by=tom).changes.get().key
    before = saved("application", None, key, by=alice).changes.get().before
    with pytest.raises(Invalid) as refused:
        saved("application", {**before, "scopes": ["decisions:owner"]}, key, by=tom)
    assert list(refused.value.messages) == ["scopes"]
    with pytest.raises(Invalid):
        saved("application", before, key, by=alice)
    assert saved("application", before, key, by=tom).version


def test_a_domain_removed_and_added_again_is_the_same_row(aurora, alice, saved):
    row = Domain.objects.get(host="live.aurora.example")
    saved("domain", None, f"{ONE}/live.aurora.example", by=alice)
    assert Domain.objects.get(pk=row.pk).removed_in
    saved("domain", {"channel": ONE, "host": "live.aurora.example"}, by=alice)
    assert Domain.objects.get(pk=row.pk).removed_in is None
    assert Domain.objects.count() == 1


def test_an_application_with_clients_is_removed_only_long_after_its_revocation(aurora, alice, saved):
    Client.objects.create(application=aurora, environment=aurora.environment, client_type="confidential")
    key = str(aurora.software_id)
    with pytest.raises(Conflict, match="It has clients"):
        saved("application", None, key, by=alice)
    RegisteredApplication.objects.filter(pk=aurora.pk).update(revoked_at=Now() - timedelta(days=29))
    with pytest.raises(Conflict, match="It has clients"):
        saved("application", None, key, by=alice)
    RegisteredApplication.objects.filter(pk=aurora.pk).update(revoked_at=Now() - timedelta(days=31))
    assert saved("application", None, key, by=alice).version


# --- Channels, domains, schemes, programmers ---


def test_a_channel_goes_with_its_domains_and_retires_its_schemes(aurora, alice, saved):
    scheme = factories.scheme(channel=ONE)
    done = saved("channel", None, ONE, by=alice)
    assert done.description == "Remove channel Aurora One, and 2 more changes"
    assert Channel.objects.get(id_key=ONE).removed_in == done.version
    assert Domain.objects.get().removed_in == done.version
    scheme.refresh_from_db()
    assert scheme.retired
    with pytest.raises(Invalid):
        saved("scheme", {"retired": False}, scheme.scheme_key, by=alice)


def test_a_channel_that_a_live_application_names_stays(aurora, alice, staged, saved, push):
    factories.channel("two")
    narrow = {"all_channels": False, "channels": [ONE, "two"]}
    saved("application", narrow, str(aurora.software_id), by=alice)
    with pytest.raises(Conflict, match=r"The application Aurora Live 6\.1\.0 names this channel"):
        saved("channel", None, "two", by=alice)
    with pytest.raises(Invalid, match=r"The application Aurora Live 6\.1\.0 names this channel"):
        staged("channel", None, "two", by=alice)
    staged("application", {"channels": [ONE]}, str(aurora.software_id), by=alice)
    push(staged("channel", None, "two", by=alice), by=alice)
    assert Channel.objects.get(id_key="two").removed_in


def test_a_domain_added_meanwhile_holds_up_the_removal_of_its_channel(aurora, alice, tom, staged, saved, push):
    draft = staged("channel", None, ONE, by=alice)
    saved("domain", {"channel": ONE, "host": "new.example"}, by=tom)
    with pytest.raises(Conflict, match=r"new\.example"):
        push(draft, by=alice)
    staged("domain", None, f"{ONE}/new.example", by=alice)
    assert push(draft, by=alice).version


@pytest.mark.parametrize("host", ["live.borealis.example", "sub.live.borealis.example", "borealis.example"])
def test_a_domain_of_another_programmer_its_parent_or_child_only_a_tam_adds(aurora, borealis, alice, tom, saved, host):
    with pytest.raises(Invalid) as refused:
        saved("domain", {"channel": ONE, "host": host}, by=alice)
    assert list(refused.value.messages) == ["host"]
    saved("domain", {"channel": ONE, "host": "xlive.borealis.example"}, by=alice)
    assert saved("domain", {"channel": ONE, "host": host}, by=tom).version


def test_a_scheme_is_made_here_or_entered_by_a_tam(aurora, borealis, alice, tom, ada, staged, saved):
    made = factories.scheme(label="Phones")
    assert made.scheme.startswith("tve.")
    assert not made.imported
    with pytest.raises(Invalid) as refused:
        saved("scheme", {"scheme": "Com_Aurora", "imported": False}, by=alice)
    assert list(refused.value.messages) == ["scheme"]
    saved("scheme", {"scheme": "Com_Aurora"}, by=tom)
    with pytest.raises(Invalid) as refused:
        saved("scheme", {"scheme": "com_aurora"}, by=ada, of="borealis")
    assert list(refused.value.messages) == ["scheme"]
    with pytest.raises(Invalid, match="Only a TAM may enter a scheme"):
        staged("scheme", {"scheme": "other"}, by=alice)
    draft = staged("scheme", {"scheme": "other"}, by=tom)
    with pytest.raises(Invalid):
        staged("scheme", {"imported": False}, "other", by=tom)
    assert draft.changes.get().after["imported"] is True


def test_a_scheme_is_retired_and_never_removed(aurora, alice, saved):
    scheme = factories.scheme(label="Phones")
    with pytest.raises(Invalid, match="Retire it instead"):
        saved("scheme", None, scheme.scheme_key, by=alice)
    done = saved("scheme", {"retired": True}, scheme.scheme_key, by=alice)
    assert done.description == "Retire custom scheme Phones"
    scheme.refresh_from_db()
    assert scheme.retired


def test_a_programmer_is_removed_only_when_it_is_empty(signing_keys, alice, tess, ada, saved):
    aurora = factories.world("aurora")
    with pytest.raises(Conflict) as found:
        saved("programmer", None, "aurora", by=tess)
    assert len(found.value.messages[""]) == 2
    changes.save_all(
        [Edit("application", None, str(aurora.software_id)), Edit("channel", None, ONE)],
        environment=factories.ENVIRONMENT,
        programmer="aurora",
        description="Empty it",
        by=actor(alice),
    )
    with pytest.raises(PermissionDenied):
        saved("programmer", None, "aurora", by=alice)
    saved("programmer", None, "aurora", by=tess)
    with pytest.raises(Invalid):
        saved("channel", {"public_id": "two", "display_name": "Two"}, by=alice)
    saved("programmer", {"public_id": "Aurora", "display_name": "Aurora again"}, by=tess)
    assert aurora.programmer.pk == Channel.objects.get(id_key=ONE).programmer_id


def test_a_note_says_what_is_redundant_and_refuses_nothing(aurora, alice, saved):
    def notes(kind, **properties):
        return entities.notes(environment=factories.ENVIRONMENT, programmer="aurora", kind=kind, properties=properties)

    assert notes("domain", channel=ONE, host="www.live.aurora.example") == [
        "live.aurora.example is a domain of this channel and covers www.live.aurora.example: no need to add it."
    ]
    assert notes("domain", channel=ONE, host="aurora.example") == [
        "aurora.example covers live.aurora.example, which this channel has too and could do without."
    ]
    assert notes("domain", channel=ONE, host="other.example") == []
    assert notes("domain", channel=ONE, host="10.0.0.1") == []
    assert saved("domain", {"channel": ONE, "host": "www.live.aurora.example"}, by=alice).version
    factories.programmer("Cirrus", environment="release-staging")
    assert notes("programmer", public_id="cirrus") == []
    assert notes("programmer", public_id="cirrus", display_name="Cirrus") == [
        "The same company as Cirrus in Release Staging, with the same members."
    ]
