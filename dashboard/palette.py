"""The palette: whatever a few letters could mean, in all environments that one may enter, best first."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboard.models import Role
from dashboard.permissions import Rights
from oauth.environments import Environment
from registration.models import ApplicationMember, Channel, Client, Domain, Programmer, RegisteredApplication
from registration.text import fold

A_GROUP = 8
_ACTED_ON = 3  # things that are offered an action of their own
_MOST_TERMS = 8
_MOST = 200


@dataclass(frozen=True)
class Hit:
    """One place to go to."""

    label: str
    url: str
    icon: str
    note: str = ""
    environment: Environment | None = None


@dataclass(frozen=True)
class Group:
    title: str
    hits: list[Hit]


@dataclass(frozen=True)
class Asked:
    """What was typed, by whom, and from which environment: that one's hits come first."""

    q: str
    terms: tuple[str, ...]
    rights: Rights
    here: Environment | None

    @classmethod
    def of(cls, q: str, *, rights: Rights, here: Environment | None) -> "Asked":
        q = q.replace("\0", "").strip()[:_MOST]
        return cls(q, tuple(fold(q).split()[:_MOST_TERMS]), rights, here)

    def says(self, *words: str) -> bool:
        """Whether each term is in one of the words: for what needs no database."""
        folded = [fold(word) for word in words]
        return all(any(term in word for word in folded) for term in self.terms)


def find(asked: Asked) -> list[Group]:
    """The groups that hold something. Nothing typed: the pages and actions alone, without a query."""
    programmers = _programmers(asked) if asked.terms else []
    channels = _channels(asked) if asked.terms else []
    groups = [
        Group(_("Applications"), _applications(asked) if asked.terms else []),
        Group(_("Channels"), [_channel_hit(each) for each in channels]),
        Group(_("Domains"), _domains(asked) if asked.terms else []),
        Group(_("Programmers"), [_programmer_hit(each) for each in programmers]),
        Group(_("Clients"), _clients(asked)),
        Group(_("Pages"), _pages(asked)),
        Group(_("Actions"), [*_additions(asked, programmers, channels), *_actions(asked)]),
    ]
    return [group for group in groups if group.hits]


# --- What the database knows ---


def _seen(asked: Asked, programmer: str) -> Q:
    """What one may see, in every environment. `programmer` names the column of the programmer's folded id."""
    seen = (asked.rights.seen(each.value, programmer) for each in asked.rights.environments)
    return reduce(or_, seen, Q(pk__in=[]))


def _best(rows: "QuerySet[Any]", asked: Asked, name: str) -> "QuerySet[Any]":
    """Here first, then what begins with what was typed, then by name."""
    whole, first = Value(0), asked.terms[0]
    there = Case(When(environment=asked.here, then=whole), default=Value(1), output_field=IntegerField())
    inside = Case(When(**{f"{name}__startswith": first}, then=whole), default=Value(1), output_field=IntegerField())
    return rows.order_by(there, inside, name, "environment", "pk")[:A_GROUP]


def _all_terms(asked: Asked, says: Callable[[str], Q]) -> Q:
    every = Q()
    for term in asked.terms:
        every &= says(term)
    return every


def _applications(asked: Asked) -> list[Hit]:
    says = _all_terms(asked, lambda term: Q(name_key__contains=term) | Q(version__holds=term))
    number = _uuid(asked.q)
    if number:
        says |= Q(software_id=number)
    rows = RegisteredApplication.objects.live().filter(_seen(asked, "programmer__id_key"), says)
    return [
        Hit(
            label=f"{each.name} {each.version}",
            url=reverse("application", args=[each.environment, each.software_id]),
            icon="app",
            note=each.programmer.display_name,
            environment=Environment(each.environment),
        )
        for each in _best(rows.select_related("programmer"), asked, "name_key")
    ]


def _channels(asked: Asked) -> list[Channel]:
    says = _all_terms(asked, lambda term: Q(name_key__contains=term) | Q(id_key__contains=term))
    rows = Channel.objects.live().filter(_seen(asked, "programmer__id_key"), says)
    return list(_best(rows.select_related("programmer"), asked, "name_key"))


def _channel_hit(channel: Channel) -> Hit:
    return Hit(
        label=f"{channel.display_name} ({channel.public_id})",
        url=reverse("channel", args=[channel.environment, channel.public_id]),
        icon="tv",
        note=channel.programmer.display_name,
        environment=Environment(channel.environment),
    )


def _programmers(asked: Asked) -> list[Programmer]:
    says = _all_terms(asked, lambda term: Q(name_key__contains=term) | Q(id_key__contains=term))
    rows = Programmer.objects.live().filter(_seen(asked, "id_key"), says)
    return list(_best(rows, asked, "name_key"))


def _programmer_hit(programmer: Programmer) -> Hit:
    return Hit(
        label=f"{programmer.display_name} ({programmer.public_id})",
        url=reverse("programmer", args=[programmer.environment, programmer.public_id]),
        icon="prog",
        environment=Environment(programmer.environment),
    )


def _domains(asked: Asked) -> list[Hit]:
    says = _all_terms(asked, lambda term: Q(host__contains=term))
    rows = Domain.objects.live().filter(_seen(asked, "channel__programmer__id_key"), says)
    found = list(_best(rows.select_related("channel"), asked, "host"))
    uses = _uses(found)
    return [
        Hit(
            label=each.host,
            url=reverse("channel-domains", args=[each.environment, each.channel.public_id]),
            icon="link",
            note=_domain_note(each, uses[each.environment, each.channel.programmer_id, each.host]),
            environment=Environment(each.environment),
        )
        for each in found
    ]


def _uses(domains: list[Domain]) -> Counter[tuple[str, int, str]]:
    """How many applications of the domain's programmer name it."""
    if not domains:
        return Counter()
    rows = ApplicationMember.objects.filter(
        kind=ApplicationMember.Kind.DOMAIN,
        value__in={each.host for each in domains},
        application__removed_in=None,
        application__programmer__in={each.channel.programmer_id for each in domains},
    )
    return Counter(rows.values_list("application__environment", "application__programmer_id", "value"))


def _domain_note(domain: Domain, uses: int) -> str:
    used = ngettext("used by %d application", "used by %d applications", uses) % uses
    return f"{domain.channel.display_name}, {used}"


def _clients(asked: Asked) -> list[Hit]:
    """The one client whose id this is: nobody searches for a part of it."""
    if len(asked.q) < 8 or " " in asked.q:
        return []
    seen = _seen(asked, "application__programmer__id_key")
    rows = Client.objects.filter(seen, client_id=asked.q).select_related("application")
    return [
        Hit(
            label=each.client_id,
            url=reverse("application-clients", args=[each.environment, each.application.software_id]),
            icon="key",
            note=str(each.application),
            environment=Environment(each.environment),
        )
        for each in rows[:1]
    ]


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


# --- Pages and actions ---


def _pages(asked: Asked) -> list[Hit]:
    return [hit for hit in _every_page(asked.rights, asked.here) if asked.says(hit.label)]


def _every_page(rights: Rights, here: Environment | None) -> Iterable[Hit]:
    if here is not None:
        pages = [
            ("home", _("Dashboard"), "home"),
            ("channels", _("Channels"), "tv"),
            ("programmers", _("Programmers"), "prog"),
            ("applications", _("Applications"), "app"),
            ("draft", _("Review and push"), "edit"),
            ("changes", _("Changes log"), "clock"),
            ("requests", _("Revocation requests"), "ban"),
        ]
        if rights.everywhere(Role.ADMIN, here.value):
            pages += [("environment-settings", _("Settings"), "gear"), ("keys", _("Signing keys"), "key")]
        for name, label, icon in pages:
            yield Hit(label, reverse(name, args=[here.value]), icon, environment=here)
    if rights.anywhere(Role.TAM):
        yield Hit(_("People"), reverse("people"), "users")
    yield Hit(_("Audit log"), reverse("audit"), "pulse")
    yield Hit(_("Your profile"), reverse("profile"), "users")
    yield Hit(_("Help"), reverse("help"), "help")


def _additions(asked: Asked, programmers: list[Programmer], channels: list[Channel]) -> list[Hit]:
    """What may be added to the first things that were found."""
    rights, hits = asked.rights, []
    for each in channels[:_ACTED_ON]:
        if rights.may(Role.EDITOR, each.environment, each.programmer.public_id):
            url = reverse("channel-application-new", args=[each.environment, each.public_id])
            hits.append(_addition(_("Add new application to %s"), each, url))
    for programmer in programmers[:_ACTED_ON]:
        if rights.may(Role.EDITOR, programmer.environment, programmer.public_id):
            place = [programmer.environment, programmer.public_id]
            url = reverse("application-new", args=place)
            hits.append(_addition(_("Add new application to %s"), programmer, url))
            hits.append(_addition(_("Add new channel to %s"), programmer, reverse("channel-new", args=place)))
    return hits


def _addition(words: str, to: Channel | Programmer, url: str) -> Hit:
    return Hit(words % to.display_name, url, "plus", environment=Environment(to.environment))


def _actions(asked: Asked) -> list[Hit]:
    return [hit for hit in _every_action(asked.rights, asked.here) if asked.says(hit.label)]


def _every_action(rights: Rights, here: Environment | None) -> Iterable[Hit]:
    if here is not None and rights.edits(here.value):
        yield Hit(_("Add new application"), reverse("applications-new", args=[here.value]), "plus", environment=here)
        yield Hit(_("Add new channel"), reverse("channels-new", args=[here.value]), "plus", environment=here)
    if here is not None and rights.everywhere(Role.TAM, here.value):
        yield Hit(_("Add new programmer"), reverse("programmer-new", args=[here.value]), "plus", environment=here)
    if rights.anywhere(Role.TAM):
        yield Hit(_("Invite somebody"), reverse("invite"), "users")
    for each in rights.environments:
        if each != here:
            yield Hit(_("Switch to %s") % each.label, reverse("switch", args=[each.value]), "right", environment=each)
    yield Hit(_("Change password"), reverse("account_change_password"), "key")
    yield Hit(_("Sign out"), reverse("account_logout"), "right")
