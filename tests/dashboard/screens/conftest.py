import pytest

from registration.models import Client
from tests import factories

PLACE = "/release-production"


@pytest.fixture
def live(signing_keys):
    """`Aurora Live 6.1.0` in release-production: all channels, all platforms, REST API v2."""
    return factories.world("aurora")


@pytest.fixture
def url(live):
    """The address of the application's page, or of what lies below it: `url("revoke/")`."""

    def below(path=""):
        return f"{PLACE}/applications/{live.software_id}/{path}"

    return below


@pytest.fixture
def borealis(live):
    """Another programmer, whom nobody of aurora may see."""
    return factories.world("borealis")


def register(application, client_id, **more):
    """A client, as a device leaves it behind."""
    return Client.objects.create(
        client_id=client_id,
        application=application,
        environment=application.environment,
        statement=application.statements.first(),
        client_type="confidential",
        authorization_grant_type="client-credentials",
        **more,
    )
