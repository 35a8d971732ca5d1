"""Client authentication: who is calling, proven by a secret, and whether it may act."""

from django.http import HttpRequest

from oauth import secrets, throttling
from oauth.errors import InvalidClient, UnauthorizedClient
from oauth.standing import Cause, Standing, standing_of


def authenticate(request: HttpRequest, *, client_id: str, secret: str, environment: str) -> Standing:
    """The standing of a client whose secret is right and that may act.

    Its state is told only after its secret was right. An unknown id takes the time of a wrong secret. Raises
    InvalidClient, and UnauthorizedClient for a suspension: on `invalid_client` devices throw their credentials away.
    """
    standing = standing_of(client_id=client_id, environment=environment)
    right = secrets.matches(secret, standing.secrets)
    if not right or standing.cause in {Cause.UNKNOWN, Cause.DELETED}:
        throttling.take(request.META, cost=throttling.WRONG_SECRET - 1, force=True)
        raise InvalidClient
    if standing.cause is Cause.APPLICATION_SUSPENDED:
        raise UnauthorizedClient
    if standing.cause is not Cause.GOOD:
        raise InvalidClient
    return standing
