# ruff: noqa: ARG002  (one signature for every kind)

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q

from dashboard.entities.base import Kind, Messages, Properties, Rules, Version, write
from dashboard.entities.values import check_boolean
from dashboard.entities.view import View
from registration import certificates
from registration.models import Certificate
from registration.text import check_public_id, fold

PROGRAMMERS, CHANNELS = "p", "c"


def check_owner(value: Any) -> str:
    """`p:` and a programmer's id, or `c:` and a channel's."""
    whose, colon, public_id = value.partition(":") if isinstance(value, str) else ("", "", "")
    if not colon or whose not in {PROGRAMMERS, CHANNELS}:
        raise ValueError("Say whose it is: p: and a programmer's id, or c: and a channel's.")
    return f"{whose}:{fold(check_public_id(public_id))}"


class CertificateRules(Rules):
    """A certificate of a programmer or of one channel, which inherits its programmer's.

    Several may be used for user metadata at once: whoever renews one needs the old and the new for a while.
    """

    kind = Kind.CERTIFICATE
    model = Certificate
    known = frozenset({"owner", "pem", "used_for_user_metadata"})
    editable = frozenset({"used_for_user_metadata"})
    drafted = editable
    identity = "pem"
    taken = "This certificate is here already."

    def parsers(self) -> dict[str, Callable[[Any], Any]]:
        return {"owner": check_owner, "pem": certificates.check, "used_for_user_metadata": check_boolean}

    def complete(self, given: Properties, *, programmer: str) -> Properties:
        return {"owner": f"{PROGRAMMERS}:{programmer}", "pem": "", "used_for_user_metadata": False, **given}

    def key(self, properties: Properties) -> str:
        return f"{properties['owner']}/{certificates.read(properties['pem']).sha256}"

    def label(self, properties: Properties) -> str:
        facts = certificates.read(properties["pem"])
        return f"{facts.name} ({facts.sha256[:8]})"

    def rows(self, environment: str, keys: Iterable[str]) -> dict[str, Certificate]:
        owners: dict[str, set[str]] = {PROGRAMMERS: set(), CHANNELS: set()}
        digests = set()
        for owner, _, sha256 in (key.rpartition("/") for key in keys):
            whose, _, public_id = owner.partition(":")
            owners.setdefault(whose, set()).add(public_id)
            digests.add(sha256)
        if not digests:
            return {}
        theirs = Q(channel=None, programmer__id_key__in=owners[PROGRAMMERS])
        found = Certificate.objects.filter(
            theirs | Q(channel__id_key__in=owners[CHANNELS]), environment=environment, sha256__in=digests
        )
        return {key_of(row): row for row in found.select_related("programmer", "channel")}

    def keys(self, environment: str, programmer: str) -> set[str]:
        found = Certificate.objects.live().filter(environment=environment, programmer__id_key=programmer)
        return {
            f"{PROGRAMMERS}:{programmer}/{sha256}" if channel is None else f"{CHANNELS}:{channel}/{sha256}"
            for channel, sha256 in found.values_list("channel__id_key", "sha256")
        }

    def read(self, row: Certificate) -> Properties:
        return {"owner": owner_of(row), "pem": row.pem, "used_for_user_metadata": row.used_for_user_metadata}

    def owner(self, row: Certificate) -> str:
        return row.programmer.id_key

    def check(self, properties: Properties, *, key: str, view: View) -> Messages:
        kind, parent = self.parent(properties)
        here = view.channels() if kind is Kind.CHANNEL else {view.programmer}
        if parent not in here or (kind is Kind.PROGRAMMER and view.get(kind, parent) is None):
            return {"owner": ["This is not the programmer's, or not a channel of it. Look again."]}
        key_type = certificates.read(properties["pem"]).key_type
        if properties["used_for_user_metadata"] and key_type in certificates.SIGNING_ONLY:
            return {"used_for_user_metadata": [f"Its {key_type} key can sign, and nothing can be encrypted to it."]}
        return {}

    def parent(self, properties: Properties) -> tuple[Kind, str]:
        whose, _, public_id = properties["owner"].partition(":")
        return (Kind.CHANNEL if whose == CHANNELS else Kind.PROGRAMMER), public_id

    def notes(self, properties: Properties, *, view: View) -> list[str]:
        facts, now = certificates.read(properties["pem"]), datetime.now(UTC)
        notes = []
        if facts.not_after <= now:
            notes.append(f"It expired on {_day(facts.not_after)}. Ask whoever made it for a new one.")
        if facts.not_before > now:
            notes.append(f"It is valid only from {_day(facts.not_before)} on.")
        notes += certificates.weaknesses(key_type=facts.key_type, key_size=facts.key_size, signature=facts.signature)
        if facts.is_authority:
            notes.append("It is an authority's certificate, made to sign others. Your service's own is what you want.")
        inherited = f"{PROGRAMMERS}:{view.programmer}"
        if properties["owner"] != inherited and view.get(self.kind, f"{inherited}/{facts.sha256}") is not None:
            notes.append("The programmer has this certificate already, and all its channels inherit it.")
        return notes

    def create(self, properties: Properties, *, key: str, row: Certificate | None, version: Version) -> Certificate:
        used = properties["used_for_user_metadata"]
        if row is not None:
            write(row, used_for_user_metadata=used, removed_in=None)
            return row
        kind, parent = self.parent(properties)
        return Certificate.objects.create(
            environment=version.environment,
            programmer=version.programmer_row,
            channel=version.channel_row(parent) if kind is Kind.CHANNEL else None,
            created_by_name=version.by_name,
            used_for_user_metadata=used,
            **asdict(certificates.read(properties["pem"])),
        )

    def update(self, row: Certificate, members: Properties) -> None:
        write(row, **members)


def owner_of(row: Certificate) -> str:
    if row.channel is not None:
        return f"{CHANNELS}:{row.channel.id_key}"
    return f"{PROGRAMMERS}:{row.programmer.id_key}"


def key_of(row: Certificate) -> str:
    return f"{owner_of(row)}/{row.sha256}"


def _day(instant: datetime) -> str:
    return f"{instant.day} {instant:%B} {instant.year}"
