"""What the endpoints share whose caller is a client, and proves it (RFC 6749 section 2.3)."""

import re

from django.http import HttpRequest

from oauth import bodies, clients
from oauth.clients import Caller, Credentials
from oauth.dialects import STANDARD
from oauth.endpoint import Endpoint
from oauth.errors import InvalidRequest

# What a resource server's application has: it may ask about tokens of others, and read the feed.
INTROSPECTION = "introspection"
_AN_ID_OF_OURS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_CREDENTIALS = {"client_id", "client_secret", "client_assertion", "client_assertion_type", "access_token"}


class AuthenticatedEndpoint(Endpoint):
    """An endpoint whose caller authenticates as a client."""

    dialect = STANDARD

    def credentials(self, request: HttpRequest, form: dict[str, str]) -> Credentials:
        """What the caller presents, in the ways of the dialect. Raises InvalidRequest, InvalidClient."""
        return clients.from_request(request, form)

    def identify(self, request: HttpRequest, form: dict[str, str]) -> Caller:
        """Who calls, whatever it may do; in the log by its id, but only once that is known to be one.

        Whatever else was sent as an id is not: people paste the secret or the statement into the wrong member. Raises
        InvalidRequest, InvalidClient.
        """
        presented = self.credentials(request, form)
        if _AN_ID_OF_OURS.match(presented.client_id):
            self.subject["client_id"] = presented.client_id
        caller = clients.identify(request, presented, environment=self.environment, taken=self.is_throttled)
        self.subject["client_id"] = caller.client_id
        return caller


class FormEndpoint(AuthenticatedEndpoint):
    """One to which clients send a form: token, introspection, revocation."""

    methods = ("POST",)

    def parameters(self, request: HttpRequest) -> dict[str, str]:
        """The form. Raises InvalidRequest, also for credentials in the URL (RFC 6749 section 2.3.1)."""
        body = bodies.read(request)
        asked = bodies.parse_query(request)
        if asked:
            if not body and self.takes_query(asked):
                return asked
            if _CREDENTIALS.intersection(asked):
                raise InvalidRequest("Send the credentials in the body, never in the URL.")
        if bodies.content_type(request) != bodies.FORM:
            raise InvalidRequest("Send a form: the Content-Type must be application/x-www-form-urlencoded.")
        return bodies.parse_form(body)

    def takes_query(self, asked: dict[str, str]) -> bool:  # noqa: ARG002  (the TVE dialect looks)
        """Whether the parameters in the URL, `asked`, stand for a body that is not there."""
        return False
