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
    """A refusal with a word of the wire. `headers` are written with underscores for hyphens."""

    error: ClassVar[str]
    status: ClassVar[int] = 400
    description: str = ""

    def __init__(self, description: str = "", **headers: str) -> None:
        super().__init__(description or self.description)
        self.description = description or self.description
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class InvalidRequest(ProtocolError):
    """The request is malformed, or a parameter is missing, repeated or not supported (RFC 6749 section 5.2)."""

    error = "invalid_request"


class NotFound(ProtocolError):
    """Nothing is at this URL (RFC 9110 section 15.5.5)."""

    error = "not_found"
    status = 404
    description = "There is nothing at this URL. Check the path against the documentation."


class MethodNotAllowed(InvalidRequest):
    """The URL does not take this method; `Allow` must say which it takes (RFC 9110 section 15.5.6)."""

    status = 405
    description = "This URL does not take that method. The Allow header lists those that it takes."


class PayloadTooLarge(InvalidRequest):
    """The content is larger than the server is willing to read (RFC 9110 section 15.5.14)."""

    status = 413
    description = "The body is larger than 64 KiB. Send a smaller one."


class HeaderTooLarge(InvalidRequest):
    """The header fields are too large (RFC 6585 section 5)."""

    status = 431
    description = "A header is larger than 16 KiB. Send a smaller one."


class Misdirected(InvalidRequest):
    """The server answers for no such host (RFC 9110 section 15.5.20)."""

    status = 421
    description = "No environment is served under this host name. Check the host against the documentation."


class InvalidClient(ProtocolError):
    """Client authentication failed (RFC 6749 section 5.2); a client that was revoked is told so too."""

    error = "invalid_client"
    description = "The client credentials are not valid here. Register again and use the new ones."


class UnauthorizedClient(ProtocolError):
    """The authenticated client is not authorized (RFC 6749 section 5.2): here, since its application is suspended."""

    error = "unauthorized_client"
    description = "The application is suspended. Keep the client credentials and try again later."


class InvalidScope(ProtocolError):
    """The requested scope is unknown, or exceeds what the client has (RFC 6749 section 5.2)."""

    error = "invalid_scope"
    description = "The application does not have every scope that was asked for. Ask for fewer, or leave scope out."


class UnsupportedGrantType(ProtocolError):
    """The grant type is not supported by the authorization server (RFC 6749 section 5.2)."""

    error = "unsupported_grant_type"
    description = "grant_type must be client_credentials."


class InvalidToken(ProtocolError):
    """The token is expired, revoked, malformed, or invalid for other reasons (RFC 6750 section 3.1)."""

    error = "invalid_token"
    status = 401
    description = "The access token is missing, expired or no longer valid. Get a new one."


class InsufficientScope(ProtocolError):
    """The request requires higher privileges than the token provides (RFC 6750 section 3.1)."""

    error = "insufficient_scope"
    status = 403
    description = "The access token does not have the scope that this call needs."


class ExpiredCursor(ProtocolError):
    """What the feed held after a cursor is gone (RFC 9110 section 15.5.11). The word is ours."""

    error = "expired_cursor"
    status = 410
    description = "What came after this cursor is no longer kept. Start again without the parameter after."


class TooManyRequests(ProtocolError):
    """Too many requests in a given time (RFC 6585 section 4)."""

    error = "too_many_requests"
    status = 429
    description = "Too many requests from this address. Wait as long as Retry-After says."

    def __init__(self) -> None:
        super().__init__(Retry_After="1")


class ServerError(ProtocolError):
    """An unexpected condition (RFC 9110 section 15.6.1), in the word of RFC 6749 section 4.1.2.1."""

    error = "server_error"
    status = 500
    description = "Something went wrong here. Try again; if it stays, report the X-Request-Id."


class TemporarilyUnavailable(ProtocolError):
    """The database cannot be asked (RFC 9110 section 15.6.4), which says nothing about the credentials."""

    error = "temporarily_unavailable"
    status = 503
    description = "The service cannot answer right now. Keep the credentials and try again."

    def __init__(self) -> None:
        super().__init__(Retry_After="5")
