"""What registering with a statement would answer now: the checks of `clients.register`, and nothing made or kept."""

from dataclasses import dataclass

from oauth.errors import ProtocolError
from registration import approval, reach, statements
from registration.approval import Approved
from registration.statements import Verified


@dataclass(frozen=True)
class Rehearsal:
    """How far the statement comes. What is None was not reached; `refusal` is what the app would be answered."""

    verified: Verified | None = None
    approved: Approved | None = None
    redirect_uris: tuple[str, ...] | None = None
    refusal: ProtocolError | None = None


def rehearse(text: str, *, redirect_uri: str, environment: str) -> Rehearsal:
    """Ask what register asks, in its order, as an app that does not say which device it is on.

    Without a redirect URI the application's own default counts, as at registration.
    """
    verified = approved = None
    try:
        verified = statements.verify(text, environment=environment)
        approved = approval.approve(verified, environment=environment)
        uris, _ = reach.redirect_uris(approved.reach, [redirect_uri] if redirect_uri else None, strict=False)
    except ProtocolError as refusal:
        return Rehearsal(verified, approved, refusal=refusal)
    return Rehearsal(verified, approved, uris)
