"""What happens to an application as a whole: close, suspend, revoke, reinstate. Each is at once and has a reason."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from oauth.audit import Actor
from oauth.problems import Invalid
from registration import events, states
from registration.models import REVIVAL_WINDOW, RegisteredApplication, State

_NOTHING: dict[State, dict[str, object]] = {
    State.CLOSED: {"closed_at": None, "closed_by_tam": False, "closed_by_name": "", "closed_reason": ""},
    State.SUSPENDED: {"suspended_at": None, "suspended_by_name": "", "suspended_reason": ""},
    State.REVOKED: {"revoked_at": None, "revoked_by_name": "", "revoked_reason": ""},
}


@transaction.atomic
def close(application: RegisteredApplication, *, reason: str, as_tam: bool, by: Actor) -> RegisteredApplication:
    """Let nobody register any more; clients go on. A TAM's closing (`as_tam`) is a TAM's to undo."""
    now = _locked(application)
    _refuse_if(now, State.CLOSED, State.SUSPENDED, State.REVOKED)
    return _enter(now, State.CLOSED, "application:close", reason, by, closed_by_tam=as_tam)


@transaction.atomic
def close_all(
    applications: Iterable[RegisteredApplication], *, reason: str, as_tam: Collection[int] = (), by: Actor
) -> list[RegisteredApplication]:
    """Close several of one environment, all or none; those in `as_tam` (primary keys) as a TAM.

    Raises Invalid with every one that is not active.
    """
    reason = states.reason_of(reason)
    keys = [application.pk for application in applications]
    locked = RegisteredApplication.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=keys)
    rows = list(locked.order_by("pk"))
    if not rows:
        raise Invalid({"": ["Choose at least one application."]})
    active = set(
        RegisteredApplication.objects.live().in_state(State.ACTIVE).filter(pk__in=keys).values_list("pk", flat=True)
    )
    if others := [f"{row} is not active any more." for row in rows if row.pk not in active]:
        raise Invalid({"": others})
    doings = [
        (
            row,
            _entering(State.CLOSED, reason, by, closed_by_tam=row.pk in as_tam),
            events.about(row, "application:close", reason=reason),
        )
        for row in rows
    ]
    states.change_all(doings, environment=rows[0].environment, by=by)
    return rows


@transaction.atomic
def suspend(application: RegisteredApplication, *, reason: str, by: Actor) -> RegisteredApplication:
    """Refuse its clients until it is reinstated. Devices keep their credentials: `unauthorized_client`."""
    now = _locked(application)
    _refuse_if(now, State.SUSPENDED, State.REVOKED)
    return _enter(now, State.SUSPENDED, "application:suspend", reason, by)


@transaction.atomic
def revoke(application: RegisteredApplication, *, reason: str, by: Actor) -> RegisteredApplication:
    """Refuse it everywhere, from the next request on. It can be reinstated within 30 x 24 hours."""
    now = _locked(application)
    _refuse_if(now, State.REVOKED)
    return _enter(now, State.REVOKED, "application:revoke", reason, by)


@transaction.atomic
def reinstate(
    application: RegisteredApplication, *, reason: str, as_tam: bool, clears: str | None = None, by: Actor
) -> RegisteredApplication:
    """Clear the highest state; what lies under it shows again (a suspended one that was closed is closed again).

    Whoever is no TAM (`as_tam`) undoes an editor's closing only. `clears` is the state that somebody was shown: a form
    sent twice must not clear the next one too. Raises Invalid where the state is another by now, for an active
    application, and for one that was revoked more than 30 x 24 hours ago.
    """
    now = _locked(application)
    state = state_of(now)
    if state is State.ACTIVE:
        raise Invalid({"": ["The application is active; there is nothing to reinstate."]})
    if clears is not None and clears != state:
        raise Invalid({"": [f"It is {state.in_words} now. Look at it again."]})
    if not as_tam and (state is not State.CLOSED or now.closed_by_tam):
        raise Invalid({"": ["A TAM did this, and a TAM undoes it."]})
    if state is State.REVOKED and not can_return(now):
        raise Invalid({"": ["It was revoked more than 30 days ago and cannot be reinstated. Create a new version."]})
    event = events.about(now, "application:reinstate", reason=states.reason_of(reason), cleared=state.value)
    states.change(now, _NOTHING[state], event=event, environment=now.environment, by=by)
    return now


def state_of(application: RegisteredApplication) -> State:
    """Its state now, by the database's clock."""
    row: Any = RegisteredApplication.objects.filter(pk=application.pk).with_state().get()
    return State(row.state_now)


def can_return(application: RegisteredApplication) -> bool:
    """Whether its revocation can still be taken back, by the database's clock."""
    return RegisteredApplication.objects.filter(pk=application.pk, revoked_at__gt=Now() - REVIVAL_WINDOW).exists()


def _locked(application: RegisteredApplication) -> RegisteredApplication:
    row = states.locked(application)
    if row.removed_in is not None:
        raise Invalid({"": ["The application was removed."]})
    return row


def _refuse_if(application: RegisteredApplication, *already: State) -> None:
    state = state_of(application)
    if state in already:
        raise Invalid({"": [f"The application is {state.in_words} already."]})


def _enter(
    application: RegisteredApplication, state: State, event: str, reason: str, by: Actor, **more: object
) -> RegisteredApplication:
    reason = states.reason_of(reason)
    fields, entry = _entering(state, reason, by, **more), events.about(application, event, reason=reason)
    states.change(application, fields, event=entry, environment=application.environment, by=by)
    return application


def _entering(state: State, reason: str, by: Actor, **more: object) -> dict[str, object]:
    word = state.value
    return {f"{word}_at": Now(), f"{word}_by_name": by.name, f"{word}_reason": reason, **more}
