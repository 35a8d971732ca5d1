"""Next, current, retired: a key is published before it signs, and what a retired one signed stays valid."""

from datetime import timedelta

import pytest

from oauth import keys
from oauth.models import AuditEntry, KeyIssuer, SigningKey
from oauth.problems import Invalid
from tests import protocol
from tests.protocol import ELSEWHERE, ENVIRONMENT, OPERATOR

PURPOSES = ["statement", "token"]
HERE = {"environment": ENVIRONMENT, "by": OPERATOR}


def published(http):
    return [key["kid"] for key in http.get(protocol.JWKS).json()["keys"]]


def status(key):
    return SigningKey.objects.get(kid=key.kid).status


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_next_key_is_published_and_signs_nothing_until_the_rotation(http, world, purpose):
    old = protocol.key_of(purpose=purpose)
    key = keys.publish_next(purpose=purpose, **HERE)
    assert (key.status, key.activated_at) == ("next", None)
    assert {old.kid, key.kid} <= set(published(http))
    assert protocol.key_of(purpose=purpose).kid == old.kid
    entry = AuditEntry.objects.get(event="key:publish")
    assert (entry.key, entry.environment, entry.data) == (key.kid, ENVIRONMENT, {"purpose": purpose})
    protocol.at(key, published_at=-timedelta(hours=24))
    assert keys.rotate(purpose=purpose, at_once=False, **HERE).kid == key.kid
    assert protocol.key_of(purpose=purpose).kid == key.kid
    assert (status(old), status(key)) == ("retired", "current")
    assert {old.kid, key.kid} <= set(published(http))
    client = protocol.registered(http, world)
    assert protocol.bearer(http, protocol.CONFIGURATION, protocol.token_of(http, client)).status_code == 200
    assert protocol.register(http, protocol.issue(world.application).text).status_code == 201


def test_the_order_of_the_keys_is_current_next_retired(http, signing_keys):
    first = protocol.key_of(purpose="token")
    second = keys.rotate(purpose="token", **HERE)
    third = keys.publish_next(purpose="token", **HERE)
    assert [kid for kid in published(http) if kid in {first.kid, second.kid, third.kid}] == [
        second.kid,
        third.kid,
        first.kid,
    ]


def test_a_rotation_that_waits_refuses_before_twenty_four_hours_and_says_when(signing_keys):
    old = protocol.key_of(purpose="token")
    with pytest.raises(Invalid, match=r"Publish the next key first. It signs 24 hours later at the earliest."):
        keys.rotate(purpose="token", at_once=False, **HERE)
    key = keys.publish_next(purpose="token", **HERE)
    protocol.at(key, published_at=-timedelta(hours=24) + timedelta(minutes=1))
    when = keys.signs_from(key).strftime("%-d %b %Y, %H:%M UTC")
    with pytest.raises(Invalid, match=f"not every verifier has it. Rotate after {when}.$"):
        keys.rotate(purpose="token", at_once=False, **HERE)
    assert protocol.key_of(purpose="token").kid == old.kid
    assert not AuditEntry.objects.filter(event="key:rotate").exists()


def test_a_rotation_at_once_takes_the_next_key_however_young(signing_keys):
    key = keys.publish_next(purpose="token", **HERE)
    assert keys.rotate(purpose="token", **HERE).kid == key.kid
    assert not SigningKey.objects.filter(environment=ENVIRONMENT, status="next").exists()
    assert SigningKey.objects.get(kid=key.kid).activated_at


def test_each_purpose_has_one_next_key_and_only_beside_a_current_one(signing_keys):
    first = keys.publish_next(purpose="token", **HERE)
    keys.publish_next(purpose="statement", **HERE)
    keys.publish_next(environment=ELSEWHERE, purpose="token", by=OPERATOR)
    with pytest.raises(Invalid, match=f"^{first.kid} is published already and signs next.$"):
        keys.publish_next(purpose="token", **HERE)
    SigningKey.objects.filter(environment=ENVIRONMENT, purpose="statement", status="next").update(status="retired")
    SigningKey.objects.filter(environment=ENVIRONMENT, purpose="statement", status="current").update(status="retired")
    with pytest.raises(Invalid, match=f"^{ENVIRONMENT} has no statement key yet. Run: manage.py prepare$"):
        keys.publish_next(purpose="statement", **HERE)


def test_a_next_key_signs_under_the_issuer_of_the_day_it_signs(signing_keys, settings):
    key = keys.publish_next(purpose="statement", **HERE)
    settings.ISSUERS = {**settings.ISSUERS, ENVIRONMENT: "https://second.example"}
    keys.ensure(by=OPERATOR)
    assert KeyIssuer.objects.filter(key=key, iss="https://second.example").exists()
