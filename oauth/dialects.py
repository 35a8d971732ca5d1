"""Status, member names and challenges of each dialect, in one table. What differs is spelled here, not in forks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from oauth import challenges
from oauth.tokens import Issued


@dataclass(frozen=True)
class Dialect:
    """`made` is the status of a token; `statuses` and `challenges` are by the error's word, where not the usual."""

    made: int
    token: Callable[[Issued], dict[str, Any]]
    statuses: dict[str, int] = field(default_factory=dict)
    challenges: dict[str, str] = field(default_factory=dict)


# What shipped apps speak: 201 for what was made, 400 for what was refused.
TVE = Dialect(
    made=201,
    token=lambda issued: {
        "id": issued.jti,
        "access_token": issued.text,
        "created_at": issued.created_at_ms,
        "expires_in": issued.expires_in,
        "token_type": "bearer",
    },
)
# What any OAuth library expects: RFC 6749 sections 5.1 and 5.2.
STANDARD = Dialect(
    made=200,
    token=lambda issued: {
        "access_token": issued.text,
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
        "scope": " ".join(issued.scopes),
    },
    statuses={"invalid_client": 401},
    challenges={"invalid_client": challenges.BASIC, "insufficient_scope": challenges.BASIC},
)
