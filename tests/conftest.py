"""What every test stands on: databases of its own, an empty memory, signing keys, and the cast (`tests/cast.py`)."""

import os
from functools import cache, lru_cache
from itertools import count
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.core.cache import cache as django_cache
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis

from dashboard import tallies
from oauth import keys, throttling
from oauth.audit import Actor
from tests.cast import *  # noqa: F403  (its fixtures are everybody's)
from tests.contract import App
from tests.once import once

pytest_plugins = ["tests.compliance", "tests.logged", "tests.protocol"]

# A machine under load is no defect. CI runs the same examples each time.
_patience = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.filter_too_much]}
hypothesis.register_profile("local", **_patience)
hypothesis.register_profile("ci", derandomize=True, **_patience)
hypothesis.load_profile("ci" if os.environ.get("CI") else "local")

POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
if POSTGRESQL:
    # Two runs at once on one server keep out of each other's way.
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = f"test_tve_{os.getpid()}"


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("postgresql") and not POSTGRESQL:
            item.add_marker(pytest.mark.skip(reason="set DATABASE_URL to a PostgreSQL server"))


@pytest.fixture(autouse=True)
def _forget(settings, monkeypatch):
    """No key, bucket or mail of another test; a throttle and a time to count that only their own tests meet; passwords
    that are hashed quickly.
    """
    settings.DEFAULT_ENVIRONMENT = "release-production"
    settings.ISSUERS = {**settings.ISSUERS, "release-production": settings.PUBLIC_URL}
    settings.THROTTLE_BURST = 1_000_000
    settings.PASSWORD_HASHERS = ["tests.cast.OneRound"]
    monkeypatch.setattr(tallies, "BUDGET_MS", 60_000)
    keys.forget()
    throttling.forget()
    # A place of its own on a Redis that other workers, and whoever tries the product meanwhile, share.
    monkeypatch.setattr(throttling, "PREFIX", f"test-throttle-{uuid4().hex}")
    django_cache.key_prefix = uuid4().hex


@cache
def _rsa_keys():
    return [_generate(public_exponent=65537, key_size=2048) for _ in range(6)]


_generate = rsa.generate_private_key
_loaded = lru_cache(maxsize=256)(serialization.load_pem_private_key)


@pytest.fixture
def quick_rsa(monkeypatch):
    """RSA keys take 100 ms each to make, and half of that to check when they are read: a test run makes six, hands them
    out in turn, and checks each once.
    """
    turn = count(4)  # the first four are the environments' own
    monkeypatch.setattr(rsa, "generate_private_key", lambda **_: _rsa_keys()[next(turn) % 6])
    monkeypatch.setattr(serialization, "load_pem_private_key", _loaded)


@pytest.fixture
def signing_keys(db, quick_rsa):
    """Every environment's issuer and keys, as `prepare` makes them."""
    once(_ensure)


def _ensure():
    with pytest.MonkeyPatch.context() as patch:
        own = iter(_rsa_keys())
        patch.setattr(rsa, "generate_private_key", lambda **_: next(own))
        keys.ensure(by=Actor.command())


@pytest.fixture
def http():
    """An app on a television: no cookies, and the Host of the default environment."""
    return App(headers={"host": "localhost"})
