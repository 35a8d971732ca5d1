"""What the URL of a list asks for, as words of the page and as a condition of the database."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.functions import Cast, Now
from django.db.models.lookups import Contains
from django.http import QueryDict
from django.utils.translation import gettext as _

from registration import scopes
from registration.models import ApplicationMember, Client, RegisteredApplication, State, state_is
from registration.platforms import Platform
from registration.text import fold

ALL = "all"  # of `reach`
EVER, A_WEEK = "1", "7"  # of `unused`
SORTED_BY = ("name", "version", "created", "state")
_MOST_TERMS = 8


@dataclass(frozen=True)
class Query:
    """What the URL of a list asks for. Words that mean nothing here are as if they were not there."""

    q: str = ""
    state: str = ""
    platform: str = ""
    scope: str = ""
    level: str = ""
    reach: str = ""
    unused: str = ""
    sort: str = "name"
    page: str = "1"

    @classmethod
    def of(cls, asked: QueryDict) -> "Query":
        def one_of(name: str, words: Any) -> str:
            return asked.get(name, "") if asked.get(name) in words else ""

        sort = asked.get("sort", "")
        return cls(
            q=asked.get("q", "").replace("\0", "").strip()[:200],
            state=one_of("state", State.values),
            platform=one_of("platform", Platform.values),
            scope=one_of("scope", {api.key for api in scopes.APIS}),
            level=one_of("level", RegisteredApplication.Level.values),
            reach=one_of("reach", {ALL}),
            unused=one_of("unused", {EVER, A_WEEK}),
            sort=sort if sort.removeprefix("-") in SORTED_BY else "name",
            page=asked.get("page", "1"),
        )

    @property
    def condition(self) -> Q:
        """Of the applications that it asks for."""
        found = Q()
        if self.state:
            found &= state_is(self.state)
        if self.level:
            found &= Q(level=self.level)
        if self.reach:
            found &= Q(all_channels=True)
        if self.unused:
            found &= unused(for_a_week=self.unused == A_WEEK)
        if self.platform:
            found &= _names("platforms", self.platform)
        for scope in next((api.scopes for api in scopes.APIS if api.key == self.scope), ()):
            found &= _names("scopes", scope)
        for term in self.q.split()[:_MOST_TERMS]:
            found &= _says(term)
        return found

    @property
    def named(self) -> Q:
        """Of the programmers or channels that it asks for, by name and id."""
        folded = fold(self.q)
        return Q(name_key__contains=folded) | Q(id_key__contains=folded) if folded else Q()

    @property
    def by_name(self) -> str:
        """The order of a list that is sorted by name or not at all."""
        return "-name_key" if self.sort == "-name" else "name_key"

    @property
    def narrows(self) -> bool:
        return bool(self.chips)

    @property
    def chips(self) -> list[tuple[str, str]]:
        """The filters that hold, as parameter and words: each can be taken away."""
        names = {api.key: api.name for api in scopes.APIS}
        return [
            (parameter, words)
            for parameter, words in (
                ("q", _("Search: %s") % self.q if self.q else ""),
                ("state", _("Status: %s") % State(self.state).label if self.state else ""),
                ("platform", _("Platform: %s") % Platform(self.platform).label if self.platform else ""),
                ("scope", _("API: %s") % names[self.scope] if self.scope else ""),
                ("level", _("Level: %s") % RegisteredApplication.Level(self.level).label if self.level else ""),
                ("reach", _("Open to all channels") if self.reach else ""),
                ("unused", self._unused),
            )
            if words
        ]

    @property
    def _unused(self) -> str:
        words = {EVER: _("No client yet"), A_WEEK: _("No client yet, added more than 7 days ago")}
        return words.get(self.unused, "")


def unused(*, for_a_week: bool = False) -> Q:
    """Those that nobody ever registered with, or of them those that could be a week ago already."""
    found = Q(~Exists(Client.objects.filter(application=OuterRef("pk"))))
    return found & Q(created_at__lt=Now() - timedelta(days=7)) if for_a_week else found


def _names(members: str, word: str) -> Q:
    """Whether that set of an application names the word, by the text of the row itself.

    Joining the rows of members took seconds where the database had no statistics yet, and as long as this with them.
    """
    return Q(Contains(Cast(members, TextField()), f'"{word}"'))


def _says(term: str) -> Q:
    """A name, version or domain that holds the term, or the very software id or client id."""
    folded = fold(term)
    says = Q(name_key__contains=folded) | Q(version__holds=term)
    domains = ApplicationMember.objects.filter(kind=ApplicationMember.Kind.DOMAIN, value__contains=folded)
    says |= Q(pk__in=domains.values("application"))
    says |= Q(pk__in=Client.objects.filter(client_id=term).values("application"))
    try:
        return says | Q(software_id=uuid.UUID(term))
    except ValueError:
        return says
