# ruff: noqa: ARG002  (one signature for every kind)

from collections.abc import Callable, Iterable
from typing import Any

from dashboard.entities.base import Kind, Messages, Operation, Properties, Rules, Version, write
from dashboard.entities.values import check_boolean, one_of
from dashboard.entities.view import View
from dashboard.models import Change, Role
from dashboard.permissions import Rights
from registration.domains import check_host
from registration.models import AnalyticsConfiguration
from registration.text import check_public_id, fold, is_plain, tidy

SCHEMAS = ("https", "http")
_NUMBER_MOST = 1_000_000
_TEMPLATE_MOST, _WORD_MOST = 2_000, 255
FIELDS = (
    "event_forwarding",
    "tracking_server",
    "report_suite_id",
    "tracking_server_schema",
    "report_suite_mapping_template",
    "report_suite_confirmation_marker",
)


def check_number(value: Any) -> int | None:
    """None for one that is to be minted."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _NUMBER_MOST:
        raise ValueError("Leave the number out: it is given.")
    return value


def _check_line(most: int) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        line = tidy(value) if isinstance(value, str) else ""
        if len(line) > most:
            raise ValueError(f"Use at most {most} characters; this has {len(line)}.")
        if not is_plain(line):
            raise ValueError("Leave out control, text-direction and invisible characters.")
        return line

    return check


class AnalyticsRules(Rules):
    """An analytics configuration of a channel: stored for those who report events. A TAM's, all of it."""

    kind = Kind.ANALYTICS
    model = AnalyticsConfiguration
    known = frozenset({"channel", "number", *FIELDS})
    editable = frozenset(FIELDS)
    drafted = editable
    identity = "number"
    taken = "Somebody added one with this number a moment ago. Add yours again: it gets the next."

    def parsers(self) -> dict[str, Callable[[Any], Any]]:
        word = _check_line(_WORD_MOST)
        return {
            "channel": lambda value: fold(check_public_id(value)),
            "number": check_number,
            "event_forwarding": check_boolean,
            "tracking_server": lambda value: check_host(value) if value else "",
            "report_suite_id": word,
            "tracking_server_schema": one_of(SCHEMAS, "Choose https or http."),
            "report_suite_mapping_template": _check_line(_TEMPLATE_MOST),
            "report_suite_confirmation_marker": word,
        }

    def complete(self, given: Properties, *, programmer: str) -> Properties:
        return {
            "channel": "",
            "number": None,
            **dict.fromkeys(FIELDS, ""),
            "event_forwarding": False,
            "tracking_server_schema": SCHEMAS[0],
            **given,
        }

    def mint(self, properties: Properties, *, view: View) -> Properties:
        """The next number of its channel: above every one that was ever pushed, and that anybody has staged."""
        if properties["number"] is not None:
            return properties
        channel = properties["channel"]
        changes = Change.objects.filter(
            kind=self.kind, key__startswith=f"{channel}/", change_set__environment=view.environment
        )
        keys = [*changes.values_list("key", flat=True), *(change.key for change in view.of_kind(self.kind))]
        taken = [_number(key) for key in keys if key.startswith(f"{channel}/")]
        return {**properties, "number": 1 + max(taken, default=0)}

    def key(self, properties: Properties) -> str:
        return f"{properties['channel']}/{properties['number']}"

    def label(self, properties: Properties) -> str:
        return f"{properties['number']} of {properties['channel']}"

    def rows(self, environment: str, keys: Iterable[str]) -> dict[str, AnalyticsConfiguration]:
        pairs = [(channel, _number(key)) for key in keys for channel in [key.partition("/")[0]]]
        if not pairs:
            return {}
        found = AnalyticsConfiguration.objects.filter(
            environment=environment,
            channel__id_key__in={channel for channel, _ in pairs},
            number__in={number for _, number in pairs},
        ).select_related("channel__programmer")
        return {f"{row.channel.id_key}/{row.number}": row for row in found}

    def keys(self, environment: str, programmer: str) -> set[str]:
        found = AnalyticsConfiguration.objects.live().filter(
            environment=environment, channel__programmer__id_key=programmer
        )
        return {f"{channel}/{number}" for channel, number in found.values_list("channel__id_key", "number")}

    def read(self, row: AnalyticsConfiguration) -> Properties:
        return {
            "channel": row.channel.id_key,
            "number": row.number,
            **{name: getattr(row, name) for name in FIELDS},
        }

    def owner(self, row: AnalyticsConfiguration) -> str:
        return row.channel.programmer.id_key

    def may(self, rights: Rights, doing: Operation, environment: str, programmer: str) -> bool:
        return rights.may(Role.TAM, environment, programmer)

    def check(self, properties: Properties, *, key: str, view: View) -> Messages:
        if properties["channel"] not in view.channels():
            return {"channel": [f"This programmer has no channel {properties['channel']}. Choose one of its channels."]}
        if properties["event_forwarding"]:
            return {
                name: [f"Forwarding needs {words}."]
                for name, words in (("tracking_server", "a tracking server"), ("report_suite_id", "a report suite"))
                if not properties[name]
            }
        return {}

    def parent(self, properties: Properties) -> tuple[Kind, str] | None:
        return Kind.CHANNEL, properties["channel"]

    def create(
        self, properties: Properties, *, key: str, row: AnalyticsConfiguration | None, version: Version
    ) -> AnalyticsConfiguration:
        fields = {name: properties[name] for name in FIELDS}
        if row is not None:
            write(row, **fields, removed_in=None)
            return row
        return AnalyticsConfiguration.objects.create(
            environment=version.environment,
            channel=version.channel_row(properties["channel"]),
            number=properties["number"],
            created_by_name=version.by_name,
            **fields,
        )

    def update(self, row: AnalyticsConfiguration, members: Properties) -> None:
        write(row, **members)


def _number(key: str) -> int:
    """Of a key; 0, which nothing has, where a draft or a URL holds something else."""
    number = key.rpartition("/")[2]
    return int(number) if number.isdecimal() and number.isascii() and len(number) <= len(str(_NUMBER_MOST)) else 0
