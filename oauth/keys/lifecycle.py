"""The life of a key: next (published, and known to whoever verifies offline), current (it signs), retired; withdrawn.

What a retired key signed stays valid: statements ship inside apps and never die by a rotation. What a withdrawn key
signed is refused from the next request on, and nothing brings it back.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Coalesce, Now
from django.utils.formats import date_format

from oauth import audit, environments
from oauth.audit import Actor, Event
from oauth.keys import material
from oauth.keys.memory import Purpose, Status, forget
from oauth.models import Issuer, KeyIssuer, SigningKey
from oauth.problems import Invalid

# How long a next key is published before it signs, unless the operator decides otherwise at the command line: longer
# than any cache of the JWKS keeps it.
OVERLAP = timedelta(hours=24)
_MADE = (Purpose.STATEMENT, Purpose.TOKEN, Purpose.FEED)


@transaction.atomic
def ensure(*, by: Actor) -> None:
    """Record the issuers of the settings and make the signing keys that are missing. Does nothing the second time."""
    for environment in environments.Environment.values:
        url = environments.issuer(environment)
        Issuer.objects.filter(environment=environment, current=True).exclude(url=url).update(current=False)
        issuer, _ = Issuer.objects.get_or_create(url=url, defaults={"environment": environment})
        if issuer.environment != environment:
            raise Invalid({"issuer": [f"{url} is or was the issuer of {issuer.environment}. Choose another URL."]})
        if not issuer.current:
            Issuer.objects.filter(pk=issuer.pk).update(current=True)
        events = []
        for purpose in _MADE:
            keys = SigningKey.objects.filter(environment=environment, purpose=purpose, origin=SigningKey.Origin.MADE)
            if not keys.filter(status=Status.CURRENT).exists():
                events.append(event("make", _make(environment, purpose, Status.CURRENT)))
            for key in keys.filter(status__in=[Status.CURRENT, Status.NEXT]):
                KeyIssuer.objects.get_or_create(key=key, iss=url)
        audit.record(*events, environment=environment, by=by)
    transaction.on_commit(forget)


@transaction.atomic
def publish_next(*, environment: str, purpose: str, by: Actor) -> SigningKey:
    """Make the key that signs next and publish it. Raises Invalid where one is published already."""
    _alone(environment)
    waiting = _with(environment, purpose, Status.NEXT)
    if waiting:
        raise Invalid({"": [f"{waiting.kid} is published already and signs next."]})
    if not _with(environment, purpose, Status.CURRENT):
        raise Invalid({"": [f"{environment} has no {purpose} key yet. Run: manage.py prepare"]})
    key = _make(environment, purpose, Status.NEXT)
    audit.record(event("publish", key), environment=environment, by=by)
    return key


@transaction.atomic
def rotate(*, environment: str, purpose: str, by: Actor, at_once: bool = True) -> SigningKey:
    """Retire the current key; the next one signs from now on, or a new one where none was published.

    What the old one signed stays valid. Without `at_once` a next key is needed that was published 24 hours ago: then
    nobody who verifies offline is surprised. Raises Invalid.
    """
    _alone(environment)
    following = _with(environment, purpose, Status.NEXT)
    if not at_once:
        _check_overlap(following)
    previous = _with(environment, purpose, Status.CURRENT)
    if previous:
        SigningKey.objects.filter(pk=previous.pk).update(status=Status.RETIRED, retired_at=Now())
    key = _succeed(environment, purpose, following)
    retired = {"retired": previous.kid} if previous else {}
    audit.record(event("rotate", key, **retired), environment=environment, by=by)
    return key


@transaction.atomic
def withdraw(key: SigningKey, *, reason: str, by: Actor, **data: Any) -> SigningKey | None:
    """Refuse what the key signed from the next request on, for good: its tokens, or all its statements and the clients
    that registered with them. It is published no more.

    A current key's successor signs in the same transaction, and is the answer. `data` is kept with the audit entry.
    Raises Invalid.
    """
    _alone(key.environment)
    row = SigningKey.objects.get(pk=key.pk)
    if row.withdrawn_at is not None:
        raise Invalid({"": ["The key is withdrawn already."]})
    if not reason.strip():
        raise Invalid({"reason": ["Say why. It is kept in the history, for everyone who may see it."]})
    SigningKey.objects.filter(pk=row.pk).update(
        withdrawn_at=Now(), status=Status.RETIRED, retired_at=Coalesce("retired_at", Now())
    )
    successor = None
    if row.status == Status.CURRENT:
        successor = _succeed(row.environment, row.purpose, _with(row.environment, row.purpose, Status.NEXT))
        data = {**data, "successor": successor.kid}
    audit.record(event("withdraw", row, reason, **data), environment=row.environment, by=by)
    return successor


def signs_from(key: SigningKey) -> datetime:
    """The first instant at which a published next key may sign without surprising anybody."""
    return (key.published_at + OVERLAP).astimezone(UTC)


def event(verb: str, key: SigningKey, reason: str = "", **data: Any) -> Event:
    return Event(
        f"key:{verb}", kind="key", key=key.kid, label=key.kid, reason=reason, data={"purpose": key.purpose, **data}
    )


def _alone(environment: str) -> None:
    """Nobody else changes the keys of this environment until the transaction ends."""
    list(Issuer.objects.select_for_update(no_key=True).filter(environment=environment).order_by("pk"))


def _with(environment: str, purpose: str, status: Status) -> SigningKey | None:
    return SigningKey.objects.filter(environment=environment, purpose=purpose, status=status).first()


def _check_overlap(following: SigningKey | None) -> None:
    if following is None:
        raise Invalid({"": ["Publish the next key first. It signs 24 hours later at the earliest."]})
    if not SigningKey.objects.filter(pk=following.pk, published_at__lte=Now() - OVERLAP).exists():
        earliest = signs_from(following)
        when = f"{date_format(earliest, 'j M Y')}, {date_format(earliest, 'H:i')} UTC"
        line = f"The next key was published less than 24 hours ago: not every verifier has it. Rotate after {when}."
        raise Invalid({"": [line]})


def _succeed(environment: str, purpose: str, following: SigningKey | None) -> SigningKey:
    """The next key, where one is published, or a new one: it signs from now on."""
    if following is None:
        return _make(environment, purpose, Status.CURRENT)
    SigningKey.objects.filter(pk=following.pk).update(status=Status.CURRENT, activated_at=Now())
    following.refresh_from_db()
    return following


def _make(environment: str, purpose: str, status: Status) -> SigningKey:
    chosen = {Purpose.STATEMENT.value: settings.STATEMENT_ALG, Purpose.TOKEN.value: settings.TOKEN_ALG}
    alg = chosen.get(str(purpose), "ES256")
    private = material.make(alg)
    jwk = material.jwk_of(private.public_key())
    thumbprint = material.thumbprint_of(jwk)
    key = SigningKey.objects.create(
        environment=environment,
        purpose=purpose,
        # An operator types it behind a command, which would take a hyphen in front for an option.
        kid=thumbprint[:27].lstrip("-"),
        alg=alg,
        thumbprint=thumbprint,
        public_jwk=jwk,
        private_encrypted=material.seal(private),
        status=status,
        activated_at=Now() if status == Status.CURRENT else None,
    )
    KeyIssuer.objects.create(key=key, iss=environments.issuer(environment))
    key.refresh_from_db()
    return key
