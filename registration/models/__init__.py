"""What is live: the configuration of programmers, their applications, and the clients that registered."""

from registration.models.applications import (
    REVIVAL_WINDOW,
    ApplicationMember,
    ApplicationQuerySet,
    RegisteredApplication,
    State,
    state_is,
)
from registration.models.clients import Client, SoftwareStatement
from registration.models.configuration import (
    AnalyticsConfiguration,
    Certificate,
    Channel,
    CustomScheme,
    Domain,
    Entity,
    LiveQuerySet,
    Programmer,
)

__all__ = [
    "REVIVAL_WINDOW",
    "AnalyticsConfiguration",
    "ApplicationMember",
    "ApplicationQuerySet",
    "Certificate",
    "Channel",
    "Client",
    "CustomScheme",
    "Domain",
    "Entity",
    "LiveQuerySet",
    "Programmer",
    "RegisteredApplication",
    "SoftwareStatement",
    "State",
    "state_is",
]
