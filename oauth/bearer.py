"""Bearer tokens (RFC 6750): how a request presents one, and what a bad one is told."""

from django.http import HttpRequest

from oauth import tokens
from oauth.enhanced import ApplicationSuspended, InsufficientScope, InvalidAccessToken
from oauth.errors import InvalidToken


def authenticate(request: HttpRequest, environment: str) -> tokens.Bearer:
    """The good token of the Authorization header. Raises InvalidAccessToken, ApplicationSuspended."""
    header = request.META.get("HTTP_AUTHORIZATION", "")
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() != "bearer":
        raise InvalidAccessToken(sent=False)
    try:
        bearer = tokens.check(credentials.strip(), environment=environment)
    except InvalidToken:
        raise InvalidAccessToken(sent=True) from None
    if bearer.suspended:
        raise ApplicationSuspended
    return bearer


def require(bearer: tokens.Bearer, scope: str) -> None:
    """Our own API asks the database, not the claims: the application must have the scope now, and the token too."""
    if scope not in bearer.scopes or scope not in bearer.standing.scopes:
        raise InsufficientScope(scope)
