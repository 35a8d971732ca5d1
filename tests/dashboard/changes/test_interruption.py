"""A push that is killed at any of its statements has done nothing."""

import pytest
from django.db import OperationalError, connection

from dashboard import changes
from dashboard.changes import Edit
from dashboard.models import Change, ChangeSet, Head
from oauth.models import AuditEntry, Tail
from registration.models import ApplicationMember, Channel, Domain, RegisteredApplication, SoftwareStatement
from tests import factories

TABLES = [
    Head, ChangeSet, Change, AuditEntry, Tail, Channel, Domain, RegisteredApplication, ApplicationMember,
    SoftwareStatement,
]  # fmt: skip


class Killer:
    """Lets `lives` statements pass, and fails the next one."""

    def __init__(self, lives):
        self.lives = lives

    def __call__(self, execute, sql, params, many, context):
        self.lives -= 1
        if self.lives == -1:
            raise OperationalError("killed")
        return execute(sql, params, many, context)


def everything():
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES}


def edits(application):
    return [
        Edit("channel", {"public_id": "two", "display_name": "Two"}),
        Edit("domain", {"channel": "two", "host": "two.example"}),
        Edit("domain", None, "aurora-one/b.example"),
        Edit("application", {"platforms": ["IOS"]}, str(application.software_id)),
        Edit("application", {**factories.application_properties("Kids"), "domains": ["two.example"]}),
    ]


def test_a_push_that_is_killed_at_any_statement_has_done_nothing(aurora):
    factories.domain("b.example", channel="aurora-one")
    before, lives = everything(), 0
    while True:
        killer = Killer(lives)
        try:
            with connection.execute_wrapper(killer):
                factories.pushed(*edits(aurora), of="aurora")
        except OperationalError as error:
            assert str(error) == "killed"  # noqa: PT017  (the loop ends where none is raised)
        else:
            break
        assert everything() == before, f"killed at statement {lives}"
        lives += 1
    assert lives > 40
    assert everything() != before
    assert RegisteredApplication.objects.get(name="Kids").statements.count() == 1


def test_a_draft_whose_push_was_killed_can_be_pushed_again(aurora):
    def stage(edit):
        return changes.stage(
            environment=factories.ENVIRONMENT,
            kind=edit.kind,
            key=edit.key,
            properties=edit.properties,
            programmer="aurora",
            by=factories.OPERATOR,
        )

    factories.domain("b.example", channel="aurora-one")
    draft = [stage(edit) for edit in edits(aurora)][-1]
    before = everything()
    with pytest.raises(OperationalError), connection.execute_wrapper(Killer(40)):
        changes.push(draft, description="Try", by=factories.OPERATOR)
    assert everything() == before
    assert changes.push(draft, description="Again", by=factories.OPERATOR).changes.count() == 5
