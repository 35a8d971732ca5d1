"""The protected API's error object, with all six members. It also answers a bad bearer token on the TVE paths."""

from typing import Any, ClassVar

from django.conf import settings

from oauth import challenges


class EnhancedError(Exception):
    """`{"action", "status", "code", "message", "helpUrl", "trace"}`; 401 and 403 carry RFC 6750's challenge as well."""

    status: ClassVar[int]
    code: ClassVar[str]
    action: ClassVar[str] = "none"
    message: ClassVar[str]
    challenge: str | None = None


class InvalidAccessToken(EnhancedError):
    """RFC 6750 section 3.1, `invalid_token`: also where the client, statement or application is no longer good."""

    status = 401
    code = "invalid_access_token_client_application"
    action = "application-registration"
    message = "The access token is missing, expired or no longer valid. Get a new one; if that fails, register again."

    def __init__(self, *, sent: bool) -> None:
        super().__init__(self.message)
        self.challenge = challenges.INVALID_TOKEN if sent else challenges.BEARER


class ApplicationSuspended(EnhancedError):
    """Ours: RFC 6750 has no code for a token that will be good again."""

    status = 403
    code = "application_suspended"
    message = "The application is suspended. Keep the client credentials and the token, and try again later."
    challenge = challenges.BEARER


class InsufficientScope(EnhancedError):
    """RFC 6750 section 3.1, `insufficient_scope`."""

    status = 403
    code = "insufficient_scope"
    message = "The access token does not have the scope that this call needs."

    def __init__(self, scope: str) -> None:
        super().__init__(self.message)
        self.challenge = challenges.insufficient_scope(scope)


def help_url(code: str) -> str:
    """The page of help on a word, at `PUBLIC_URL`, whatever host was asked."""
    return f"{settings.PUBLIC_URL}/help/errors/{code}/"


def body(*, action: str, status: int, code: str, message: str, trace: str) -> dict[str, Any]:
    """The error object; `trace` is the request's id."""
    return {
        "action": action,
        "status": status,
        "code": code,
        "message": message,
        "helpUrl": help_url(code),
        "trace": trace,
    }
