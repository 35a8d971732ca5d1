"""`POST /oauth/introspect` (RFC 7662): what a token is worth, asked by its own client or by a resource server."""

from django.http import HttpRequest, HttpResponse

from oauth import tokens
from oauth.errors import InvalidClient, InvalidRequest, InvalidToken
from oauth.views.authenticated import INTROSPECTION, FormEndpoint

_CLAIMS = ("sub", "client_id", "scope", "exp", "iat", "nbf", "iss", "aud", "jti")


class Introspect(FormEndpoint):
    """A good token answers `active: true` and its claims; anything else, whatever it is, exactly `active: false`.

    A caller without the scope `introspection` learns of its own tokens only.
    """

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.parameters(request)
        caller = self.identify(request, form)
        if not caller.is_good:
            raise InvalidClient
        text = form.get("token")
        if not text:
            raise InvalidRequest("The parameter token is missing.")
        try:
            found = tokens.check(text, environment=self.environment)
        except InvalidToken:
            return self.answer({"active": False})
        mine = found.client_id == caller.client_id or INTROSPECTION in caller.standing.scopes
        if found.suspended or not mine:
            return self.answer({"active": False})
        claims = {name: found.claims[name] for name in _CLAIMS if name in found.claims}
        return self.answer({"active": True, **claims, "token_type": "Bearer"})
