import pytest

from dashboard import changes
from tests import factories
from tests.cast import actor, ada, alice, charlie, tess, tom, victor  # noqa: F401  (fixtures)

ENVIRONMENT = factories.ENVIRONMENT


@pytest.fixture
def aurora(signing_keys):
    """The application of a small world: programmer aurora, channel aurora-one, domain live.aurora.example."""
    return factories.world("aurora")


@pytest.fixture
def borealis(signing_keys):
    return factories.world("borealis")


@pytest.fixture
def staged():
    """Stages for alice, or whoever is named, in aurora."""

    def stage(kind, properties, key=None, *, by, of="aurora", **more):
        return changes.stage(
            environment=ENVIRONMENT, kind=kind, key=key, properties=properties, programmer=of, by=actor(by), **more
        )

    return stage


@pytest.fixture
def saved():
    def save(
        kind, properties, key=None, *, by, of="aurora", description="", original=None, environment=ENVIRONMENT, **more
    ):
        return changes.save_all(
            [changes.Edit(kind, properties, key, original)],
            environment=environment,
            programmer=of,
            description=description,
            by=actor(by),
            **more,
        )

    return save


@pytest.fixture
def push():
    def push(change_set, *, by, description="A test"):
        return changes.push(change_set, description=description, by=actor(by))

    return push
