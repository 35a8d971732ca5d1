"""Requests to revoke: an editor asks, a TAM acts from the queue or declines. Revoking by page or command ends here."""

from django.db import transaction
from django.db.models.functions import Now

from dashboard.models import RevocationRequest
from oauth import audit
from oauth.audit import Actor, Event
from oauth.problems import Invalid
from registration import applications, states
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
    audit.record(_event("request", row, reason), environment=row.environment, by=by)
    return asked


def withdraw(asked: RevocationRequest, *, by: Actor) -> None:
    """Its author thinks better of it."""
    _decide(asked, Outcome.WITHDRAWN, "withdraw", reason="", by=by)


def decline(asked: RevocationRequest, *, reason: str, by: Actor) -> None:
    """A TAM says no, and why."""
    _decide(asked, Outcome.DECLINED, "decline", reason=states.reason_of(reason), by=by)


@transaction.atomic
def revoke(application: RegisteredApplication, *, reason: str, by: Actor) -> RegisteredApplication:
    """Revoke the application, which answers the request for it, if there is one."""
    RevocationRequest.objects.filter(application=application, outcome=None).update(
        outcome=Outcome.REVOKED, decided_by_name=by.name, decided_at=Now()
    )
    return applications.revoke(application, reason=reason, by=by)


@transaction.atomic
def _decide(asked: RevocationRequest, outcome: str, verb: str, *, reason: str, by: Actor) -> None:
    decided = RevocationRequest.objects.filter(pk=asked.pk, outcome=None).update(
        outcome=outcome, outcome_reason=reason, decided_by_name=by.name, decided_at=Now()
    )
    if not decided:
        raise Invalid({"": ["The request has been decided already. Reload the queue."]})
    event = _event(verb, asked.application, reason)
    audit.record(event, environment=asked.environment, by=by)


def _event(verb: str, application: RegisteredApplication, reason: str) -> Event:
    return Event(
        f"revocation_request:{verb}",
        programmer=application.programmer_public_id.casefold(),
        kind="application",
        key=str(application.software_id),
        label=str(application),
        reason=reason,
    )
