"""What a server says of itself, and the revocation feed."""

from oauth import errors
from oauth.clients import AUTHENTICATION_METHODS, GRANT
from oauth.dialects import STANDARD
from oauth.views.feed import CACHE_CONTROL
from oauth.views.published import CACHED
from registration.openapi.answers import ALWAYS, JSON, STRINGS, URL, exactly, just, kept, refusals

TAG, FEED_TAG = "Published", "Revocation feed"
_B64: JSON = {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"}


def _published(operation: str, summary: str, schema: JSON) -> JSON:
    return {
        "tags": [TAG],
        "operationId": operation,
        "summary": summary,
        "security": [],
        "responses": {**kept("The document.", CACHED, "application/json", schema), **refusals(*ALWAYS)},
    }


def _jwks() -> JSON:
    def key(kinds: JSON, **material: JSON) -> JSON:
        return exactly(kid={"type": "string"}, kty=kinds["kty"], use={"const": "sig"}, alg=kinds["alg"], **material)

    rsa = key({"kty": {"const": "RSA"}, "alg": {"enum": ["RS256", "PS256"]}}, n=_B64, e=_B64)
    ec = key({"kty": {"const": "EC"}, "alg": {"const": "ES256"}}, crv={"const": "P-256"}, x=_B64, y=_B64)
    okp = key({"kty": {"const": "OKP"}, "alg": {"const": "EdDSA"}}, crv={"const": "Ed25519"}, x=_B64)
    return exactly(keys={"type": "array", "items": {"oneOf": [rsa, ec, okp]}})


def _metadata() -> JSON:
    return exactly(
        issuer=URL,
        token_endpoint=URL,
        jwks_uri=URL,
        registration_endpoint=URL,
        scopes_supported=STRINGS,
        response_types_supported=just("none"),
        grant_types_supported=just(GRANT),
        token_endpoint_auth_methods_supported=just(*AUTHENTICATION_METHODS),
        introspection_endpoint=URL,
        introspection_endpoint_auth_methods_supported=just(*AUTHENTICATION_METHODS),
        revocation_endpoint=URL,
        revocation_endpoint_auth_methods_supported=just(*AUTHENTICATION_METHODS),
    )


def _feed() -> JSON:
    after = {
        "name": "after",
        "in": "query",
        "description": "The last answer's next. Without it, from the beginning.",
        "schema": {"type": "string"},
    }
    refused = refusals(*ALWAYS, errors.InvalidClient, errors.InsufficientScope, errors.ExpiredCursor, dialect=STANDARD)
    return {
        "tags": [FEED_TAG],
        "operationId": "revocations",
        "summary": "What changed since the caller last asked",
        "description": "For those who verify tokens offline. A compact JWS with the claims iss, iat, exp, next and "
        "events. The caller's application has the scope introspection.",
        "security": [{"clientSecretBasic": []}],
        "parameters": [after],
        "responses": {**kept("A compact JWS.", CACHE_CONTROL, "application/jwt", {}), **refused},
    }


def paths() -> JSON:
    return {
        "/oauth/revocations": {"get": _feed()},
        "/.well-known/jwks.json": {"get": _published("jwks", "The environment's public keys (RFC 7517)", _jwks())},
        "/.well-known/oauth-authorization-server": {
            "get": _published("metadata", "The standard dialect's metadata (RFC 8414)", _metadata())
        },
        "/oauth/openapi.json": {"get": _published("openapi", "This document (OpenAPI 3.1)", {"type": "object"})},
    }
