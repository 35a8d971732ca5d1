"""People: who they are, which roles they hold, and who may give and take a role."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse

from dashboard import permissions
from dashboard.models import Membership, Role
from dashboard.permissions import RANK, Grant, Rights
from oauth import audit
from oauth.audit import Actor, Door, Event
from oauth.problems import Invalid
from registration.models import Programmer
from registration.text import check_name, fold

NAME_MOST = 150
USERNAME_MOST = 150


# --- Who may ---


def may_keep(rights: Rights, row: Membership | Grant) -> bool:
    """A TAM gives and takes viewers and editors of his programmers; only an admin touches TAM and admin rows."""
    needs = Role.ADMIN if RANK[Role(row.role)] >= RANK[Role.TAM] else Role.TAM
    return any(
        RANK[grant.role] >= RANK[needs]
        and grant.programmer in {"", row.programmer}
        and grant.environment in {"", row.environment}
        for grant in rights.grants
    )


def may_remove(rights: Rights, row: Membership, *, by: Actor) -> bool:
    """Whether one may take the role away: what one keeps, but not one's own admin role."""
    return may_keep(rights, row) and not _is_own_admin(row, by)


def _is_own_admin(row: Membership, by: Actor) -> bool:
    return row.role == Role.ADMIN and by.key == f"user:{row.user_id}"


def seen_by(rights: Rights) -> Q:
    """The memberships that People shows: those that reach into a place where one is TAM or admin."""
    seen = Q(pk__in=[])
    for grant in rights.grants:
        if RANK[grant.role] < RANK[Role.TAM]:
            continue
        here = Q() if not grant.programmer else Q(programmer=grant.programmer)
        if grant.environment:
            here &= Q(environment__in=["", grant.environment])
        seen |= here & Q(role__in=Role.values)  # of every role: an empty condition would count as none in the union
    return seen


def check_grants(grants: Iterable[Grant], *, by: Actor) -> tuple[Grant, ...]:
    """The grants in their stored form, each once. Raises Invalid where one is none, or not the actor's to give.

    A programmer whose people are not the actor's is refused in the words for one that does not exist.
    """
    rights = permissions.of_actor(by)
    checked = tuple(dict.fromkeys(Grant(fold(each.programmer), each.role, each.environment) for each in grants))
    if not checked:
        raise Invalid({"role": ["Choose a role, and where it holds."]})
    for grant in checked:
        _check_grant(grant, rights)
    return checked


def _check_grant(grant: Grant, rights: Rights) -> None:
    if grant.role == Role.ADMIN and grant.programmer:
        raise Invalid({"programmer": ["An admin has every programmer. Choose every programmer, or another role."]})
    if not grant.programmer and RANK[grant.role] < RANK[Role.TAM]:
        raise Invalid({"programmer": ["Only TAMs and admins have every programmer. Choose one."]})
    if grant.programmer and not _exists(grant, rights):
        raise Invalid({"programmer": [f"There is no programmer {grant.programmer} here. Check its id."]})
    if may_keep(rights, grant):
        return
    if RANK[grant.role] >= RANK[Role.TAM]:
        raise Invalid({"role": ["Only an admin makes TAMs and admins. Choose viewer or editor."]})
    raise Invalid({"environment": ["Choose environments in which you are TAM of this programmer."]})


def _exists(grant: Grant, rights: Rights) -> bool:
    mine = any(
        RANK[held.role] >= RANK[Role.TAM] and held.programmer in {"", grant.programmer} for held in rights.grants
    )
    rows = Programmer.objects.live().filter(id_key=grant.programmer)
    return mine and (rows.filter(environment=grant.environment) if grant.environment else rows).exists()


# --- Verbs ---


@transaction.atomic
def create_person(
    *, email: str, memberships: Sequence[Grant], name: str = "", password: str | None = None, by: Actor
) -> tuple[User, str]:
    """A new person with these memberships, and a link that lets them set a password, once.

    `password` is for whoever needs none of that (the demo): it is taken as it is, and the link is empty then.
    """
    grants = check_grants(memberships, by=by)
    user = add(email=email, name=name, password=password)
    created = Event("person:create", kind="person", key=str(user.pk), label=user.email)
    give(user, grants, granted_by_name=by.name, by=by, first=created)
    return user, "" if password is not None else password_link(user)


@transaction.atomic
def remove_membership(membership: Membership, *, by: Actor) -> None:
    """Take a role away. It is gone at the person's next request, since rights are asked at each.

    Raises PermissionDenied for a row that is not the actor's to take, Invalid for the last admin and for one's own
    admin role.
    """
    admins = {row.pk: row for row in Membership.objects.select_for_update().filter(role=Role.ADMIN).order_by("pk")}
    row = Membership.objects.select_for_update().select_related(None).filter(pk=membership.pk).first()
    if row is None:
        raise Invalid({"": ["This role was taken away already."]})
    # Asked after the locks: of two admins who remove each other, the second is an admin no more.
    if not may_keep(permissions.of_actor(by), row):
        raise PermissionDenied
    if row.role == Role.ADMIN:
        _check_admin_may_go(row, admins, by)
    event = _event("membership:remove", row.user, Grant(row.programmer, Role(row.role), row.environment))
    row.delete()
    audit.record(event, environment=membership.environment, by=by)


def _check_admin_may_go(row: Membership, admins: dict[int, Membership], by: Actor) -> None:
    if _is_own_admin(row, by):
        raise Invalid({"": ["You cannot take away your own admin role. Ask another admin to do it."]})
    others = User.objects.filter(is_active=True, memberships__in=[pk for pk in admins if pk != row.pk])
    if not row.environment:
        others = others.filter(memberships__in=[pk for pk, each in admins.items() if not each.environment])
    if not others.exclude(pk=row.user_id).exists():
        raise Invalid({"": ["This is the last admin. Make somebody else an admin first."]})


def record_sign_in(user: User, *, request_id: str) -> None:
    """Keep in the audit log that somebody who has a role signed in."""
    if not Membership.objects.filter(user=user).exists():
        return
    event = Event("person:sign_in", kind="person", key=str(user.pk), label=user.email)
    with transaction.atomic():
        audit.record(event, environment="", by=themselves(user, request_id=request_id))


# --- What the verbs of people and of invitations share ---


def clean_email(email: str) -> str:
    """The address as it is written everywhere: trimmed, in lower case. Raises Invalid for what is none."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid({"email": ["Enter an e-mail address, such as lee@example.com."]}) from None
    if len(email) > 254:
        raise Invalid({"email": ["Use an e-mail address of at most 254 characters."]})
    return email


def clean_name(name: str) -> str:
    """A person's name, or nothing. Raises Invalid for what is none."""
    if not name.strip():
        return ""
    try:
        name = check_name(name)
    except ValueError as error:
        raise Invalid({"name": [str(error)]}) from None
    if len(name) > NAME_MOST:
        raise Invalid({"name": [f"Use at most {NAME_MOST} characters; this has {len(name)}."]})
    return name


def themselves(user: User, *, request_id: str) -> Actor:
    """The person as the `by=` of what they do before they are signed in."""
    name = user.get_full_name() or user.email
    return Actor(key=f"user:{user.pk}", name=name, door=Door.PAGE, request_id=request_id)


def by_email(email: str) -> User | None:
    return User.objects.filter(emailaddress__email=email.lower()).first()


def add(*, email: str, name: str, password: str | None) -> User:
    """The rows of a person, without a role. Raises Invalid where the address is taken."""
    email = clean_email(email)
    name = clean_name(name)
    # Nobody sees or types the username; it is unique because the address is.
    username = email if len(email) <= USERNAME_MOST else sha256(email.encode()).hexdigest()
    user = User(username=username, email=email, first_name=name)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    except IntegrityError:
        raise Invalid(
            {"email": [f"{email} is a person here already. Invite them, to give them another role."]}
        ) from None
    return user


def give(user: User, grants: Sequence[Grant], *, granted_by_name: str, by: Actor, first: Event) -> None:
    """Write the memberships that the person does not have yet, then all entries, `first` ahead: call it last."""
    entries: dict[str, list[Event]] = {"": [first]}
    for grant in grants:
        _, new = Membership.objects.get_or_create(
            user=user,
            programmer=grant.programmer,
            role=grant.role,
            environment=grant.environment,
            defaults={"granted_by_name": granted_by_name},
        )
        if new:
            entries.setdefault(grant.environment, []).append(_event("membership:grant", user, grant))
    for environment in sorted(entries):
        audit.record(*entries[environment], environment=environment, by=by)


def _event(event: str, user: User, grant: Grant) -> Event:
    data = {"role": grant.role.value, "environment": grant.environment}
    return Event(event, programmer=grant.programmer, kind="person", key=str(user.pk), label=user.email, data=data)


def password_link(user: User) -> str:
    """A link that sets the person's password, once and within Django's `PASSWORD_RESET_TIMEOUT` (three days)."""
    return reset_url(f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}")


def reset_url(key: str) -> str:
    """Where a password is set with this key. The host is the configured one, never the request's."""
    uid, _, token = key.partition("-")
    return settings.PUBLIC_URL + reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
