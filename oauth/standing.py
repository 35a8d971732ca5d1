"""The seam by which the protocol asks about a client, and what it is told. Who may act is decided elsewhere."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from oauth2_provider.models import get_application_model

from oauth import secrets


class Cause(Enum):
    """Why a client may or may not act. Where several hold, the worst counts; this is their order, worst first."""

    UNKNOWN = "unknown"
    DELETED = "deleted"
    CLIENT_REVOKED = "client revoked"
    APPLICATION_REVOKED = "application revoked"
    STATEMENT_REVOKED = "statement revoked"
    APPLICATION_SUSPENDED = "application suspended"
    GOOD = "good"


@dataclass(frozen=True)
class Standing:
    """One client, as one indexed query found it.

    `secrets` are its sealed secrets, `scopes` what its application has, `claims` what its tokens carry beside the
    registered claims, `jti_revoked` whether the token that was asked about is revoked, `key_withdrawn` whether the key
    that signed it is, and `signing_kid` the id of the environment's current token key.
    """

    cause: Cause
    secrets: tuple[str, ...] = secrets.NOBODY
    scopes: tuple[str, ...] = ()
    claims: dict[str, Any] = field(default_factory=dict)
    application: int | None = None
    jti_revoked: bool = False
    key_withdrawn: bool = False
    signing_kid: str = ""


def standing_of(*, client_id: str, environment: str, jti: str = "", kid: str = "") -> Standing:
    """Ask the installation's client model, which django-oauth-toolkit's setting names."""
    manager = get_application_model().objects  # type: ignore[no-untyped-call]
    found: Standing = manager.standing(client_id=client_id, environment=environment, jti=jti, kid=kid)
    return found
