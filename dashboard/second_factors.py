"""Second factors of people: an authenticator app, passkeys, recovery codes. django-allauth keeps and asks for them."""

from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from dashboard.models import Role
from dashboard.permissions import Rights
from oauth import audit, sealing
from oauth.audit import Actor, Event
from oauth.problems import Invalid
from registration import states

Type = Authenticator.Type
# What is encrypted of each type, by its name in the stored data. A passkey is a public key: nothing of it is secret.
_SEALED: dict[str, str] = {Type.TOTP: "secret", Type.RECOVERY_CODES: "seed"}


@dataclass(frozen=True)
class Factors:
    """What one person has."""

    app: Authenticator | None
    passkeys: list[Authenticator]
    codes_left: int | None

    @property
    def any(self) -> bool:
        return self.app is not None or bool(self.passkeys)


def of(user: User) -> Factors:
    rows = list(Authenticator.objects.filter(user=user).order_by("pk"))
    codes = next((row for row in rows if row.type == Type.RECOVERY_CODES), None)
    return Factors(
        app=next((row for row in rows if row.type == Type.TOTP), None),
        passkeys=[row for row in rows if row.type == Type.WEBAUTHN],
        codes_left=len(codes.wrap().get_unused_codes()) if codes else None,
    )


def missing(user: User, rights: Rights) -> bool:
    """Whether somebody with the rights of a TAM or admin could be impersonated by whoever knows the password."""
    return rights.anywhere(Role.TAM) and not _enrolled(user).exists()


def record(event: str, user: User, *, type: Type, by: Actor, **data: Any) -> None:  # noqa: A002
    """Keep in the log that a factor was added, renewed or removed. Call it last in the transaction that did so."""
    said = {"type": type.value, **data}
    audit.record(
        Event(event, kind="person", key=str(user.pk), label=user.email, data=said),
        environment="",
        by=by,
    )


@transaction.atomic
def reset(user: User, *, reason: str, by: Actor) -> int:
    """Take every second factor away from somebody who has lost them. Raises Invalid where there is none."""
    reason = states.reason_of(reason)
    removed = Authenticator.objects.select_for_update().filter(user=user).delete()[0]
    if not removed:
        raise Invalid({"": [f"{user.email} has no second factor."]})
    event = Event("second_factor:reset", kind="person", key=str(user.pk), label=user.email, reason=reason)
    audit.record(event, environment="", by=by)
    return removed


# --- At rest ---


def check_readable() -> None:
    """Raises Invalid, with one line for the operator, where a secret cannot be opened."""
    closed = sum(not sealing.opens(row.data[_SEALED[row.type]]) for row in _with_secret())
    if closed:
        raise sealing.closed(f"{closed} second factor{'s' if closed > 1 else ''} of people")


@transaction.atomic
def reencrypt(*, by: Actor) -> int:
    """Encrypt every secret under the newest key-encryption key; answers how many were under an older one.

    Raises Invalid, and changes nothing, where one cannot be opened.
    """
    check_readable()
    changed = 0
    for row in _with_secret().select_for_update():
        sealed = sealing.sealed_anew(row.data[_SEALED[row.type]])
        if sealed is not None:
            row.data[_SEALED[row.type]] = sealed
            row.save(update_fields=["data"])
            changed += 1
    if changed:
        event = Event("second_factor:reencrypt", label=f"{changed} secrets", data={"secrets": changed})
        audit.record(event, environment="", by=by)
    return changed


def _enrolled(user: User) -> "QuerySet[Authenticator]":
    """Recovery codes alone are no factor: they stand in for one."""
    return Authenticator.objects.filter(user=user, type__in=[Type.TOTP, Type.WEBAUTHN])


def _with_secret() -> "QuerySet[Authenticator]":
    return Authenticator.objects.filter(type__in=list(_SEALED)).order_by("pk")
