"""What a draft would do to those who use the configuration: the risks in a few words, and how many clients it meets.

A client keeps what it registered with; what a push takes away, it meets at its next request or not at all. The numbers
come from one query, which stops early, is given a time, and is left out where it takes longer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboard import tallies
from dashboard.changes import values
from dashboard.counting import Clients
from dashboard.entities import Kind, Operation, operation
from dashboard.models import Change
from dashboard.tallies import Question
from registration import scopes
from registration.models import ApplicationMember

_ROWS_MOST = 2_000
_NAMED_MOST = 3


# --- What goes away ---


@dataclass(frozen=True)
class Effect:
    """One thing that a change takes away: what, what that stops, what stays, and how many clients used it.

    `clients` is None where nobody counted, `late` where it was not counted in time.
    """

    what: str
    stops: str
    stays: str
    question: Question
    clients: Clients | None = None
    late: bool = False


def takes_away(change: Change) -> bool:
    """Whether a change narrows what somebody may be using."""
    return any(True for _effect in _effects(change))


def effects(changes: Iterable[Change], *, environment: str) -> dict[int, list[Effect]]:
    """What each change takes away, by its primary key, with the clients counted in one query."""
    found = [(change.pk, effect) for change in changes for effect in _effects(change)]
    asked = [effect.question for _pk, effect in found[: tallies.MOST]]
    numbers = tallies.count(asked, environment) if asked else []
    counted: dict[int, list[Effect]] = {}
    for position, (pk, effect) in enumerate(found):
        known = numbers is not None and position < len(numbers)
        clients = Clients(numbers[position]) if known and numbers is not None else None
        counted.setdefault(pk, []).append(replace(effect, clients=clients, late=not known))
    return counted


def _effects(change: Change) -> Iterator[Effect]:
    before, after = _mapping(change.before), _mapping(change.after)
    removed = operation(change) is Operation.REMOVE
    if change.kind == Kind.DOMAIN and removed:
        channel, _slash, host = change.key.partition("/")
        yield Effect(
            _("%(host)s goes from the channel %(channel)s.") % {"host": host, "channel": channel},
            _("New registrations with a redirect URL there are refused, unless another domain allows it."),
            _keep(),
            Question(programmer=change.programmer, matches=(f"domain:{host}",)),
        )
    elif change.kind == Kind.SCHEME and after.get("retired") is True:
        yield Effect(
            _("The scheme %s is retired.") % change.called,
            _("New registrations with a redirect URL of it are refused."),
            _keep(),
            Question(programmer=change.programmer, matches=(f"scheme:{change.key}",)),
        )
    elif change.kind == Kind.CHANNEL and removed:
        yield Effect(
            _("The channel %s goes.") % change.called,
            _("Requests for it are refused at the next one, for clients of applications that cover all channels."),
            _("Their other channels go on as before."),
            Question(programmer=change.programmer, all_channels=True),
        )
    elif change.kind == Kind.APPLICATION and operation(change) is Operation.UPDATE:
        yield from _narrowings(change, before, after)


def _narrowings(change: Change, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Effect]:
    name, key = {"name": change.label}, change.key
    if after.get("all_channels") is False and before.get("all_channels") is True:
        yield _of_channels(key, _("%(name)s leaves all channels but those that it names.") % name)
    elif (gone := _gone(before, after, "channels")) and after.get("all_channels") is not True:
        yield _of_channels(key, _("%(name)s leaves: %(gone)s.") % {**name, "gone": few(gone)})
    if gone := _gone(before, after, "scopes"):
        yield Effect(
            _("%(name)s may no longer call: %(gone)s.") % {**name, "gone": few(gone)},
            _("Tokens of its clients are refused there at the next request, the ones that they hold too."),
            _("What the application still may call goes on as before."),
            Question(application=key),
        )
    if gone := _gone(before, after, "platforms"):
        words = values.in_words(Kind.APPLICATION, {"platforms": gone})["platforms"]
        yield Effect(
            _("%(name)s leaves: %(gone)s.") % {**name, "gone": few(words)},
            _("New registrations from these platforms are refused."),
            _("Clients that registered there keep getting tokens: the platform is asked at registration only."),
            Question(application=key, platforms=tuple(gone)),
        )
    if gone := _gone(before, after, "domains"):
        yield Effect(
            _("%(name)s leaves: %(gone)s.") % {**name, "gone": few(gone)},
            _("New registrations with a redirect URL there are refused."),
            _keep(),
            Question(application=key, matches=tuple(f"domain:{host}" for host in gone)),
        )


def _of_channels(key: str, what: str) -> Effect:
    return Effect(
        what,
        _("Its clients are refused for those channels at the next request, with the tokens that they hold too."),
        _("Other channels go on as before. Registering again brings those back to nobody."),
        Question(application=key),
    )


def _keep() -> str:
    return _("Clients that registered with it keep their redirect URL and go on getting tokens.")


# --- The pending bar ---

_LOOKED_AT_MOST = 100
_RISKY = (
    Q(kind__in=[Kind.DOMAIN, Kind.CHANNEL], after__isnull=True)
    | Q(kind=Kind.SCHEME, after__retired=True)
    | Q(kind=Kind.APPLICATION, before__isnull=False)
    | Q(kind=Kind.APPLICATION, after__all_channels=True)
    | Q(kind=Kind.APPLICATION, after__scopes__0__in=sorted(scopes.PRIVILEGED))  # they are never mixed with others
)
_RISKIEST_FIRST = Case(When(kind=Kind.DOMAIN, then=0), When(kind=Kind.CHANNEL, then=1), default=2)


def risky(changes: QuerySet[Change]) -> list[Change]:
    """Those that may deserve a second look; of very many the riskiest, so that a bar on every page stays cheap."""
    return list(changes.filter(_RISKY).order_by(_RISKIEST_FIRST, "pk")[:_LOOKED_AT_MOST])


def risks(changes: Sequence[Change], *, environment: str) -> list[str]:
    """What deserves a second look in a draft, a sentence each, the riskiest first. At most one query."""
    hosts = [change for change in changes if change.kind == Kind.DOMAIN and operation(change) is Operation.REMOVE]
    users = _users_of(hosts, environment)
    told = [risk for change in changes for risk in _risks(change, users)]
    return [words for _rank, words in sorted(told, key=lambda risk: risk[0])]


def _users_of(hosts: Sequence[Change], environment: str) -> dict[tuple[str, str], int]:
    """How many live applications use each of the domains that go, by programmer and key."""
    if not hosts:
        return {}
    rows = ApplicationMember.objects.filter(
        kind=ApplicationMember.Kind.DOMAIN,
        value__in={change.key.partition("/")[2] for change in hosts},
        application__environment=environment,
        application__removed_in=None,
        application__programmer__id_key__in={change.programmer for change in hosts},
    ).values_list("value", "application__programmer__id_key", "application__all_channels", "application__channels")
    found = list(rows[:_ROWS_MOST])
    users = {}
    for change in hosts:
        channel, _slash, host = change.key.partition("/")
        users[change.programmer, change.key] = sum(
            value == host and programmer == change.programmer and (all_channels or channel in channels)
            for value, programmer, all_channels, channels in found
        )
    return users


def _risks(change: Change, users: Mapping[tuple[str, str], int]) -> Iterator[tuple[int, str]]:
    before, after, doing = _mapping(change.before), _mapping(change.after), operation(change)
    if change.kind == Kind.DOMAIN and doing is Operation.REMOVE:
        number = users.get((change.programmer, change.key), 0)
        words = ngettext(
            "Removes the domain %(host)s, which %(number)d application uses.",
            "Removes the domain %(host)s, which %(number)d applications use.",
            number,
        )
        if number:
            yield 0, words % {"host": change.label, "number": number}
    elif change.kind == Kind.CHANNEL and doing is Operation.REMOVE:
        yield 1, _("Removes the channel %s.") % change.called
    elif change.kind == Kind.SCHEME and after.get("retired") is True:
        yield 4, _("Retires the scheme %s.") % change.called
    elif change.kind == Kind.APPLICATION:
        yield from _risks_of_application(change, before, after, doing)


def _risks_of_application(
    change: Change, before: Mapping[str, Any], after: Mapping[str, Any], doing: Operation
) -> Iterator[tuple[int, str]]:
    name = change.label
    if doing is Operation.REMOVE:
        yield 5, _("Removes the application %s.") % name
        return
    if after.get("all_channels") is True:
        yield 3, _("Makes %s reach every channel.") % name
    if privileged := sorted(scopes.PRIVILEGED & set(_list(after, "scopes")) - set(_list(before, "scopes"))):
        yield 2, _("Grants %(name)s %(scopes)s.") % {"name": name, "scopes": few(privileged)}
    if doing is Operation.CREATE:
        return
    if after.get("all_channels") is False and before.get("all_channels") is True:
        yield 2, _("Takes all channels but a few from %s.") % name
    elif (gone := len(_gone(before, after, "channels"))) and after.get("all_channels") is not True:
        words = ngettext("Takes %(number)d channel from %(name)s.", "Takes %(number)d channels from %(name)s.", gone)
        yield 2, words % {"number": gone, "name": name}
    if gone := len(_gone(before, after, "scopes")):
        words = ngettext("Takes %(number)d API from %(name)s.", "Takes %(number)d APIs from %(name)s.", gone)
        yield 2, words % {"number": gone, "name": name}
    if gone := len(_gone(before, after, "platforms")):
        words = ngettext("Takes %(number)d platform from %(name)s.", "Takes %(number)d platforms from %(name)s.", gone)
        yield 4, words % {"number": gone, "name": name}
    if gone := len(_gone(before, after, "domains")):
        words = ngettext("Takes %(number)d domain from %(name)s.", "Takes %(number)d domains from %(name)s.", gone)
        yield 4, words % {"number": gone, "name": name}


# --- Values of a change, whatever it holds ---


def _mapping(properties: Any) -> Mapping[str, Any]:
    return properties if isinstance(properties, Mapping) else {}


def _list(properties: Mapping[str, Any], name: str) -> list[str]:
    found = properties.get(name)
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []


def _gone(before: Mapping[str, Any], after: Mapping[str, Any], name: str) -> list[str]:
    if name not in after:
        return []
    stays = set(_list(after, name))
    return [each for each in _list(before, name) if each not in stays]


def few(names: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    shown = ", ".join(names[:_NAMED_MOST])
    more = len(names) - _NAMED_MOST
    return shown if more <= 0 else _("%(names)s and %(number)d more") % {"names": shown, "number": more}
