"""The wire as OpenAPI 3.1: every endpoint of both dialects, made from the tables that the code itself answers from."""

from typing import Any

from oauth import environments
from registration import scopes
from registration.openapi import answers, published, standard, tve

_ABOUT = """\
What apps and resource servers see, in two dialects over one core. Apps on televisions speak the TVE dialect; any OAuth
library speaks the standard one. A client of one may get its tokens from the other.

Every path answers with and without a trailing slash, without a redirect and without cookies. A GET may be asked as
HEAD. OPTIONS answers 204 to a browser's preflight. A member is never null: it is left out.
"""


def document(environment: str) -> dict[str, Any]:
    """The document of one environment: its issuer is the server's URL."""
    issuer = environments.issuer(environment)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "TVE Dashboard: the wire",
            "version": "1.0.0",
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": issuer, "description": environments.Environment(environment).label}],
        "tags": [
            {"name": tve.TAG, "description": "For apps on televisions, as shipped apps speak it."},
            {"name": tve.API_TAG, "description": "What a token opens."},
            {"name": standard.TAG, "description": "For any OAuth library (RFC 7591, 7592, 6749, 7662, 7009)."},
            {"name": published.FEED_TAG, "description": "For resource servers that verify tokens offline."},
            {"name": published.TAG, "description": "What a server says of itself."},
        ],
        "paths": {**tve.paths(), **standard.paths(), **published.paths()},
        "components": {
            "headers": answers.HEADERS,
            "responses": answers.shared(),
            "schemas": {"Anything": answers.anything()},
            "securitySchemes": _security(issuer),
        },
    }


def _security(issuer: str) -> dict[str, Any]:
    flow = {
        "tokenUrl": f"{issuer}/oauth/token",
        "scopes": {scope: api.name for api in scopes.APIS for scope in api.scopes},
    }
    return {
        "accessToken": {
            "type": "oauth2",
            "description": "An access token (RFC 9068) in an Authorization header (RFC 6750).",
            "flows": {"clientCredentials": flow},
        },
        "clientSecretBasic": {"type": "http", "scheme": "basic", "description": "client_id and client_secret."},
        "registrationAccessToken": {
            "type": "http",
            "scheme": "bearer",
            "description": "The registration_access_token that the client was given when it registered (RFC 7592).",
        },
    }
