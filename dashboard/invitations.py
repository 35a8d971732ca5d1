"""Invitations: a link that makes somebody a member, for seven days, once. Only its hash is kept."""

import hashlib
import logging
import secrets
from collections.abc import Sequence
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import send_mail
from django.db import models, transaction
from django.db.models.functions import Now
from django.template.loader import render_to_string
from django.urls import reverse

from dashboard import people, permissions
from dashboard.models import Invitation, Role
from dashboard.permissions import RANK, Grant, Rights
from oauth import audit
from oauth.audit import Actor, Door, Event
from oauth.problems import Invalid

LIFE = timedelta(days=7)
_logger = logging.getLogger("dashboard.invitations")


@transaction.atomic
def invite(*, email: str, memberships: Sequence[Grant], by: Actor) -> tuple[Invitation, str]:
    """An invitation, and its link: 256 random bits, which nobody can read again.

    It says the same whether or not the address is a person here already; `mail` sends it, where mail is sent.
    """
    email = people.clean_email(email)
    grants = people.check_grants(memberships, by=by)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=email,
        token_hash=_hash(token),
        memberships=[
            {"programmer": each.programmer, "role": each.role.value, "environment": each.environment} for each in grants
        ],
        invited_by_key=by.key,
        invited_by_name=by.name,
        expires_at=Now() + LIFE,
    )
    invitation.refresh_from_db()
    audit.record(_event("invitation:create", invitation), environment="", by=by)
    return invitation, settings.PUBLIC_URL + reverse("invitation-accept", args=[token])


def mail(invitation: Invitation, url: str) -> bool:
    """Whether the link went out by mail. Where it did not, the inviter has to be shown it."""
    if not settings.MAIL_IS_SENT:
        return False
    text = render_to_string("dashboard/people/invitation_mail.txt", {"invitation": invitation, "url": url})
    try:
        send_mail("You are invited to the TVE Dashboard", text, None, [invitation.email])
    except (OSError, SMTPException) as error:
        fields = {"invitation": invitation.pk, "error": type(error).__name__}
        _logger.warning("invitation mail not sent", extra={"fields": fields})
        return False
    return True


def still_open() -> "models.QuerySet[Invitation]":
    return Invitation.objects.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=Now())


def of_token(token: str) -> Invitation | None:
    """The invitation that a link opens, unless it was used, withdrawn or is too old."""
    return still_open().filter(token_hash=_hash(token)).first()


def grants_of(invitation: Invitation) -> tuple[Grant, ...]:
    return tuple(Grant(each["programmer"], Role(each["role"]), each["environment"]) for each in invitation.memberships)


def seen_by(invitation: Invitation, rights: Rights) -> tuple[Grant, ...]:
    """What of an invitation People shows: the grants that reach into a place where one is TAM or admin."""
    keeps = [held for held in rights.grants if RANK[held.role] >= RANK[Role.TAM]]
    return tuple(
        grant
        for grant in grants_of(invitation)
        if any(
            held.programmer in {"", grant.programmer}
            and (not held.environment or grant.environment in {"", held.environment})
            for held in keeps
        )
    )


@transaction.atomic
def accept_invitation(
    token: str, *, password: str = "", name: str = "", person: User | None = None, request_id: str = ""
) -> User:
    """Make the invited address a member. Somebody new gets an account with this password; a person gains the roles.

    `person` is whoever is signed in. Raises Invalid where the link is used or too old, and where it is for another
    address: roles go to the address that was invited, whoever holds the link.
    """
    found = still_open().select_for_update().filter(token_hash=_hash(token)).first()
    if found is None:
        raise Invalid({"": ["This link was used already, was withdrawn, or is older than seven days."]})
    if not _is_backed(found):
        raise Invalid({"": ["Whoever invited you may not give this role any more. Ask for a new invitation."]})
    user = people.by_email(found.email)
    if person is not None and person != user:
        raise Invalid({"": [f"This invitation is for {found.email}. Sign out first, then open the link again."]})
    if user is None:
        _check_password(password, User(email=found.email, first_name=name))
        user = people.add(email=found.email, name=name, password=password)
    elif not user.is_active:
        raise Invalid({"": ["This account is switched off. Ask whoever invited you."]})
    Invitation.objects.filter(pk=found.pk).update(accepted_at=Now())
    by = people.themselves(user, request_id=request_id)
    event = _event("invitation:accept", found)
    people.give(user, grants_of(found), granted_by_name=found.invited_by_name, by=by, first=event)
    return user


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: Actor) -> None:
    """Its link opens nothing any more. Raises PermissionDenied unless all that it gives is the actor's to give."""
    found = still_open().select_for_update().filter(pk=invitation.pk).first()
    if found is None:
        raise Invalid({"": ["This invitation was accepted or withdrawn already, or is too old."]})
    rights = permissions.of_actor(by)
    if not all(people.may_keep(rights, grant) for grant in grants_of(found)):
        raise PermissionDenied
    Invitation.objects.filter(pk=found.pk).update(withdrawn_at=Now())
    audit.record(_event("invitation:withdraw", found), environment="", by=by)


def _is_backed(invitation: Invitation) -> bool:
    """Whether its inviter may still give what it gives: an invitation ends with the rights behind it."""
    key = invitation.invited_by_key
    door = Door.COMMAND if key.startswith("command:") else Door.PAGE
    rights = permissions.of_actor(Actor(key=key, name=invitation.invited_by_name, door=door))
    return all(people.may_keep(rights, grant) for grant in grants_of(invitation))


def _check_password(password: str, user: User) -> None:
    if not password:
        raise Invalid({"password": ["Choose a password of at least 12 characters."]})
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid({"password": list(error.messages)}) from None


def _event(event: str, invitation: Invitation) -> Event:
    """An entry is one programmer's where the invitation is, so that its TAM reads it in the log."""
    programmers = {each["programmer"] for each in invitation.memberships}
    return Event(
        event,
        programmer=programmers.pop() if len(programmers) == 1 else "",
        kind="invitation",
        key=str(invitation.pk),
        label=invitation.email,
        data={"memberships": invitation.memberships},
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
