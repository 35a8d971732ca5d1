"""Client authentication (RFC 6749 section 2.3.1): who is calling, proven by a secret, and whether it may act."""

import base64
import binascii
import re
from dataclasses import dataclass
from urllib.parse import unquote_plus

from django.http import HttpRequest

from oauth import secrets, throttling
from oauth.errors import InvalidClient, InvalidRequest, UnauthorizedClient
from oauth.standing import Cause, Standing, standing_of

# The only grant: a client acts for itself (RFC 6749 section 4.4).
GRANT = "client_credentials"
# How a client proves who it is (RFC 7591 section 2), whichever of them it registered.
AUTHENTICATION_METHODS = ("client_secret_basic", "client_secret_post")
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Credentials:
    """What a request presents. `otherwise` is the same header read another way, tried where the first does not fit."""

    client_id: str
    secret: str
    otherwise: "Credentials | None" = None


@dataclass(frozen=True)
class Caller:
    """A client that exists and whose secret was right. What it may do is its standing's to say."""

    client_id: str
    standing: Standing

    @property
    def is_good(self) -> bool:
        return self.standing.cause is Cause.GOOD


def from_form(request: HttpRequest, form: dict[str, str]) -> Credentials:
    """The TVE dialect's way: in the body, and no other. Raises InvalidRequest."""
    if _scheme(request) == "basic":
        raise InvalidRequest("Send client_id and client_secret in the body, without a Basic header.")
    if "client_assertion" in form or "client_assertion_type" in form:
        raise InvalidRequest("Authenticate with client_id and client_secret alone.")
    for name in ("client_id", "client_secret"):
        if not form.get(name):
            raise InvalidRequest(f"The parameter {name} is missing.")
    return Credentials(form["client_id"], form["client_secret"])


def from_request(request: HttpRequest, form: dict[str, str]) -> Credentials:
    """The standard dialect's way: Basic or the body, one of them. Raises InvalidRequest, InvalidClient.

    A parameter without a value is as if it were left out (RFC 6749 section 3.2).
    """
    asserted = bool(form.get("client_assertion") or form.get("client_assertion_type"))
    posted = bool(form.get("client_secret"))
    header = request.META.get("HTTP_AUTHORIZATION", "")
    if header and _scheme(request) != "basic":
        raise InvalidClient("Authenticate with a Basic header, or in the body without an Authorization header.")
    if (bool(header), posted, asserted).count(True) > 1:
        raise InvalidRequest("Authenticate in one way, not two.")
    if asserted:
        raise InvalidClient("Authenticate with a client secret; client_assertion is not supported.")
    named = form.get("client_id")
    if not header:
        if not named or not posted:
            raise InvalidClient("Authenticate with client_id and client_secret, in a Basic header or in the body.")
        return Credentials(named, form["client_secret"])
    presented = _from_basic(header.partition(" ")[2])
    if named and named not in {presented.client_id, (presented.otherwise or presented).client_id}:
        raise InvalidRequest("The client_id in the body is not the one of the Basic header.")
    return presented


def identify(request: HttpRequest, credentials: Credentials, *, environment: str, taken: int = 1) -> Caller:
    """The client whose secret this is, whatever its state: that is told only after its secret was right.

    An unknown id takes the time of a wrong secret, and a wrong secret costs the address five tokens, of which the
    request itself has `taken` some. Raises InvalidClient.
    """
    candidate: Credentials | None = credentials
    while candidate is not None:
        standing = standing_of(client_id=candidate.client_id, environment=environment)
        right = secrets.matches(candidate.secret, standing.secrets)
        if right and standing.cause not in {Cause.UNKNOWN, Cause.DELETED}:
            return Caller(candidate.client_id, standing)
        candidate = candidate.otherwise
    throttling.take(request.META, cost=throttling.WRONG_SECRET - taken, force=True)
    raise InvalidClient


def demand_good(caller: Caller) -> None:
    """Raises InvalidClient, and UnauthorizedClient for a suspension: on `invalid_client` devices throw their
    credentials away and their viewers sign in again.
    """
    if caller.standing.cause is Cause.APPLICATION_SUSPENDED:
        raise UnauthorizedClient
    if not caller.is_good:
        raise InvalidClient


def _scheme(request: HttpRequest) -> str:
    header: str = request.META.get("HTTP_AUTHORIZATION", "")
    return header.partition(" ")[0].lower()


def _from_basic(encoded: str) -> Credentials:
    """RFC 6749 section 2.3.1 has id and secret form-url-encoded; many libraries leave that out, so both are tried."""
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise InvalidClient("The Basic header is not base64 of id:secret in UTF-8.") from None
    client_id, colon, secret = text.partition(":")
    if not colon or "\0" in text:
        raise InvalidClient("The Basic header is not base64 of id:secret in UTF-8.")
    raw = Credentials(client_id, secret)
    if "%" not in text and "+" not in text:
        return raw
    try:
        named, proof = (unquote_plus(part, errors="strict") for part in (client_id, secret))
    except UnicodeDecodeError:
        return raw
    if _BROKEN_PERCENT.search(text) or "\0" in named + proof:
        return raw
    return Credentials(named, proof, otherwise=raw)
