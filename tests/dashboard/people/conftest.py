import pytest

from oauth.audit import Actor, Door
from registration.models import Programmer


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
