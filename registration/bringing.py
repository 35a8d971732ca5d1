"""The clients of an old server, brought over with their ids and secrets, so that no device must register again."""

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from oauth import audit, bodies, secrets
from oauth.audit import Actor, Event
from oauth.prepared import fetch_one, in_dialect, stored_uuid
from oauth.problems import Invalid
from registration import events
from registration.metadata import MOST_REDIRECT_URIS
from registration.models import Client, RegisteredApplication

BATCH = 500
_MOST_ERRORS = 20
_MEMBERS = {"client_id", "client_secret", "client_secret_sha256", "software_id", "redirect_uris", "issued_at"}
_PRINTABLE = re.compile(r"[\x20-\x7e]{1,255}\Z")
_URI = re.compile(r"[\x21-\x7e]{1,2000}\Z")
_SHA256 = re.compile(r"[0-9A-Fa-f]{64}\Z")
# What password hashes begin with, in the spellings that frameworks export.
_SLOW = re.compile(
    r"\{?(?:\$(?:2[abxy]?|[156y])\$|\$?(?:argon2(?:id|i|d)?|(?:django_)?bcrypt(?:_sha256)?|scrypt|pbkdf2[\w-]*)[$:}])",
    re.IGNORECASE,
)
_SLOW_REASON = (
    "is a slow hash (bcrypt, argon2, scrypt, pbkdf2), which this server does not verify: each token request would cost "
    "what a sign-in does. Bring client_secret in clear or as client_secret_sha256, or let these devices register anew."
)
# Locked against its removal, which counts its clients first; its states can change meanwhile.
_APPLICATION = """
SELECT a.id FROM registration_registeredapplication a
 WHERE a.software_id = %(software_id)s AND a.environment = %(environment)s AND a.removed_in IS NULL {lock}
"""


class _Wrong(Exception):
    """What is wrong with a line, in a sentence for the operator."""


@dataclass(frozen=True)
class _Line:
    number: int
    client_id: str
    digest: bytes
    software_id: uuid.UUID
    redirect_uris: list[str]
    issued_at: datetime


@dataclass
class _Import:
    """What is known across the batches of one file."""

    environment: str
    applications: dict[uuid.UUID, int] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


@transaction.atomic
def bring_clients(lines: Iterable[bytes], *, environment: str, by: Actor) -> int:
    """Make a client of every line, a JSON object, and answer how many: all of them or none.

    `client_id` is 1 to 255 printable ASCII characters and kept; the secret is `client_secret` in clear, or
    `client_secret_sha256` in hexadecimal digits; `software_id` names a live application of the environment;
    `redirect_uris` and `issued_at` (seconds) may be left out. The client has no statement: it depends on its
    application only. Raises Invalid with the first lines that are wrong.
    """
    state = _Import(environment)
    numbered = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    while batch := list(islice(numbered, BATCH)):
        _bring(batch, state)
        if len(state.errors) >= _MOST_ERRORS:
            break
    if state.errors:
        more = ["Further lines were not looked at."] if len(state.errors) >= _MOST_ERRORS else []
        raise Invalid({"": [*state.errors[:_MOST_ERRORS], *more, "Nothing was imported."]})
    audit.record(*_events(state), environment=environment, by=by)
    return sum(state.counts.values())


def _bring(batch: list[tuple[int, bytes]], state: _Import) -> None:
    """Read a batch and, unless anything was wrong up to here, write it."""
    read: dict[str, _Line] = {}
    for number, text in batch:
        try:
            line = _read(number, text)
            _check_against(line, read, state)
        except _Wrong as wrong:
            state.errors.append(f"Line {number}: {wrong}")
        else:
            read[line.client_id] = line
    for client_id in Client.objects.filter(client_id__in=list(read)).values_list("client_id", flat=True):
        state.errors.append(f"Line {read[client_id].number}: client_id is here already, or in an earlier line.")
    if not state.errors and read:
        _write(list(read.values()), state)


def _check_against(line: _Line, read: dict[str, _Line], state: _Import) -> None:
    if line.client_id in read:
        raise _Wrong(f"client_id is that of line {read[line.client_id].number}.")
    if line.software_id not in state.applications:
        found = fetch_one(
            in_dialect(_APPLICATION),
            {"software_id": stored_uuid(line.software_id), "environment": state.environment},
        )
        if found is None:
            raise _Wrong(f"{line.software_id} is no live application of {state.environment}. Create it first.")
        state.applications[line.software_id] = found[0]


def _read(number: int, text: bytes) -> _Line:
    try:
        members = bodies.parse_json(text.strip())
    except bodies.Malformed:
        raise _Wrong("It is not one JSON object in UTF-8.") from None
    digest = _digest(members)
    unknown = sorted(set(members) - _MEMBERS)
    if unknown:
        raise _Wrong(f"Members other than {', '.join(sorted(_MEMBERS))} are not known.")
    client_id = members.get("client_id")
    if not isinstance(client_id, str) or not _PRINTABLE.match(client_id):
        raise _Wrong("client_id must be 1 to 255 printable ASCII characters.")
    return _Line(
        number, client_id, digest, _software_id(members), _redirect_uris(members), _instant(members.get("issued_at"))
    )


def _digest(members: dict[str, Any]) -> bytes:
    """SHA-256 of the secret, which is what is sealed."""
    given = sorted(name for name in members if "secret" in name or "hash" in name)
    if any(_SLOW.match(value) for name in given if isinstance(value := members[name], str)):
        raise _Wrong(f"The secret {_SLOW_REASON}")
    if given == ["client_secret"]:
        secret = members["client_secret"]
        if not isinstance(secret, str) or not _PRINTABLE.match(secret):
            raise _Wrong("client_secret must be 1 to 255 printable ASCII characters.")
        return secrets.digest(secret)
    if given != ["client_secret_sha256"]:
        raise _Wrong("It needs client_secret or client_secret_sha256, one of them.")
    hexadecimal = members["client_secret_sha256"]
    if not isinstance(hexadecimal, str) or not _SHA256.match(hexadecimal):
        raise _Wrong("client_secret_sha256 must be 64 hexadecimal digits.")
    return bytes.fromhex(hexadecimal)


def _software_id(members: dict[str, Any]) -> uuid.UUID:
    try:
        return uuid.UUID(str(members.get("software_id")))
    except ValueError:
        raise _Wrong("software_id must be the UUID of an application.") from None


def _redirect_uris(members: dict[str, Any]) -> list[str]:
    uris = members.get("redirect_uris", [])
    if not isinstance(uris, list) or not all(isinstance(uri, str) and _URI.match(uri) for uri in uris):
        raise _Wrong("redirect_uris must be an array of URIs of at most 2000 printable ASCII characters.")
    if len(uris) > MOST_REDIRECT_URIS:
        raise _Wrong(f"redirect_uris holds more than {MOST_REDIRECT_URIS}.")
    return uris


def _instant(seconds: Any) -> datetime:
    now = datetime.now(UTC)
    if seconds is None:
        return now
    if isinstance(seconds, int) and not isinstance(seconds, bool) and 0 <= seconds <= now.timestamp() + 60:
        return datetime.fromtimestamp(seconds, UTC)
    raise _Wrong("issued_at must be whole seconds since 1970, and not ahead.")


def _write(lines: list[_Line], state: _Import) -> None:
    try:
        with transaction.atomic():
            rows = Client.objects.bulk_create(_client(line, state) for line in lines)
    except IntegrityError:
        raise Invalid(
            {"": ["One of these clients registered at the same time. Nothing was imported; try again."]}
        ) from None
    # `created` is stamped by the model; lists and pages go by it.
    Client.objects.filter(pk__in=[row.pk for row in rows]).update(created=F("issued_at"))
    for row in rows:
        state.counts[row.application_id] = state.counts.get(row.application_id, 0) + 1


def _client(line: _Line, state: _Import) -> Client:
    return Client(
        client_id=line.client_id,
        client_secret=secrets.seal(line.digest),
        hash_client_secret=False,
        client_type=Client.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
        redirect_uris=" ".join(line.redirect_uris),
        environment=state.environment,
        application_id=state.applications[line.software_id],
        dialect=Client.Dialect.IMPORTED,
        issued_at=line.issued_at,
    )


def _events(state: _Import) -> Iterator[Event]:
    for application in RegisteredApplication.objects.filter(pk__in=state.counts).order_by("pk"):
        yield events.about(application, "application:bring_clients", clients=state.counts[application.pk])
