"""What can be done with an application, and who may: buttons stay visible and say so."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from dashboard import permissions
from dashboard.models import RevocationRequest, Role
from dashboard.permissions import Rights
from registration import applications
from registration.models import RegisteredApplication, State


@dataclass(frozen=True)
class Action:
    """A button. Where `refusal` says something, it is shown instead of the way on."""

    label: str
    icon: str
    url: str
    note: str
    refusal: str = ""
    danger: bool = False


def of(application: RegisteredApplication, rights: Rights, *, used: bool) -> list[Action]:
    """In the order of the page: what makes and narrows first, what stops it last. `used`: it has had clients."""
    state = State(application.state_now)  # type: ignore[attr-defined]
    editor, tam = _who(rights, application, Role.EDITOR), _who(rights, application, Role.TAM)
    return [
        *_making(application, rights, state, editor),
        *_undoing(application, rights, state),
        *_stopping(application, state, editor, tam),
        _removing(application, editor, used=used),
    ]


def _making(application: RegisteredApplication, rights: Rights, state: State, editor: str) -> Iterator[Action]:
    note = _("A new application with the same access, linked to this one.")
    yield Action(_("Duplicate as next version"), "plus", _url(application, "application-duplicate"), note, editor)
    note = _("A new application there, with this access and another software ID. It waits in your draft there.")
    elsewhere = _elsewhere(rights, application)
    yield Action(_("Copy to another environment"), "copy", _url(application, "application-copy"), note, elsewhere)
    note = _("Take away channels, platforms, domains or APIs, or give back what it had.")
    revoked = _("It is revoked.") if state is State.REVOKED else ""
    yield Action(_("Narrow access"), "edit", _url(application, "application-narrow"), note, editor or revoked)
    if state is State.ACTIVE:
        note = _("Nobody new can register; clients go on.")
        yield Action(_("Close to new registrations"), "ban", _url(application, "application-close"), note, editor)


def _undoing(application: RegisteredApplication, rights: Rights, state: State) -> Iterator[Action]:
    if state is State.ACTIVE:
        return
    refusal = _who(rights, application, permissions.needed_to_reinstate(application))
    if not refusal and state is State.REVOKED and not applications.can_return(application):
        refusal = _("It was revoked more than 30 days ago.")
    note = _("Let it act again as it did before.")
    yield Action(_("Reinstate"), "check", _url(application, "application-reinstate"), note, refusal)


def _stopping(application: RegisteredApplication, state: State, editor: str, tam: str) -> Iterator[Action]:
    if state in {State.ACTIVE, State.CLOSED}:
        note = _("Refuse its clients for a while; they keep their credentials.")
        yield Action(_("Suspend"), "ban", _url(application, "application-suspend"), note, tam, danger=True)
    if state is State.REVOKED:
        return
    if tam:
        note = _("Ask a TAM to revoke it.")
        yield Action(
            _("Request revocation"), "ban", _url(application, "request-new"), note, editor or _asked(application)
        )
    note = _("Refuse it everywhere at the next request. Can be restored for 30 days.")
    yield Action(_("Revoke"), "ban", _url(application, "application-revoke"), note, tam, danger=True)


def _removing(application: RegisteredApplication, editor: str, *, used: bool) -> Action:
    note = _("Only where it never had a client, or 30 days after it was revoked.")
    refusal = editor or (_in_use(application) if used else "")
    return Action(_("Remove"), "x", _url(application, "application-remove"), note, refusal, danger=True)


def _url(application: RegisteredApplication, name: str) -> str:
    return reverse(name, args=[application.environment, application.software_id])


def _elsewhere(rights: Rights, application: RegisteredApplication) -> str:
    """Why it cannot be copied; empty where there is an environment to copy it to."""
    there = rights.elsewhere(application.environment, application.programmer_public_id)
    return "" if there else _("Who edits it in another environment may do this.")


def _asked(application: RegisteredApplication) -> str:
    asked = RevocationRequest.objects.filter(application=application, outcome=None).exists()
    return _("Somebody has asked already.") if asked else ""


def _in_use(application: RegisteredApplication) -> str:
    """Why one that has had clients cannot be removed yet; empty where it can."""
    if application.state_now != State.REVOKED:  # type: ignore[attr-defined]
        return _("It has clients.")
    return _("It was revoked less than 30 days ago.") if applications.can_return(application) else ""


def _who(rights: Rights, application: RegisteredApplication, needs: Role) -> str:
    """Empty where one may; otherwise who may."""
    if rights.may(needs, application.environment, application.programmer_public_id):
        return ""
    return _("A TAM may do this.") if needs is Role.TAM else _("An editor may do this.")
