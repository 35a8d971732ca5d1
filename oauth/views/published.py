"""What an environment says of itself: its keys (RFC 7517) and its metadata (RFC 8414), cacheable for five minutes."""

import json
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from oauth2_provider.scopes import get_scopes_backend

from oauth import environments, keys
from oauth.clients import AUTHENTICATION_METHODS, GRANT
from oauth.endpoint import Endpoint
from oauth.errors import NotFound

CACHED = "public, max-age=300"


class Published(Endpoint):
    """A document with an ETag. It depends on the environment alone, and on nobody who asks."""

    methods = ("GET",)
    is_throttled = False

    def members(self) -> dict[str, Any]:
        raise NotImplementedError

    def get(self, request: HttpRequest, path: str = "") -> HttpResponse:  # noqa: ARG002  (the metadata look at it)
        members = self.members()
        return self.cacheable(
            request,
            of=json.dumps(members).encode(),
            cache_control=CACHED,
            make=lambda: self.answer(members),
        )


class JWKS(Published):
    """`GET /.well-known/jwks.json`."""

    def members(self) -> dict[str, Any]:
        return keys.jwks(self.environment)


class Metadata(Published):
    """`GET /.well-known/oauth-authorization-server`, also with the issuer's path behind it (RFC 8414 section 3.1).

    It names the standard dialect's endpoints and no other: a library that met the TVE token URL here would fail.
    """

    def get(self, request: HttpRequest, path: str = "") -> HttpResponse:
        if path.rstrip("/") not in {"", urlsplit(environments.issuer(self.environment)).path}:
            raise NotFound
        return super().get(request)

    def members(self) -> dict[str, Any]:
        issuer = environments.issuer(self.environment)
        backend = get_scopes_backend()  # type: ignore[no-untyped-call]
        return {
            "issuer": issuer,
            "token_endpoint": f"{issuer}/oauth/token",
            "jwks_uri": f"{issuer}/.well-known/jwks.json",
            "registration_endpoint": f"{issuer}/oauth/register",
            "scopes_supported": list(backend.get_all_scopes()),
            # Some clients refuse an empty list here, others its absence.
            "response_types_supported": ["none"],
            "grant_types_supported": [GRANT],
            "token_endpoint_auth_methods_supported": AUTHENTICATION_METHODS,
            "introspection_endpoint": f"{issuer}/oauth/introspect",
            "introspection_endpoint_auth_methods_supported": AUTHENTICATION_METHODS,
            "revocation_endpoint": f"{issuer}/oauth/revoke",
            "revocation_endpoint_auth_methods_supported": AUTHENTICATION_METHODS,
        }
