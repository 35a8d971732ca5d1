"""What People shows: every person with the roles that the reader may see, and the invitations that are open."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from dashboard import invitations as invitation_verbs
from dashboard import people as verbs
from dashboard.models import Invitation, Membership, Role
from dashboard.permissions import Grant, Rights
from oauth.audit import Actor
from oauth.environments import Environment
from registration.models import Programmer


@dataclass(frozen=True)
class Words:
    """A membership, in words."""

    role: str
    programmer: str
    environment: str


@dataclass(frozen=True)
class Row:
    membership: Membership
    words: Words
    may_remove: bool


@dataclass(frozen=True)
class Person:
    user: User
    rows: list[Row]


@dataclass(frozen=True)
class Open:
    invitation: Invitation
    gives: list[Words]
    may_withdraw: bool


def people(users: Iterable[User], rights: Rights, *, by: Actor) -> list[Person]:
    """The users in their order, each with the rows that the reader may see."""
    users = list(users)
    seen = Membership.objects.filter(verbs.seen_by(rights), user__in=users)
    rows = sorted(seen, key=lambda row: (row.programmer, row.environment, row.role))
    names = _names(rows)
    mine = defaultdict(list)
    for row in rows:
        mine[row.user_id].append(Row(row, _words(row, names), verbs.may_remove(rights, row, by=by)))
    return [Person(user, mine[user.pk]) for user in users]


def invitations(rights: Rights) -> list[Open]:
    """The open invitations, newest first, each with the part that the reader may see."""
    found = [
        (invitation, invitation_verbs.seen_by(invitation, rights))
        for invitation in invitation_verbs.still_open().order_by("-created_at", "-pk")
    ]
    names = _names(grant for _invitation, grants in found for grant in grants)
    return [
        Open(
            invitation,
            [_words(grant, names) for grant in grants],
            all(verbs.may_keep(rights, grant) for grant in invitation_verbs.grants_of(invitation)),
        )
        for invitation, grants in found
        if grants
    ]


def gives(invitation: Invitation) -> list[Words]:
    grants = invitation_verbs.grants_of(invitation)
    names = _names(grants)
    return [_words(grant, names) for grant in grants]


def of(user: User) -> list[Words]:
    """All roles of one person, for their own eyes."""
    rows = list(Membership.objects.filter(user=user).order_by("programmer", "environment", "role"))
    names = _names(rows)
    return [_words(row, names) for row in rows]


def words(row: Membership) -> Words:
    return _words(row, _names([row]))


def _words(row: Membership | Grant, names: dict[str, str]) -> Words:
    return Words(
        role=str(Role(row.role).label),
        programmer=names.get(row.programmer, row.programmer) if row.programmer else _("Every programmer"),
        environment=str(Environment(row.environment).label) if row.environment else _("All environments"),
    )


def _names(rows: Iterable[Membership | Grant]) -> dict[str, str]:
    """Display names by case-folded id. A programmer may be named differently in its environments: any will do."""
    keys = {row.programmer for row in rows if row.programmer}
    return dict(Programmer.objects.filter(id_key__in=keys).order_by("pk").values_list("id_key", "display_name"))
