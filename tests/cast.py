"""The cast. `alice` edits aurora, `victor` reads it, `tom` is its TAM, `tess` is the TAM of every programmer, `ada` is
the admin, `charlie` edits borealis and is a stranger to aurora, and `nina` is nobody's member.

A test asks for the people that it needs, and for `as_`, which signs one in: `as_(alice).get("/")`.
"""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.test import Client

from dashboard.models import Membership, Role
from oauth.audit import Actor, Door

__all__ = ["ada", "alice", "as_", "charlie", "nina", "tess", "tom", "victor"]
PASSWORD = "a-long-winter-evening-4"


class OneRound(PBKDF2PasswordHasher):
    """The usual hasher, of one round: a proper hash takes a third of a second."""

    iterations = 1


_HASH = OneRound().encode(PASSWORD, "salt-of-the-whole-cast")


# The cast's are the same in every test, and far from those that the database gives: what they did can be made once.
_IDS = {name: 1_000_000 * n for n, name in enumerate(__all__, 1)}


def person(name: str, *grants: tuple[str, str, str]) -> User:
    """A person `name@example.test` with memberships of (role, programmer or '', environment or '').

    Everybody's password is `PASSWORD`.
    """
    email = f"{name.lower()}@example.test"
    pk = _IDS.get(name)
    user = User.objects.create(pk=pk, username=email, email=email, first_name=name.title(), password=_HASH)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    Membership.objects.bulk_create(
        Membership(pk=pk and pk + n, user=user, role=Role(role), programmer=programmer, environment=environment)
        for n, (role, programmer, environment) in enumerate(grants)
    )
    return user


def actor(user: User, door: Door = Door.PAGE) -> Actor:
    """The person as the `by=` of a verb."""
    return Actor(key=f"user:{user.pk}", name=user.get_full_name(), door=door)


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


@pytest.fixture
def as_() -> Callable[[User | None], Client]:
    return signed_in


@pytest.fixture
def alice(db) -> User:
    return person("alice", ("editor", "aurora", ""))


@pytest.fixture
def victor(db) -> User:
    return person("victor", ("viewer", "aurora", ""))


@pytest.fixture
def tom(db) -> User:
    return person("tom", ("tam", "aurora", ""))


@pytest.fixture
def tess(db) -> User:
    return person("tess", ("tam", "", ""))


@pytest.fixture
def ada(db) -> User:
    return person("ada", ("admin", "", ""))


@pytest.fixture
def charlie(db) -> User:
    return person("charlie", ("editor", "borealis", ""))


@pytest.fixture
def nina(db) -> User:
    return person("nina")
