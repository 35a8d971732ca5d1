"""What each answer looks like. Refusals are made from the classes that are raised: no word or status stands twice."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from oauth import dialects, enhanced, errors
from oauth.challenges import BEARER, INVALID_TOKEN
from oauth.dialects import Dialect
from oauth.endpoint import EXPOSED
from oauth.enhanced import EnhancedError
from oauth.errors import ProtocolError

JSON = dict[str, Any]
Kind = type[ProtocolError] | type[EnhancedError]

UUID: JSON = {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"}
SECONDS: JSON = {"type": "integer", "minimum": 0, "description": "Seconds since 1970."}
MILLISECONDS: JSON = {"type": "integer", "minimum": 10**12, "description": "Milliseconds since 1970."}
SECRET: JSON = {"type": "string", "pattern": "^[A-Za-z0-9._~-]{43,}$"}
JWT: JSON = {"type": "string", "pattern": r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$"}
URL: JSON = {"type": "string", "pattern": "^https?://"}
STRINGS: JSON = {"type": "array", "items": {"type": "string"}}
# Printable ASCII without the quotation mark and the backslash: RFC 6749 section 5.2.
_DESCRIPTION: JSON = {"type": "string", "pattern": r"^[ !#-\[\]-~]+$"}
# What may be sent: no text holds a NUL, however deep it lies.
NO_NUL = "^[^\\u0000]*$"
STRING: JSON = {"type": "string", "pattern": NO_NUL}
ANYTHING: JSON = {"$ref": "#/components/schemas/Anything"}
# How a bearer token is asked for: where none was sent, and where it is no good.
BEARER_CHALLENGES = (BEARER, INVALID_TOKEN)
_REQUEST_ID = "^[0-9a-f]{32}$"

# What any request may be told, whatever the endpoint: the shape of the request itself, or a fault of ours.
ALWAYS: tuple[Kind, ...] = (
    errors.InvalidRequest,
    errors.MethodNotAllowed,
    errors.Misdirected,
    errors.HeaderTooLarge,
    errors.ServerError,
    errors.TemporarilyUnavailable,
)
WITH_BODY: tuple[Kind, ...] = (*ALWAYS, errors.PayloadTooLarge)
THROTTLED: tuple[Kind, ...] = (errors.TooManyRequests,)
_SHARED: dict[int, type[ProtocolError]] = {
    kind.status: kind
    for kind in (
        errors.MethodNotAllowed,
        errors.PayloadTooLarge,
        errors.Misdirected,
        errors.TooManyRequests,
        errors.HeaderTooLarge,
        errors.ServerError,
        errors.TemporarilyUnavailable,
    )
}


def anything() -> JSON:
    """What a member may hold that is not known here and is ignored."""
    members: JSON = {"type": "object", "additionalProperties": ANYTHING, "propertyNames": {"pattern": NO_NUL}}
    return {"anyOf": [{"type": ["null", "boolean", "number"]}, STRING, {"type": "array", "items": ANYTHING}, members]}


def sent(required: list[str], members: JSON, **more: JSON) -> JSON:
    """A JSON object that is sent: with these members, and others that are ignored."""
    return {
        "type": "object",
        "required": required,
        "properties": members,
        "additionalProperties": ANYTHING,
        "propertyNames": {"pattern": NO_NUL},
        **more,
    }


def exactly(**members: JSON) -> JSON:
    """An object with these members and no other."""
    return {"type": "object", "required": list(members), "additionalProperties": False, "properties": members}


def just(*values: str) -> JSON:
    """An array of these strings and no other. No `const`: generators of clients cannot read one that is an array."""
    items: JSON = {"enum": list(values)} if values else {"type": "string"}
    return {"type": "array", "items": items, "minItems": len(values), "maxItems": len(values), "uniqueItems": True}


def header(description: str, **schema: Any) -> JSON:
    return {"description": description, "required": True, "schema": {"type": "string", **schema}}


HEADERS: JSON = {
    "X-Request-Id": header("The request's id, which is in our log.", pattern=_REQUEST_ID),
    "X-Content-Type-Options": header("No sniffing.", const="nosniff"),
    "Access-Control-Allow-Origin": header("Any page may ask; no cookie is ever read.", const="*"),
    "Access-Control-Expose-Headers": header("What a page may read.", const=EXPOSED),
    "Cache-Control": header("Nothing is kept.", const="no-store"),
    "Pragma": header("The same, for old caches.", const="no-cache"),
    "Allow": header("The methods of this URL."),
    "Retry-After": header("How many seconds to wait.", pattern="^[0-9]+$"),
    "ETag": header("Send it as If-None-Match.", pattern='^"[0-9a-f]{32}"$'),
}
_EVERYWHERE = ("X-Request-Id", "X-Content-Type-Options", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers")
_NEVER_KEPT = (*_EVERYWHERE, "Cache-Control", "Pragma")


def _headers(names: Iterable[str], **more: JSON) -> JSON:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names} | more


def answer(description: str, schema: JSON) -> JSON:
    """A JSON answer that nobody keeps."""
    return {
        "description": description,
        "headers": _headers(_NEVER_KEPT),
        "content": {"application/json": {"schema": schema}},
    }


def nothing(description: str) -> JSON:
    return {"description": description, "headers": _headers(_NEVER_KEPT)}


def kept(description: str, cache_control: str, content_type: str, schema: JSON) -> JSON:
    """A 200 with an ETag, and its 304. What is no JSON has no schema: tools would try to read it as such."""
    control = {"Cache-Control": header("How long it may be kept.", const=cache_control)}
    headers = _headers((*_EVERYWHERE, "ETag"), **control)
    return {
        "200": {
            "description": description,
            "headers": headers,
            "content": {content_type: {"schema": schema} if schema else {}},
        },
        "304": {"description": "As under the ETag that was sent.", "headers": headers},
    }


def refusals(
    *kinds: Kind, dialect: Dialect = dialects.TVE, enhanced_errors: bool = False, challenges: Sequence[str] = ()
) -> JSON:
    """The refusals by status. `challenges` is what WWW-Authenticate says on 401 and 403, where the dialect does not."""
    by_status: dict[int, list[Kind]] = {}
    for kind in kinds:
        status = kind.status if issubclass(kind, EnhancedError) else dialect.statuses.get(kind.error, kind.status)
        by_status.setdefault(status, []).append(kind)
    return {
        str(status): {"$ref": f"#/components/responses/{_shared(status, enhanced_errors=enhanced_errors)}"}
        if status in _SHARED
        else _refusal(status, by_status[status], dialect, challenges, enhanced_errors=enhanced_errors)
        for status in sorted(by_status)
    }


def shared() -> JSON:
    """The refusals that are the same wherever they are told, in the shapes of OAuth and of the protected API."""
    return {
        _shared(kind.status, enhanced_errors=rich): _refusal(
            kind.status, [kind], dialects.TVE, (), enhanced_errors=rich
        )
        for kind in _SHARED.values()
        for rich in (False, True)
    }


def _shared(status: int, *, enhanced_errors: bool) -> str:
    return f"{status}-enhanced" if enhanced_errors else str(status)


def _refusal(
    status: int, kinds: list[Kind], dialect: Dialect, challenges: Sequence[str], *, enhanced_errors: bool
) -> JSON:
    plain = [kind for kind in kinds if issubclass(kind, ProtocolError) and not enhanced_errors]
    rich = [kind for kind in kinds if kind not in plain]
    shapes = [_object(plain)] if plain else []
    shapes += [_enhanced(status, kind) for kind in rich]
    names = {405: ["Allow"], 429: ["Retry-After"], 503: ["Retry-After"]}.get(status, [])
    said = list(challenges) or [dialect.challenges[kind.error] for kind in plain if kind.error in dialect.challenges]
    challenge = {"WWW-Authenticate": header("The challenge.", enum=list(dict.fromkeys(said)))}
    words = dict.fromkeys(f"`{_word(kind)}`" for kind in kinds)
    return {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(words)}.",
        "headers": _headers([*_NEVER_KEPT, *names], **(challenge if status in {401, 403} else {})),
        "content": {"application/json": {"schema": shapes[0] if len(shapes) == 1 else {"oneOf": shapes}}},
    }


def _object(kinds: Iterable[Kind]) -> JSON:
    words = sorted({_word(kind) for kind in kinds})
    return exactly(error={"enum": words}, error_description=_DESCRIPTION)


def _enhanced(status: int, kind: Kind) -> JSON:
    return exactly(
        action={"const": getattr(kind, "action", "none")},
        status={"const": status},
        code={"const": _word(kind)},
        message=_DESCRIPTION,
        helpUrl={**URL, "pattern": enhanced.help_url(_word(kind)).join("^$")},
        trace={"type": "string", "pattern": _REQUEST_ID},
    )


def _word(kind: Kind) -> str:
    return kind.code if issubclass(kind, EnhancedError) else kind.error
