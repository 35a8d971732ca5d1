"""What can be done with an application, and who may: buttons stay visible and say so."""

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
    is_tam, revoked = not tam, state is State.REVOKED
    gone = _("It is revoked.")

    def action(name: str, label: str, icon: str, note: str, refusal: str = "", *, danger: bool = False) -> Action:
        url = reverse(name, args=[application.environment, application.software_id])
        return Action(label, icon, url, note, refusal, danger)

    actions = [
        action(
            "application-duplicate",
            _("Duplicate as next version"),
            "plus",
            _("A new application with the same access, linked to this one."),
            editor,
        ),
        action(
            "application-copy",
            _("Copy to another environment"),
            "copy",
            _("A new application there, with this access and another software ID. It waits in your draft there."),
            _elsewhere(rights, application),
        ),
        action(
            "application-narrow",
            _("Narrow access"),
            "edit",
            _("Take away channels, platforms, domains or APIs, or give back what it had."),
            editor or (gone if revoked else ""),
        ),
    ]
    if state is State.ACTIVE:
        note = _("Nobody new can register; clients go on.")
        actions.append(action("application-close", _("Close to new registrations"), "ban", note, editor))
    if state is not State.ACTIVE:
        refusal = _who(rights, application, permissions.needed_to_reinstate(application))
        if not refusal and revoked and not applications.can_return(application):
            refusal = _("It was revoked more than 30 days ago.")
        note = _("Let it act again as it did before.")
        actions.append(action("application-reinstate", _("Reinstate"), "check", note, refusal))
    if state in {State.ACTIVE, State.CLOSED}:
        note = _("Refuse its clients for a while; they keep their credentials.")
        actions.append(action("application-suspend", _("Suspend"), "ban", note, tam, danger=True))
    if not revoked and not is_tam:
        note = _("Ask a TAM to revoke it.")
        actions.append(action("request-new", _("Request revocation"), "ban", note, editor or _asked(application)))
    if not revoked:
        note = _("Refuse it everywhere at the next request. Can be restored for 30 days.")
        actions.append(action("application-revoke", _("Revoke"), "ban", note, tam, danger=True))
    note = _("Only where it never had a client, or 30 days after it was revoked.")
    in_use = _in_use(application) if used else ""
    actions.append(action("application-remove", _("Remove"), "x", note, editor or in_use, danger=True))
    return actions


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
