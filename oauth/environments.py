"""An environment is an issuer: a world of its own, with its own keys and clients."""

from django.conf import settings
from django.db import models


class Environment(models.TextChoices):
    PREQUAL_STAGING = "prequal-staging", "Prequal Staging"
    PREQUAL_PRODUCTION = "prequal-production", "Prequal Production"
    RELEASE_STAGING = "release-staging", "Release Staging"
    RELEASE_PRODUCTION = "release-production", "Release Production"


def for_host(host: str) -> str | None:
    """The environment that serves the host name `host` (no port), or None where nobody configured it."""
    return settings.ENVIRONMENT_HOSTS.get(host) or settings.DEFAULT_ENVIRONMENT or None


def issuer(environment: str) -> str:
    """The issuer URL under which `environment` signs now. It comes from settings, never from a request."""
    return settings.ISSUERS[environment]


def audience(environment: str) -> str:
    """`aud` of the environment's access tokens (RFC 9068 section 2.2)."""
    return settings.ACCESS_TOKEN_AUDIENCE or settings.ISSUERS[environment] + "/api"
