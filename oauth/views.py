"""Token, scopes, validate and keys: what of the protocol needs no television."""

import hashlib
import json
import re
import time

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from oauth import bearer, bodies, clients, keys, tokens
from oauth.endpoint import Endpoint
from oauth.errors import InvalidRequest, InvalidScope, UnsupportedGrantType
from oauth.standing import Standing

FORM = "application/x-www-form-urlencoded"
_AN_ID_OF_OURS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_CREDENTIALS = {"client_id", "client_secret", "client_assertion", "client_assertion_type", "access_token"}


class TVEToken(Endpoint):
    """`POST /o/client/token`: client credentials for an access token (RFC 6749 section 4.4), as shipped apps speak it.

    201 with `id`, `access_token`, `created_at` (ms), `expires_in` (s), `token_type`. It writes nothing.
    """

    methods = ("POST",)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self._parameters(request)
        client_id, secret = self._credentials(request, form)
        # Not whatever was sent as an id: people paste the secret or the statement into the wrong member.
        if _AN_ID_OF_OURS.match(client_id):
            self.subject["client_id"] = client_id
        standing = clients.authenticate(request, client_id=client_id, secret=secret, environment=self.environment)
        self.subject["client_id"] = client_id
        self._grant_type(form)
        scopes = self._scopes(form, standing)
        issued = tokens.issue(environment=self.environment, client_id=client_id, scopes=scopes, standing=standing)
        self.subject["jti"] = issued.jti
        return self.answer(self.dialect.token(issued), self.dialect.created)

    def _parameters(self, request: HttpRequest) -> dict[str, str]:
        body = bodies.read(request)
        query = request.META.get("QUERY_STRING", "")
        if query:
            asked = bodies.parse_form(query.encode("latin-1", "replace"))
            if not body and settings.TVE_QUERY_CREDENTIALS and "client_id" in asked:
                return asked
            if _CREDENTIALS.intersection(asked):
                raise InvalidRequest("Send the credentials in the body, never in the URL.")
        if bodies.content_type(request) != FORM:
            raise InvalidRequest("Send a form: the Content-Type must be application/x-www-form-urlencoded.")
        return bodies.parse_form(body)

    def _credentials(self, request: HttpRequest, form: dict[str, str]) -> tuple[str, str]:
        scheme = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")[0].lower()
        if scheme == "basic":
            raise InvalidRequest("Send client_id and client_secret in the body, without a Basic header.")
        if "client_assertion" in form or "client_assertion_type" in form:
            raise InvalidRequest("Authenticate with client_id and client_secret alone.")
        for name in ("client_id", "client_secret"):
            if not form.get(name):
                raise InvalidRequest(f"The parameter {name} is missing.")
        return form["client_id"], form["client_secret"]

    def _grant_type(self, form: dict[str, str]) -> None:
        if not form.get("grant_type"):
            raise InvalidRequest("The parameter grant_type is missing. Send client_credentials.")
        if form["grant_type"] != "client_credentials":
            raise UnsupportedGrantType

    def _scopes(self, form: dict[str, str], standing: Standing) -> tuple[str, ...]:
        """None asked: all. Else exactly what was asked, if the application has all of it; never fewer in silence."""
        asked = dict.fromkeys(form.get("scope", "").split())
        if not asked:
            return standing.scopes
        if not standing.scopes or not set(asked) <= set(standing.scopes):
            raise InvalidScope
        return tuple(asked)


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


class JWKS(Endpoint):
    """`GET /.well-known/jwks.json`: the environment's public keys (RFC 7517), cacheable for five minutes."""

    methods = ("GET",)
    is_throttled = False

    def get(self, request: HttpRequest) -> HttpResponse:
        members = keys.jwks(self.environment)
        etag = f'"{hashlib.sha256(json.dumps(members).encode()).hexdigest()[:32]}"'
        response = self.answer(members)
        known = {tag.strip().removeprefix("W/") for tag in request.META.get("HTTP_IF_NONE_MATCH", "").split(",")}
        if known & {etag, "*"}:
            response = self._response(b"", 304)
            del response.headers["Content-Length"], response.headers["Content-Type"]
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = "public, max-age=300"
        del response.headers["Pragma"]
        return response
