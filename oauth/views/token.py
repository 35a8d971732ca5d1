"""The token endpoint, in both dialects: client credentials for an access token (RFC 6749 section 4.4)."""

import re

from django.http import HttpRequest, HttpResponse

from oauth import bodies, clients, tokens
from oauth.clients import Credentials
from oauth.dialects import STANDARD
from oauth.endpoint import Endpoint
from oauth.errors import InvalidRequest, InvalidScope, UnsupportedGrantType
from oauth.standing import Standing

_AN_ID_OF_OURS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_CREDENTIALS = {"client_id", "client_secret", "client_assertion", "client_assertion_type", "access_token"}


class FormEndpoint(Endpoint):
    """An endpoint whose clients send a form and authenticate: token, introspection, revocation."""

    methods = ("POST",)
    dialect = STANDARD

    def parameters(self, request: HttpRequest) -> dict[str, str]:
        body = bodies.read(request)
        query = request.META.get("QUERY_STRING", "")
        if query:
            asked = bodies.parse_form(query.encode("latin-1", "replace"))
            if not body and self.takes_query(asked):
                return asked
            if _CREDENTIALS.intersection(asked):
                raise InvalidRequest("Send the credentials in the body, never in the URL.")
        if bodies.content_type(request) != bodies.FORM:
            raise InvalidRequest("Send a form: the Content-Type must be application/x-www-form-urlencoded.")
        return bodies.parse_form(body)

    def takes_query(self, asked: dict[str, str]) -> bool:  # noqa: ARG002  (the TVE dialect looks)
        return False

    def credentials(self, request: HttpRequest, form: dict[str, str]) -> Credentials:
        return clients.from_request(request, form)

    def identify(self, request: HttpRequest, form: dict[str, str]) -> clients.Caller:
        """Who calls; in the log by its id, but only once that is known to be one.

        Whatever else was sent as an id is not: people paste the secret or the statement into the wrong member.
        """
        presented = self.credentials(request, form)
        if _AN_ID_OF_OURS.match(presented.client_id):
            self.subject["client_id"] = presented.client_id
        caller = clients.identify(request, presented, environment=self.environment)
        self.subject["client_id"] = caller.client_id
        return caller


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
