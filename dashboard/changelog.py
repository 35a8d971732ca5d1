"""The changes log as its URL asks for it: which pushes, and whether changes of state stand between them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.http import QueryDict
from django.utils.translation import gettext as _

from dashboard import history
from dashboard.changes import values
from dashboard.entities import Kind
from dashboard.models import Change, ChangeSet
from dashboard.permissions import Rights
from oauth.models import AuditEntry
from registration.models import Programmer
from registration.text import fold

_MOST_TERMS = 8
_MOST_PEOPLE = 500
# What happens to an application's statements and clients happens to the application.
_WITH = {Kind.APPLICATION.value: ("application", "statement", "client")}


@dataclass(frozen=True)
class Query:
    """What the URL of the log asks for. Words that mean nothing here are as if they were not there."""

    q: str = ""
    person: str = ""
    programmer: str = ""
    kind: str = ""
    entity: str = ""
    since: date | None = None
    until: date | None = None
    states: bool = False
    page: str = "1"

    @classmethod
    def of(cls, asked: QueryDict) -> "Query":
        def words(name: str) -> str:
            return asked.get(name, "").replace("\0", "").strip()[:200]

        return cls(
            q=words("q"),
            person=words("person"),
            programmer=fold(words("programmer")),
            kind=words("kind") if words("kind") in Kind.values else "",
            entity=words("entity"),
            since=_day(words("from")),
            until=_day(words("to")),
            states="states" in asked,
            page=asked.get("page", "1"),
        )

    @property
    def narrows(self) -> bool:
        return bool(self.chips)

    @property
    def chips(self) -> list[tuple[str, str]]:
        """The filters that hold, as parameter and words: each can be taken away."""
        return [
            (parameter, template % words)
            for parameter, template, words in (
                ("q", _("Search: %s"), self.q),
                ("person", _("Person: %s"), self.person),
                ("programmer", _("Programmer: %s"), self.programmer),
                ("kind", _("Entity type: %s"), values.kind_label(self.kind) if self.kind else ""),
                ("entity", _("Entity: %s"), self.entity),
                ("from", _("From %s"), self.since.isoformat() if self.since else ""),
                ("to", _("Until %s"), self.until.isoformat() if self.until else ""),
            )
            if words
        ]

    def pushes(self, rights: Rights, environment: str) -> "QuerySet[ChangeSet]":
        found = history.pushes(rights, environment).filter(self._between("pushed_at"))
        if self.person:
            found = found.filter(Q(pushed_by_name=self.person) | Q(author_name=self.person))
        if self.programmer:
            found = found.filter(programmer=self.programmer)
        if self.kind or self.entity:
            found = found.filter(Exists(self.changes().filter(change_set=OuterRef("pk"))))
        for term in self.q.split()[:_MOST_TERMS]:
            found = found.filter(history.mentions(term))
        return found

    def entries(self, rights: Rights, environment: str) -> "QuerySet[AuditEntry]":
        """The changes of state that fit as well."""
        found = history.state_entries(rights, environment).filter(self._between("at"))
        if self.person:
            found = found.filter(actor_name=self.person)
        if self.programmer:
            found = found.filter(programmer=self.programmer)
        if self.kind:
            found = found.filter(kind__in=_WITH.get(self.kind, (self.kind,)))
        if self.entity:
            found = found.filter(_named(self.entity) | Q(data__application=fold(self.entity)))
        for term in self.q.split()[:_MOST_TERMS]:
            found = found.filter(history.entry_mentions(term))
        return found

    def changes(self) -> "QuerySet[Change]":
        """The changes that the filters name, of whichever push."""
        found = Change.objects.all()
        if self.kind:
            found = found.filter(kind=self.kind)
        return found.filter(_named(self.entity)) if self.entity else found

    def _between(self, instant: str) -> Q:
        """Whole days, in UTC."""
        found = Q()
        if self.since:
            found &= Q(**{f"{instant}__gte": datetime.combine(self.since, time(), UTC)})
        if self.until:
            found &= Q(**{f"{instant}__lt": datetime.combine(self.until, time(), UTC) + timedelta(days=1)})
        return found


def choices(rights: Rights, environment: str) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer, as value and words: also people and programmers who are gone."""
    programmers = Programmer.objects.filter(rights.seen(environment, "id_key"))
    pushed = ChangeSet.objects.pushed().filter(rights.seen(environment, "programmer"))
    people = pushed.values_list(Value("people"), F("pushed_by_name"), F("pushed_by_name"))
    found = people.union(programmers.values_list(Value("programmers"), F("id_key"), F("display_name")))
    offered: dict[str, list[tuple[str, str]]] = {"people": [], "programmers": []}
    for of, value, words in sorted(found, key=lambda each: fold(each[2])):
        offered[of].append((value, words))
    kinds = [(kind.value, values.kind_label(kind.value)) for kind in Kind]
    return {"people": offered["people"][:_MOST_PEOPLE], "programmers": offered["programmers"], "kinds": kinds}


def _named(entity: str) -> Q:
    """By its key, or by what people call it."""
    return Q(key=fold(entity)) | Q(label__holds=entity)


def _day(written: str) -> date | None:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if date.min < day < date.max else None
