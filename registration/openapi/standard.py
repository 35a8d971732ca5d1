"""What any OAuth library calls: register, manage, token, introspection, revocation."""

from oauth import bodies, errors
from oauth.clients import AUTHENTICATION_METHODS, GRANT
from oauth.dialects import STANDARD
from registration import errors as words
from registration.metadata import (
    CONTACTS_MOST,
    HTTPS_URL,
    MOST_REDIRECT_URIS,
    PRIVATE_JWK_MEMBERS,
    SET_BY_SERVER,
    TEXT_MOST,
    URI_MOST,
    URIS,
)
from registration.openapi.answers import (
    BEARER_CHALLENGES,
    JSON,
    JWT,
    SECONDS,
    SECRET,
    STRING,
    STRINGS,
    THROTTLED,
    URL,
    UUID,
    WITH_BODY,
    Kind,
    answer,
    exactly,
    just,
    nothing,
    refusals,
    sent,
)
from registration.openapi.tve import STATEMENT, form_of

TAG = "Standard dialect"


def _without(*names: str) -> JSON:
    """Under `not`: none of these members is there."""
    return {"anyOf": [{"required": [name]} for name in names]}


_BASIC_OR_BODY: list[JSON] = [{"clientSecretBasic": []}, {}]
_IN_BODY = "The client authenticates with Basic, or with client_id and client_secret in the body; not with both."
_TEXT: JSON = {**STRING, "maxLength": TEXT_MOST}
_TEXTS: JSON = {"type": "array", "items": _TEXT}
_HTTPS: JSON = {"type": "string", "pattern": HTTPS_URL, "maxLength": URI_MOST}
_PUBLIC_KEY = sent(["kty"], {"kty": STRING}, **{"not": _without(*sorted(PRIVATE_JWK_MEMBERS))})
_JWKS = sent(["keys"], {"keys": {"type": "array", "items": _PUBLIC_KEY}})
_BOTH_KEYS: JSON = {"required": ["jwks", "jwks_uri"]}
_CLIENT_ID: JSON = {"name": "client_id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
_OWN_TOKEN: list[JSON] = [{"registrationAccessToken": []}]
_REGISTRATION = (
    *WITH_BODY,
    words.InvalidClientMetadata,
    words.InvalidRedirectURI,
    words.InvalidSoftwareStatement,
    words.UnapprovedSoftwareStatement,
)


def _described() -> JSON:
    """The metadata that a client may send of itself, by member."""
    return {
        "redirect_uris": {"type": "array", "items": STRING, "maxItems": MOST_REDIRECT_URIS},
        "grant_types": {**_TEXTS, "contains": {"const": GRANT}},
        "response_types": _TEXTS,
        "token_endpoint_auth_method": {"enum": list(AUTHENTICATION_METHODS)},
        "client_name": _TEXT,
        "software_id": _TEXT,
        "software_version": _TEXT,
        "scope": _TEXT,
        "contacts": {**_TEXTS, "maxItems": CONTACTS_MOST},
        "jwks": _JWKS,
        **dict.fromkeys(URIS, _HTTPS),
    }


def _information(*, registered: bool) -> JSON:
    """The client information response of RFC 7591 section 3.2.1; a read one (RFC 7592 section 3) has no secret."""
    always: JSON = {
        "client_id": {"type": "string"},
        "client_id_issued_at": SECONDS,
        "redirect_uris": STRINGS,
        "grant_types": just(GRANT),
        "response_types": just(),
        "token_endpoint_auth_method": {"enum": list(AUTHENTICATION_METHODS)},
        "scope": {"type": "string"},
        "client_name": {"type": "string"},
        "software_id": UUID,
        "software_version": {"type": "string"},
        "software_statement": {"type": "string"},
        "registration_access_token": {"type": "string"},
        "registration_client_uri": URL,
    }
    secret: JSON = {"client_secret": SECRET, "client_secret_expires_at": {"const": 0}}
    schema = exactly(**always, **(secret if registered else {}))
    kept = ("contacts", "jwks", *URIS)
    schema["properties"] |= {name: described for name, described in _described().items() if name in kept}
    if not registered:
        schema["properties"] |= {**secret, "previous_client_secret_expires_at": SECONDS}
        schema["dependentRequired"] = {
            "client_secret": ["client_secret_expires_at", "previous_client_secret_expires_at"]
        }
    return schema


def _register() -> JSON:
    statement: JSON = {"type": "string", "pattern": STATEMENT}
    schema = sent(["software_statement"], {"software_statement": statement, **_described()}, **{"not": _BOTH_KEYS})
    return {
        "tags": [TAG],
        "operationId": "register",
        "summary": "A software statement for a client",
        "description": "RFC 7591. The statement's values win over the body's. Nothing that a client names is fetched.",
        "security": [],
        "requestBody": {"required": True, "content": {bodies.JSON: {"schema": schema}}},
        "responses": {
            "201": answer("The client.", _information(registered=True)),
            **refusals(*_REGISTRATION, *THROTTLED, dialect=STANDARD),
        },
    }


def _managed(operation: str, summary: str, description: str, **more: JSON) -> JSON:
    return {
        "tags": [TAG],
        "operationId": operation,
        "summary": summary,
        "description": description,
        "security": _OWN_TOKEN,
        "parameters": [_CLIENT_ID],
        **more,
    }


def _refused_management(*kinds: Kind) -> JSON:
    return refusals(*kinds, *THROTTLED, errors.InvalidToken, dialect=STANDARD, challenges=BEARER_CHALLENGES)


def _management() -> JSON:
    wanted = sent(
        ["client_id"],
        {
            "client_id": {**STRING, "description": "The one in the URL."},
            "client_secret": {**STRING, "description": "If sent, the client's own."},
            "software_statement": {"type": "string", "pattern": STATEMENT},
            "rotate_client_secret": {"type": "boolean", "description": "A member of ours: make a new secret."},
            **_described(),
        },
        **{"not": {"anyOf": [*_without(*SET_BY_SERVER)["anyOf"], _BOTH_KEYS]}},
    )
    info = answer("The registration.", _information(registered=False))
    return {
        "get": _managed(
            "readRegistration",
            "Read a registration",
            "RFC 7592 section 2.1.",
            responses={"200": info, **_refused_management(*WITH_BODY)},
        ),
        "put": _managed(
            "replaceRegistration",
            "Replace a registration",
            "RFC 7592 section 2.2. Members that are left out are reset.",
            requestBody={"required": True, "content": {bodies.JSON: {"schema": wanted}}},
            responses={"200": info, **_refused_management(*_REGISTRATION)},
        ),
        "delete": _managed(
            "deleteRegistration",
            "Delete a registration",
            "RFC 7592 section 2.3. The client and its tokens are refused from then on.",
            responses={"204": nothing("It is gone."), **_refused_management(*WITH_BODY)},
        ),
    }


def _form(operation: str, summary: str, description: str, required: list[str], **properties: JSON) -> JSON:
    schema = form_of(required, **properties, client_id=STRING, client_secret=STRING)
    return {
        "tags": [TAG],
        "operationId": operation,
        "summary": summary,
        "description": f"{description} {_IN_BODY}",
        "security": _BASIC_OR_BODY,
        "requestBody": {"required": True, "content": {bodies.FORM: {"schema": schema}}},
    }


def _refused_form(*kinds: Kind) -> JSON:
    return refusals(*WITH_BODY, errors.InvalidClient, *kinds, dialect=STANDARD)


def _token() -> JSON:
    issued = exactly(
        access_token=JWT,
        token_type={"const": "Bearer"},
        expires_in={"type": "integer", "minimum": 1, "description": "Seconds."},
        scope={"type": "string", "description": "What was granted, separated by spaces."},
    )
    asked = {"grant_type": {"const": GRANT}, "scope": STRING}
    kinds = (*THROTTLED, errors.UnauthorizedClient, errors.UnsupportedGrantType, errors.InvalidScope)
    return {
        **_form("token", "Client credentials for an access token", "RFC 6749 section 4.4.", ["grant_type"], **asked),
        "responses": {"200": answer("The token.", issued), **_refused_form(*kinds)},
    }


def _introspect() -> JSON:
    good = exactly(
        active={"const": True},
        sub={"type": "string"},
        client_id={"type": "string"},
        scope={"type": "string"},
        exp=SECONDS,
        iat=SECONDS,
        nbf=SECONDS,
        iss=URL,
        aud={"type": "string"},
        jti=UUID,
        token_type={"const": "Bearer"},
    )
    said = {"oneOf": [exactly(active={"const": False}), good]}
    text = "RFC 7662. The caller's own tokens, or any where its application has the scope introspection."
    return {
        **_form("introspect", "What a token is worth", text, ["token"], **_A_TOKEN),
        "responses": {"200": answer("What it is worth.", said), **_refused_form(*THROTTLED)},
    }


def _revoke() -> JSON:
    gone: JSON = {"type": "object", "maxProperties": 0}
    text = "RFC 7009. 200 also for a token that is no more, or somebody else's, to which nothing happens."
    return {
        **_form("revoke", "Give up a token", text, ["token"], **_A_TOKEN),
        "responses": {"200": answer("Done.", gone), **_refused_form()},
    }


_A_TOKEN: JSON = {"token": {**STRING, "minLength": 1}, "token_type_hint": STRING}


def paths() -> JSON:
    return {
        "/oauth/register": {"post": _register()},
        "/oauth/register/{client_id}": _management(),
        "/oauth/token": {"post": _token()},
        "/oauth/introspect": {"post": _introspect()},
        "/oauth/revoke": {"post": _revoke()},
    }
