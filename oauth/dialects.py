"""Status, member names and error statuses of each dialect, in one table. What differs is spelled here, not in forks."""

from dataclasses import dataclass, field
from typing import Any

from oauth.tokens import Issued


@dataclass(frozen=True)
class Dialect:
    name: str
    created: int
    token_type: str
    statuses: dict[str, int] = field(default_factory=dict)

    def status(self, error: str, default: int) -> int:
        return self.statuses.get(error, default)

    def token(self, issued: Issued) -> dict[str, Any]:
        raise NotImplementedError


class _TVE(Dialect):
    def token(self, issued: Issued) -> dict[str, Any]:
        return {
            "id": issued.jti,
            "access_token": issued.text,
            "created_at": issued.created_at_ms,
            "expires_in": issued.expires_in,
            "token_type": self.token_type,
        }


# What shipped apps speak: 201 for what was made, 400 for what was refused.
TVE = _TVE(name="tve", created=201, token_type="bearer")  # noqa: S106  (a token type, not a password)
