"""The paths that shipped apps know, below `/o/client/`."""

import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from oauth import bearer, clients
from oauth.dialects import TVE
from oauth.endpoint import Endpoint
from oauth.views.token import Token


class TVEToken(Token):
    """`POST /o/client/token`: 201 with `id`, `access_token`, `created_at` (ms), `expires_in` (s), `token_type`."""

    dialect = TVE

    def takes_query(self, asked: dict[str, str]) -> bool:
        return settings.TVE_QUERY_CREDENTIALS and "client_id" in asked

    def credentials(self, request: HttpRequest, form: dict[str, str]) -> clients.Credentials:
        return clients.from_form(request, form)


class TVEScopes(Endpoint):
    """`GET /o/client/scopes`: the scopes of the bearer token. The original names the path and publishes no shape."""

    methods = ("GET",)

    def get(self, request: HttpRequest) -> HttpResponse:
        token = bearer.authenticate(request, self.environment)
        self.subject["client_id"] = token.client_id
        return self.answer({"scopes": token.scopes})


class TVEValidate(Endpoint):
    """`GET /o/client/validate`: whether the bearer token is good, and what it is. This shape is ours."""

    methods = ("GET",)

    def get(self, request: HttpRequest) -> HttpResponse:
        token = bearer.authenticate(request, self.environment)
        self.subject["client_id"] = token.client_id
        return self.answer(
            {
                "client_id": token.client_id,
                "software_id": token.claims["software_id"],
                "scopes": token.scopes,
                "expires_in": max(0, int(token.claims["exp"] - time.time())),
            }
        )
