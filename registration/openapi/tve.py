"""What apps on televisions call: the TVE dialect, and the protected API."""

from oauth import bodies, errors
from oauth.challenges import insufficient_scope
from oauth.clients import GRANT
from oauth.dialects import TVE
from oauth.enhanced import ApplicationSuspended, InsufficientScope, InvalidAccessToken
from registration import errors as words
from registration.metadata import URI_MOST
from registration.openapi.answers import (
    ALWAYS,
    BEARER_CHALLENGES,
    JSON,
    JWT,
    MILLISECONDS,
    NO_NUL,
    SECONDS,
    SECRET,
    STRING,
    STRINGS,
    THROTTLED,
    UUID,
    WITH_BODY,
    answer,
    exactly,
    just,
    refusals,
    sent,
)
from registration.platforms import Platform
from registration.scopes import REST_V2

TAG, API_TAG = "TVE dialect", "Protected API"
_BEARER = (*ALWAYS, *THROTTLED, InvalidAccessToken, ApplicationSuspended)
# Not blank, and without a NUL.
STATEMENT = r"^[^\u0000]*[^\s\u0000][^\u0000]*$"
_STATEMENT: JSON = {
    "type": "string",
    "pattern": STATEMENT,
    "description": "The software statement as it was downloaded; white space in it is removed.",
}
DEVICE_INFO: JSON = {
    "name": "X-Device-Info",
    "in": "header",
    "description": "Base64 of a JSON object with osName, primaryHardwareType, manufacturer, model. What cannot be read "
    "is never refused; a platform that the application may not run on is.",
    "schema": {"type": "string"},
}


def _json_register() -> JSON:
    uri = {"type": ["string", "null"], "minLength": 1, "maxLength": URI_MOST, "pattern": NO_NUL}
    grant_types = {"type": "array", "items": STRING, "contains": {"const": GRANT}}
    members = {"software_statement": _STATEMENT, "redirect_uri": uri, "grant_types": grant_types}
    return sent(["software_statement"], members)


def _form_register() -> JSON:
    return form_of(
        ["software_statement"],
        software_statement=_STATEMENT,
        redirect_uri={**STRING, "maxLength": URI_MOST},
        grant_types={"type": "string", "pattern": rf"^$|^([^\u0000]*\s)?{GRANT}(\s[^\u0000]*)?$"},
    )


def form_of(required: list[str], **parameters: JSON) -> JSON:
    """A form: every parameter is text, is there once, and holds no NUL. Unknown ones are ignored."""
    return {
        "type": "object",
        "required": required,
        "properties": parameters,
        "additionalProperties": STRING,
        "propertyNames": {"pattern": NO_NUL},
    }


def _register() -> JSON:
    return {
        "tags": [TAG],
        "operationId": "tveRegister",
        "summary": "A software statement for a client",
        "description": "RFC 7591 as apps on televisions speak it. The secret is shown here once.",
        "security": [],
        "parameters": [DEVICE_INFO],
        "requestBody": {
            "required": True,
            "content": {bodies.JSON: {"schema": _json_register()}, bodies.FORM: {"schema": _form_register()}},
        },
        "responses": {
            "201": answer(
                "The client.",
                exactly(
                    client_id=UUID,
                    client_secret=SECRET,
                    client_id_issued_at=SECONDS,
                    redirect_uris=STRINGS,
                    grant_types=just(GRANT),
                    scopes=STRINGS,
                ),
            ),
            **refusals(
                *WITH_BODY,
                *THROTTLED,
                words.InvalidRedirectURI,
                words.InvalidSoftwareStatement,
                words.UnapprovedSoftwareStatement,
            ),
        },
    }


def _token() -> JSON:
    return {
        "tags": [TAG],
        "operationId": "tveToken",
        "summary": "Client credentials for an access token",
        "description": "RFC 6749 section 4.4. A form, and the credentials in it: a Basic header is refused. "
        "Without scope, all that the application has.",
        "security": [],
        "requestBody": {"required": True, "content": {bodies.FORM: {"schema": _token_request()}}},
        "responses": {
            "201": answer(
                "The token.",
                exactly(
                    id={**UUID, "description": "The token's jti."},
                    access_token=JWT,
                    created_at=MILLISECONDS,
                    expires_in={"type": "integer", "minimum": 1, "description": "Seconds."},
                    token_type={"const": "bearer"},
                ),
            ),
            **refusals(
                *WITH_BODY,
                *THROTTLED,
                errors.InvalidClient,
                errors.UnauthorizedClient,
                errors.UnsupportedGrantType,
                errors.InvalidScope,
                dialect=TVE,
            ),
        },
    }


def _token_request() -> JSON:
    return form_of(
        ["grant_type", "client_id", "client_secret"],
        grant_type={"const": GRANT},
        client_id={**STRING, "minLength": 1},
        client_secret={**STRING, "minLength": 1},
        scope={**STRING, "description": "Separated by spaces."},
    )


def _bearer_check(operation: str, summary: str, schema: JSON) -> JSON:
    return {
        "tags": [TAG],
        "operationId": operation,
        "summary": summary,
        "security": [{"accessToken": []}],
        "responses": {"200": answer("The token is good.", schema), **refusals(*_BEARER, challenges=BEARER_CHALLENGES)},
    }


def _configuration() -> JSON:
    mvpd: JSON = {
        "type": "object",
        "required": ["id", "displayName"],
        "properties": {name: {"type": "string"} for name in ("id", "displayName", "logoUrl")},
    }
    mvpds: JSON = {"type": "array", "items": mvpd, "description": "Empty until there are integrations."}
    domain = exactly(name={"type": "string"}, mvpdInitiated={"const": False})
    requestor = exactly(
        id={"type": "string"}, name={"type": "string"}, domains={"type": "array", "items": domain}, mvpds=mvpds
    )
    refused = refusals(
        *_BEARER,
        words.UnknownServiceProvider,
        words.ServiceProviderNotCovered,
        InsufficientScope,
        enhanced_errors=True,
        challenges=[*BEARER_CHALLENGES, insufficient_scope(REST_V2)],
    )
    path = {
        "name": "serviceProvider",
        "in": "path",
        "required": True,
        "description": "A channel's id, in capitals or not.",
        "schema": {"type": "string", "minLength": 1},
    }
    return {
        "tags": [API_TAG],
        "operationId": "configuration",
        "summary": "A channel's configuration",
        "description": f"For a token with the scope {REST_V2} whose application covers the channel.",
        "security": [{"accessToken": [REST_V2]}],
        "parameters": [path, DEVICE_INFO],
        "responses": {
            "200": answer(
                "The configuration.",
                exactly(
                    device={"type": "string"},
                    clientType={"enum": list(Platform.values)},
                    os={"type": "string"},
                    time=MILLISECONDS,
                    requestor=requestor,
                    mvpds=mvpds,
                ),
            ),
            **refused,
        },
    }


def paths() -> JSON:
    validated = exactly(
        client_id={"type": "string"},
        software_id=UUID,
        scopes=STRINGS,
        expires_in={"type": "integer", "minimum": 0, "description": "Seconds."},
    )
    return {
        "/o/client/register": {"post": _register()},
        "/o/client/token": {"post": _token()},
        "/o/client/scopes": {
            "get": _bearer_check("tveScopes", "The scopes of the bearer token", exactly(scopes=STRINGS))
        },
        "/o/client/validate": {"get": _bearer_check("tveValidate", "Whether the bearer token is good", validated)},
        "/api/v2/{serviceProvider}/configuration": {"get": _configuration()},
    }
