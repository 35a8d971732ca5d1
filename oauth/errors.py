r"""The wire's one vocabulary of errors.

    ProtocolError
    ├── InvalidRequest ── NotFound, MethodNotAllowed, PayloadTooLarge, HeaderTooLarge, Misdirected
    ├── InvalidClient, UnauthorizedClient, InvalidScope, UnsupportedGrantType
    ├── InvalidToken, InsufficientScope
    ├── ExpiredCursor
    └── TooManyRequests, TemporarilyUnavailable, ServerError

`description` is for a developer on a sofa with a TV remote: it says what to do, is printable ASCII without `"` and `\`
(RFC 6749 section 5.2), and never repeats input. What a status is in each dialect stands in `oauth.dialects`.
"""

from typing import ClassVar


class ProtocolError(Exception):
    error: ClassVar[str]
    status: ClassVar[int] = 400
    description: str = ""

    def __init__(self, description: str = "", **headers: str) -> None:
        super().__init__(description or self.description)
        self.description = description or self.description
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class InvalidRequest(ProtocolError):
    error = "invalid_request"


class NotFound(ProtocolError):
    error = "not_found"
    status = 404
    description = "There is nothing at this URL. Check the path against the documentation."


class MethodNotAllowed(InvalidRequest):
    status = 405
    description = "This URL does not take that method. The Allow header lists those that it takes."


class PayloadTooLarge(InvalidRequest):
    status = 413
    description = "The body is larger than 64 KiB. Send a smaller one."


class HeaderTooLarge(InvalidRequest):
    status = 431
    description = "A header is larger than 16 KiB. Send a smaller one."


class Misdirected(InvalidRequest):
    status = 421
    description = "No environment is served under this host name. Check the host against the documentation."


class InvalidClient(ProtocolError):
    error = "invalid_client"
    description = "The client credentials are not valid here. Register again and use the new ones."


class UnauthorizedClient(ProtocolError):
    error = "unauthorized_client"
    description = "The application is suspended. Keep the client credentials and try again later."


class InvalidScope(ProtocolError):
    error = "invalid_scope"
    description = "The application does not have every scope that was asked for. Ask for fewer, or leave scope out."


class UnsupportedGrantType(ProtocolError):
    error = "unsupported_grant_type"
    description = "grant_type must be client_credentials."


class InvalidToken(ProtocolError):
    error = "invalid_token"
    status = 401
    description = "The access token is missing, expired or no longer valid. Get a new one."


class InsufficientScope(ProtocolError):
    error = "insufficient_scope"
    status = 403
    description = "The access token does not have the scope that this call needs."


class ExpiredCursor(ProtocolError):
    error = "expired_cursor"
    status = 410
    description = "What came after this cursor is no longer kept. Start again without the parameter after."


class TooManyRequests(ProtocolError):
    error = "too_many_requests"
    status = 429
    description = "Too many requests from this address. Wait as long as Retry-After says."

    def __init__(self) -> None:
        super().__init__(Retry_After="1")


class ServerError(ProtocolError):
    error = "server_error"
    status = 500
    description = "Something went wrong here. Try again; if it stays, report the X-Request-Id."


class TemporarilyUnavailable(ProtocolError):
    error = "temporarily_unavailable"
    status = 503
    description = "The service cannot answer right now. Keep the credentials and try again."

    def __init__(self) -> None:
        super().__init__(Retry_After="5")
