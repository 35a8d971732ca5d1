"""`POST /oauth/revoke` (RFC 7009): a client gives up a token of its own."""

from django.http import HttpRequest, HttpResponse

from oauth import tokens
from oauth.errors import InvalidRequest, InvalidToken
from oauth.views.authenticated import FormEndpoint


class Revoke(FormEndpoint):
    """200 for a token that was revoked, for one that is no more, and for one of somebody else, to which nothing happens
    (a deviation from section 2.1: nobody learns here whether a token exists).

    A client may give up its tokens whatever its state; this is never throttled.
    """

    is_throttled = False

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.parameters(request)
        caller = self.identify(request, form)
        text = form.get("token")
        if not text:
            raise InvalidRequest("The parameter token is missing.")
        try:
            claims = tokens.read(text, environment=self.environment)
        except InvalidToken:
            return self.answer({})
        if claims["client_id"] == caller.client_id:
            tokens.revoke(claims, environment=self.environment)
            self.subject["jti"] = claims["jti"]
        return self.answer({})
