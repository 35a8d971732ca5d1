"""Who may do what. A stranger to a programmer is told 404 for everything under it; a reader who writes, 403.

The gates at the end are the only way from a URL to an object: a view's first line fetches *with* permission.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest

from dashboard.models import ChangeSet, Head, Membership, Role
from oauth.audit import Actor, Door
from oauth.environments import Environment
from oauth.models import SigningKey
from registration import scopes
from registration.models import (
    AnalyticsConfiguration,
    Certificate,
    Channel,
    CustomScheme,
    Domain,
    Programmer,
    RegisteredApplication,
    State,
)
from registration.text import fold

T = TypeVar("T")
RANK = {Role.VIEWER: 1, Role.EDITOR: 2, Role.TAM: 3, Role.ADMIN: 4}


@dataclass(frozen=True)
class Grant:
    """One membership: `programmer` is a case-folded public id or empty (every one), `environment` a word or empty."""

    programmer: str
    role: Role
    environment: str


@dataclass(frozen=True)
class Rights:
    """Everything that one actor may do. A role is the highest of one's matching grants."""

    grants: tuple[Grant, ...]

    def role(self, environment: str, programmer: str) -> Role | None:
        """The actor's role with the programmer of this public id in this environment."""
        key = fold(programmer)
        return self._highest(
            grant.role
            for grant in self.grants
            if grant.programmer in {"", key} and grant.environment in {"", environment}
        )

    def may(self, needs: Role, environment: str, programmer: str) -> bool:
        role = self.role(environment, programmer)
        return role is not None and RANK[role] >= RANK[needs]

    def everywhere(self, needs: Role, environment: str) -> bool:
        """Whether the actor has this role with every programmer of the environment (to create one, say)."""
        return any(
            RANK[grant.role] >= RANK[needs]
            for grant in self.grants
            if not grant.programmer and grant.environment in {"", environment}
        )

    def anywhere(self, needs: Role) -> bool:
        return any(RANK[grant.role] >= RANK[needs] for grant in self.grants)

    def may_grant(self, wanted: Iterable[str], environment: str, programmer: str) -> bool:
        """Whether the actor may give an application these scopes: privileged ones a TAM, `introspection` an admin."""
        wanted = set(wanted)
        if wanted & scopes.ADMIN_ONLY:
            return self.may(Role.ADMIN, environment, programmer)
        return self.may(Role.TAM if wanted & scopes.PRIVILEGED else Role.EDITOR, environment, programmer)

    def may_issue(self, application: RegisteredApplication) -> bool:
        """Issue and download statements: an editor, or a TAM where the application holds a privileged scope."""
        privileged = scopes.PRIVILEGED.intersection(application.scopes)
        needs = Role.TAM if privileged else Role.EDITOR
        return self.may(needs, application.environment, application.programmer_public_id)

    @cached_property
    def environments(self) -> tuple[Environment, ...]:
        """Those in which the actor has any grant, in their usual order."""
        named = {grant.environment for grant in self.grants}
        return tuple(environment for environment in Environment if "" in named or environment.value in named)

    def elsewhere(self, environment: str, programmer: str) -> tuple[Environment, ...]:
        """The other environments in which the actor edits this programmer: where copies can go."""
        others = (each for each in self.environments if each.value != environment)
        return tuple(each for each in others if self.may(Role.EDITOR, each.value, programmer))

    def programmers(self, environment: str, needs: Role = Role.VIEWER) -> frozenset[str] | None:
        """The case-folded ids of the programmers with which one has this role here; None means every one."""
        here = [
            grant for grant in self.grants if grant.environment in {"", environment} and RANK[grant.role] >= RANK[needs]
        ]
        if any(not grant.programmer for grant in here):
            return None
        return frozenset(grant.programmer for grant in here)

    def seen(self, environment: str, programmer: str, *, needs: Role = Role.VIEWER) -> Q:
        """The rows of an environment whose programmer one has this role with: what every list narrows its query to.

        `programmer` names the column of the programmer's case-folded id.
        """
        here, mine = Q(environment=environment), self.programmers(environment, needs)
        return here if mine is None else here & Q(**{f"{programmer}__in": mine})

    def edits(self, environment: str) -> bool:
        """Whether there is anything here that the actor may change."""
        return self.programmers(environment, Role.EDITOR) != frozenset()

    @staticmethod
    def _highest(roles: Iterable[Role]) -> Role | None:
        return max(roles, key=RANK.__getitem__, default=None)


def needed_to_reinstate(application: RegisteredApplication) -> Role:
    """An editor undoes an editor's closing; a TAM's closing, and everything higher, a TAM. Needs `state_now`."""
    state = application.state_now  # type: ignore[attr-defined]
    by_editors = state == State.ACTIVE or (state == State.CLOSED and not application.closed_by_tam)
    return Role.EDITOR if by_editors else Role.TAM


OPERATOR = Rights((Grant("", Role.ADMIN, ""),))
NOBODY = Rights(())


def of_user(user: User | AnonymousUser) -> Rights:
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    rows = Membership.objects.filter(user=user).values_list("programmer", "role", "environment")
    return Rights(tuple(Grant(programmer, Role(role), environment) for programmer, role, environment in rows))


def of_actor(actor: Actor) -> Rights:
    """Asked again at push and by every verb: rights may have changed since the page was shown."""
    kind, _, key = actor.key.partition(":")
    if kind == "command" and actor.door == Door.COMMAND:
        return OPERATOR
    if kind == "user":
        user = User.objects.filter(pk=key, is_active=True).first()
        return of_user(user) if user else NOBODY
    return NOBODY


def of_request(request: HttpRequest) -> Rights:
    """The rights of whoever is signed in, read once per request."""
    if not hasattr(request, "_rights"):
        request._rights = of_user(request.user)  # type: ignore[attr-defined]  # noqa: SLF001
    return request._rights  # type: ignore[attr-defined, no-any-return]  # noqa: SLF001


def actor(request: HttpRequest) -> Actor:
    """Whoever is signed in, as the `by=` of a verb."""
    user = request.user
    name = user.get_full_name() or user.email or user.get_username()  # type: ignore[union-attr]
    request_id = getattr(request, "request_id", "")
    return Actor(key=f"user:{user.pk}", name=name, door=Door.PAGE, request_id=request_id)


# --- Gates ---


def enter(request: HttpRequest, environment: str) -> Rights:
    """The rights of a person who may enter the environment at all; 404 for everyone else."""
    rights = of_request(request)
    if environment not in rights.environments:
        raise Http404
    return rights


def administer(request: HttpRequest, environment: str) -> Rights:
    """The rights of an admin of the environment; 403 for its other members, 404 for strangers."""
    rights = enter(request, environment)
    if not rights.everywhere(Role.ADMIN, environment):
        raise PermissionDenied
    return rights


def key(request: HttpRequest, environment: str, number: int) -> SigningKey:
    """A signing key, by the number of its row: an imported key's id may hold any character."""
    administer(request, environment)
    found = SigningKey.objects.filter(environment=environment, pk=number).first()
    if found is None:
        raise Http404
    return found


def programmer(request: HttpRequest, environment: str, public_id: str, *, needs: Role = Role.VIEWER) -> Programmer:
    rights = enter(request, environment)
    found = Programmer.objects.live().filter(environment=environment, id_key=fold(public_id)).first()
    return _granted(found, rights, environment, public_id, needs)


def channel(request: HttpRequest, environment: str, public_id: str, *, needs: Role = Role.VIEWER) -> Channel:
    rights = enter(request, environment)
    found = (
        Channel.objects.live()
        .filter(environment=environment, id_key=fold(public_id))
        .select_related("programmer")
        .first()
    )
    return _granted(found, rights, environment, found.programmer.public_id if found else "", needs)


def domain(request: HttpRequest, environment: str, channel_id: str, host: str, *, needs: Role) -> Domain:
    within = channel(request, environment, channel_id, needs=needs)
    found = Domain.objects.live().filter(channel=within, host=host).select_related("channel__programmer").first()
    if found is None:
        raise Http404
    return found


def scheme(request: HttpRequest, environment: str, name: str, *, needs: Role = Role.VIEWER) -> CustomScheme:
    rights = enter(request, environment)
    found = (
        CustomScheme.objects.live()
        .filter(environment=environment, scheme_key=fold(name))
        .select_related("programmer", "channel")
        .first()
    )
    return _granted(found, rights, environment, found.programmer.public_id if found else "", needs)


def certificate(
    request: HttpRequest,
    environment: str,
    sha256: str,
    *,
    programmer_id: str = "",
    channel_id: str = "",
    needs: Role = Role.VIEWER,
) -> Certificate:
    """A channel's own, where that is named; else the programmer's own."""
    found = Certificate.objects.live().filter(sha256=sha256)
    if channel_id:
        found = found.filter(channel=channel(request, environment, channel_id, needs=needs))
    else:
        within = programmer(request, environment, programmer_id, needs=needs)
        found = found.filter(programmer=within, channel=None)
    row = found.select_related("programmer", "channel__programmer").first()
    if row is None:
        raise Http404
    return row


def analytics(
    request: HttpRequest, environment: str, channel_id: str, number: int, *, needs: Role
) -> AnalyticsConfiguration:
    within = channel(request, environment, channel_id, needs=needs)
    found = AnalyticsConfiguration.objects.live().filter(channel=within, number=number)
    row = found.select_related("channel__programmer").first()
    if row is None:
        raise Http404
    return row


def draft(request: HttpRequest, environment: str, draft_id: UUID, *, needs: Role = Role.EDITOR) -> ChangeSet:
    """Somebody's open draft. Viewers learn that there is one, and read nothing of it."""
    rights = enter(request, environment)
    found = ChangeSet.objects.drafts().filter(environment=environment, uuid=draft_id).first()
    return _granted(found, rights, environment, found.programmer if found else "", needs)


def demand_another(author_key: str, by: Actor) -> None:
    """403 for the author himself."""
    if author_key == by.key:
        raise PermissionDenied


def application(
    request: HttpRequest, environment: str, software_id: UUID, *, needs: Role = Role.VIEWER
) -> RegisteredApplication:
    rights = enter(request, environment)
    found = (
        RegisteredApplication.objects.live()
        .filter(environment=environment, software_id=software_id)
        .select_related("programmer")
        .with_state()
        .first()
    )
    return _granted(found, rights, environment, found.programmer_public_id if found else "", needs)


def configuration(request: HttpRequest, environment: str, public_id: str, *, needs: Role = Role.VIEWER) -> Head:
    """A programmer's configuration, of which there are versions even when the programmer itself is gone."""
    rights = enter(request, environment)
    found = Head.objects.filter(environment=environment, programmer=fold(public_id), version__gt=0).first()
    return _granted(found, rights, environment, public_id, needs)


def version(
    request: HttpRequest, environment: str, public_id: str, number: int, *, needs: Role = Role.VIEWER
) -> ChangeSet:
    head = configuration(request, environment, public_id, needs=needs)
    here = {"environment": environment, "programmer": head.programmer, "version": number}
    found = ChangeSet.objects.filter(**here).select_related("undoes").first()
    if found is None:
        raise Http404
    return found


def _granted(found: T | None, rights: Rights, environment: str, programmer: str, needs: Role) -> T:
    if found is None or not rights.may(Role.VIEWER, environment, programmer):
        raise Http404
    if not rights.may(needs, environment, programmer):
        raise PermissionDenied
    return found
