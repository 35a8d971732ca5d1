"""The token endpoint, in both dialects: client credentials for an access token (RFC 6749 section 4.4)."""

from django.http import HttpRequest, HttpResponse

from oauth import clients, tokens
from oauth.errors import InvalidRequest, InvalidScope, UnsupportedGrantType
from oauth.standing import Standing
from oauth.views.authenticated import FormEndpoint


class Token(FormEndpoint):
    """`POST /oauth/token`: exactly `access_token`, `token_type`, `expires_in` (s), `scope`. It writes nothing."""

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.parameters(request)
        caller = self.identify(request, form)
        clients.demand_good(caller)
        self.check_grant_type(form)
        issued = tokens.issue(
            environment=self.environment,
            client_id=caller.client_id,
            scopes=self.scopes(form, caller.standing),
            standing=caller.standing,
        )
        self.subject["jti"] = issued.jti
        return self.answer(self.dialect.token(issued), self.dialect.made)

    def check_grant_type(self, form: dict[str, str]) -> None:
        if not form.get("grant_type"):
            raise InvalidRequest(f"The parameter grant_type is missing. Send {clients.GRANT}.")
        if form["grant_type"] != clients.GRANT:
            raise UnsupportedGrantType

    def scopes(self, form: dict[str, str], standing: Standing) -> tuple[str, ...]:
        """None asked: all. Else exactly what was asked, if the application has all of it; never fewer in silence."""
        # RFC 6749 section 3.3 separates by spaces alone: a tab or a line break belongs to a name that nobody has.
        asked = dict.fromkeys(filter(None, form.get("scope", "").split(" ")))
        if not asked:
            return standing.scopes
        if not standing.scopes or not set(asked) <= set(standing.scopes):
            raise InvalidScope
        return tuple(asked)
