"""`GET /oauth/revocations`: what changed since the caller last asked, for those who verify tokens offline."""

import json
import time

from django.http import HttpRequest, HttpResponse

from oauth import bodies, environments, feed, jose, keys
from oauth.errors import InsufficientScope, InvalidClient
from oauth.views.authenticated import INTROSPECTION, AuthenticatedEndpoint

TYP = "revocations+jwt"
LIFETIME = 60
CACHE_CONTROL = "private, max-age=1"


class Revocations(AuthenticatedEndpoint):
    """A compact JWS, signed with the environment's feed key: `iss iat exp next events`. Ask again `?after=` its `next`.

    The caller authenticates with Basic, and its application has the scope `introspection`. It is never throttled: a
    verifier that cannot read it lets revoked tokens pass.
    """

    methods = ("GET",)
    is_throttled = False

    def get(self, request: HttpRequest) -> HttpResponse:
        caller = self.identify(request, {})
        if not caller.is_good:
            raise InvalidClient
        if INTROSPECTION not in caller.standing.scopes:
            raise InsufficientScope("The application of this client does not have the scope introspection.")
        page = feed.read(self.environment, bodies.parse_query(request).get("after", ""))
        return self.cacheable(
            request,
            of=json.dumps([page.next, page.events]).encode(),
            cache_control=CACHE_CONTROL,
            make=lambda: self._signed(page),
        )

    def _signed(self, page: feed.Page) -> HttpResponse:
        key = keys.current(self.environment, keys.Purpose.FEED)
        now = int(time.time())
        claims = {
            "iss": environments.issuer(self.environment),
            "iat": now,
            "exp": now + LIFETIME,
            "next": page.next,
            "events": page.events,
        }
        text = jose.sign(claims, typ=TYP, alg=key.alg, kid=key.kid, key=key.private)
        response = self._response(text.encode(), 200)
        response.headers["Content-Type"] = "application/jwt"
        return response
