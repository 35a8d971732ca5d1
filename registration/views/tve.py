"""Registering as apps on televisions do it."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from oauth import bodies
from oauth.clients import GRANT
from oauth.endpoint import Endpoint
from oauth.errors import InvalidRequest
from registration import clients, statements
from registration.errors import InvalidRedirectURI
from registration.models import Client


class TVERegister(Endpoint):
    """`POST /o/client/register`: a software statement for a client (RFC 7591 section 3.1), as shipped apps speak it.

    201 with `client_id`, `client_secret`, `client_id_issued_at` (s), `redirect_uris`, `grant_types`, `scopes`.
    """

    methods = ("POST",)

    def post(self, request: HttpRequest) -> HttpResponse:
        members = self._members(request)
        text = self._statement(members)
        redirect_uri = self._redirect_uri(members)
        self._grant_types(members)
        verified = statements.verify(text, environment=self.environment)
        self.subject["software_id"] = verified.subject_in_logs
        client = clients.register(
            verified,
            redirect_uris=None if redirect_uri is None else [redirect_uri],
            device=clients.Device.of(request.META),
            environment=self.environment,
            dialect=Client.Dialect.TVE,
        )
        self.subject["client_id"] = client.client_id
        return self.answer(
            {
                "client_id": client.client_id,
                "client_secret": client.secret,
                "client_id_issued_at": client.issued_at,
                "redirect_uris": list(client.redirect_uris),
                "grant_types": [GRANT],
                "scopes": client.application.scopes,
            },
            HTTPStatus.CREATED,
        )

    def _members(self, request: HttpRequest) -> dict[str, Any]:
        body = bodies.read(request)
        content_type = bodies.content_type(request)
        if content_type == bodies.JSON:
            return bodies.parse_json(body)
        if content_type == bodies.FORM:
            form: dict[str, Any] = dict(bodies.parse_form(body))
            # In a form, empty is absent, and a list is separated by spaces.
            members = {name: value for name, value in form.items() if value or name == "software_statement"}
            if "grant_types" in members:
                members["grant_types"] = members["grant_types"].split()
            return members
        raise InvalidRequest("Send a JSON object: the Content-Type must be application/json.")

    def _statement(self, members: dict[str, Any]) -> str:
        text = members.get("software_statement")
        if not isinstance(text, str) or not text.strip():
            raise InvalidRequest("The member software_statement is missing or not a string.")
        return text

    def _redirect_uri(self, members: dict[str, Any]) -> str | None:
        uri = members.get("redirect_uri")
        if uri is None:
            return None
        if not isinstance(uri, str):
            raise InvalidRequest("The member redirect_uri must be a string.")
        if not uri:
            raise InvalidRedirectURI("The redirect_uri is empty. Leave it out, or send an absolute URI.")
        return uri

    def _grant_types(self, members: dict[str, Any]) -> None:
        grant_types = members.get("grant_types", [GRANT])
        if not isinstance(grant_types, list) or not all(isinstance(entry, str) for entry in grant_types):
            raise InvalidRequest("The member grant_types must be an array of strings.")
        if GRANT not in grant_types:
            raise InvalidRequest("The member grant_types must contain client_credentials.")
