import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from oauth.audit import Actor, Door
from registration.models import Programmer


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """What a test sets is hashed quickly; the cast's own passwords are of the usual hasher."""
    hashers = "django.contrib.auth.hashers."
    settings.PASSWORD_HASHERS = [f"{hashers}MD5PasswordHasher", f"{hashers}PBKDF2PasswordHasher"]


class OneRound(PBKDF2PasswordHasher):
    iterations = 1


@pytest.fixture
def as_the_cast_hashed(settings):
    """Nobody's hash is made anew when they say their password again, which would sign them out."""
    settings.PASSWORD_HASHERS = [f"{__name__}.OneRound"]


@pytest.fixture
def aurora(db):
    return Programmer.objects.create(
        public_id="Aurora", display_name="Aurora Networks", environment="release-production"
    )


@pytest.fixture
def borealis(db):
    return Programmer.objects.create(
        public_id="borealis", display_name="Borealis Media", environment="release-production"
    )


@pytest.fixture
def operator():
    return Actor(key="command:ops", name="ops", door=Door.COMMAND)
