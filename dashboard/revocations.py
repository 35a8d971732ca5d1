"""Requests to revoke: an editor asks, a TAM acts from the queue or declines. Revoking by page or command ends here."""

from django.db import transaction
from django.db.models.functions import Now

from dashboard.models import RevocationRequest
from oauth import audit
from oauth.audit import Actor
from oauth.problems import Invalid
from registration import applications, events, states
from registration.models import RegisteredApplication, State

Outcome = RevocationRequest.Outcome


@transaction.atomic
def request(application: RegisteredApplication, *, reason: str, by: Actor) -> RevocationRequest:
    """Ask the TAMs to revoke it. Raises Invalid where one has asked already, or it is revoked."""
    reason = states.reason_of(reason)
    row = states.locked(application)
    if applications.state_of(row) is State.REVOKED:
        raise Invalid({"": ["The application is revoked already."]})
    if RevocationRequest.objects.filter(application=row, outcome=None).exists():
        raise Invalid({"": ["Somebody has asked for this already. TAMs see the request in their queue."]})
    asked = RevocationRequest.objects.create(
        environment=row.environment,
        application=row,
        reason=reason,
        requested_by_key=by.key,
        requested_by_name=by.name,
    )
    event = events.about(row, "revocation_request:request", reason=reason)
    audit.record(event, environment=row.environment, by=by)
    return asked


def withdraw(asked: RevocationRequest, *, by: Actor) -> None:
    """Its author thinks better of it."""
    _decide(asked, Outcome.WITHDRAWN, "revocation_request:withdraw", reason="", by=by)


def decline(asked: RevocationRequest, *, reason: str, by: Actor) -> None:
    """A TAM says no, and why."""
    _decide(asked, Outcome.DECLINED, "revocation_request:decline", reason=states.reason_of(reason), by=by)


@transaction.atomic
def revoke(application: RegisteredApplication, *, reason: str, by: Actor) -> RegisteredApplication:
    """Revoke the application, which answers the request for it, if there is one."""
    RevocationRequest.objects.filter(application=application, outcome=None).update(
        outcome=Outcome.REVOKED, decided_by_name=by.name, decided_at=Now()
    )
    return applications.revoke(application, reason=reason, by=by)


@transaction.atomic
def _decide(asked: RevocationRequest, outcome: str, event: str, *, reason: str, by: Actor) -> None:
    decided = RevocationRequest.objects.filter(pk=asked.pk, outcome=None).update(
        outcome=outcome, outcome_reason=reason, decided_by_name=by.name, decided_at=Now()
    )
    if not decided:
        raise Invalid({"": ["The request has been decided already. Reload the queue."]})
    entry = events.about(asked.application, event, reason=reason)
    audit.record(entry, environment=asked.environment, by=by)
