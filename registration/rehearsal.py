"""What registering with a statement would answer now: what `clients.register` asks, and nothing made or kept."""

from dataclasses import dataclass

from oauth.errors import ProtocolError
from registration import clients, statements
from registration.clients import Decision, Device
from registration.errors import InvalidRedirectURI
from registration.platforms import Platform
from registration.statements import Verified


@dataclass(frozen=True)
class Rehearsal:
    """How far the statement comes: its signature, then the decision, or what the app would be answered instead."""

    verified: Verified | None = None
    decision: Decision | None = None
    refusal: ProtocolError | None = None

    @property
    def is_approved(self) -> bool:
        """Whether the application and the statement may register: redirect URIs are looked at after that."""
        return self.decision is not None or isinstance(self.refusal, InvalidRedirectURI)


def rehearse(text: str, *, redirect_uri: str, environment: str) -> Rehearsal:
    """As an app would be answered that does not say which device it is on.

    Without a redirect URI the application's own default counts, as at registration.
    """
    verified = None
    try:
        verified = statements.verify(text, environment=environment)
        decision = clients.decide(
            verified,
            redirect_uris=[redirect_uri] if redirect_uri else None,
            device=Device(Platform.UNIDENTIFIED, named=False),
            environment=environment,
            strict=False,
        )
    except ProtocolError as refusal:
        return Rehearsal(verified, refusal=refusal)
    return Rehearsal(verified, decision)
