"""Registering as any OAuth library does it (RFC 7591), and managing the registration (RFC 7592)."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from oauth import bodies, challenges, environments, secrets
from oauth.clients import GRANT
from oauth.dialects import STANDARD
from oauth.endpoint import Endpoint
from oauth.errors import InvalidRequest, InvalidToken
from oauth.problems import Invalid
from oauth.standing import Cause
from registration import clients, credentials, metadata, statements
from registration.approval import Approved, approve
from registration.errors import InvalidClientMetadata, UnapprovedSoftwareStatement
from registration.models import Client, RegisteredApplication


class MetadataEndpoint(Endpoint):
    """An endpoint that takes client metadata in JSON and answers with a client information response."""

    dialect = STANDARD

    def members(self, request: HttpRequest) -> dict[str, Any]:
        body = bodies.read(request)
        if bodies.content_type(request) != bodies.JSON:
            raise InvalidRequest("Send a JSON object: the Content-Type must be application/json.")
        try:
            return bodies.parse_json(body)
        except bodies.Malformed as error:
            raise InvalidClientMetadata(error.description) from None

    def information(
        self,
        *,
        application: Approved | RegisteredApplication,
        client_id: str,
        issued_at: int,
        redirect_uris: Iterable[str],
        kept: dict[str, Any],
        statement: str,
        token: str,
        secret: str = "",
    ) -> dict[str, Any]:
        """The client information response (RFC 7591 section 3.2.1), with the secret where it was just made.

        `issued_at` is in seconds, `kept` the other metadata that the client registered.
        """
        return {
            "client_id": client_id,
            **({"client_secret": secret, "client_secret_expires_at": 0} if secret else {}),
            "client_id_issued_at": issued_at,
            "redirect_uris": list(redirect_uris),
            "grant_types": [GRANT],
            "response_types": [],
            "scope": " ".join(application.scopes),
            "client_name": application.name,
            "software_id": str(application.software_id),
            "software_version": application.version,
            **kept,
            **({"software_statement": statement} if statement else {}),
            "registration_access_token": token,
            "registration_client_uri": f"{environments.issuer(self.environment)}/oauth/register/{client_id}",
        }


class Register(MetadataEndpoint):
    """`POST /oauth/register`: 201 with the client information response of RFC 7591 section 3.2.1."""

    methods = ("POST",)

    def post(self, request: HttpRequest) -> HttpResponse:
        members = self.members(request)
        text = metadata.software_statement(members)
        redirect_uris = metadata.redirect_uris(members)
        kept = metadata.parse(members)
        verified = statements.verify(text, environment=self.environment)
        self.subject["software_id"] = verified.subject_in_logs
        client = clients.register(
            verified,
            redirect_uris=redirect_uris,
            device=clients.Device.of(request.META),
            environment=self.environment,
            dialect=Client.Dialect.STANDARD,
            metadata=kept,
        )
        self.subject["client_id"] = client.client_id
        information = self.information(
            application=client.application,
            client_id=client.client_id,
            issued_at=client.issued_at,
            redirect_uris=client.redirect_uris,
            kept=client.metadata,
            statement=text,
            token=client.registration_token,
            secret=client.secret,
        )
        return self.answer(information, HTTPStatus.CREATED)


@dataclass(frozen=True)
class Registration:
    """A client that presented its registration access token, and which secrets are good for it now."""

    client: Client
    token: str
    secrets: tuple[str, ...]


class Management(MetadataEndpoint):
    """`/oauth/register/{client_id}`: read, replace or delete a registration with its own token (RFC 7592 section 2).

    The token is not rotated. It is asked for before anything else is looked at; a client that is unknown, deleted or
    may not act is told 401, as one without the token is.
    """

    methods = ("GET", "PUT", "DELETE")

    def get(self, request: HttpRequest, client_id: str) -> HttpResponse:
        return self.answer(self._information(self._authenticate(request, client_id)))

    def put(self, request: HttpRequest, client_id: str) -> HttpResponse:
        registration = self._authenticate(request, client_id)
        client, members = registration.client, self.members(request)
        self._check_identity(members, registration)
        redirect_uris, kept = metadata.redirect_uris(members), metadata.parse(members)
        if "software_statement" in members:
            self._check_statement(metadata.software_statement(members), client)
        renews = metadata.renews_secret(members)
        clients.replace(client, redirect_uris=redirect_uris, metadata=kept)
        answer = self._information(registration)
        if renews:
            answer |= self._renew(client, held=members.get("client_secret", ""))
        return self.answer(answer)

    def delete(self, request: HttpRequest, client_id: str) -> HttpResponse:
        clients.delete(self._authenticate(request, client_id).client)
        response = self._response(b"", HTTPStatus.NO_CONTENT)
        del response.headers["Content-Type"]
        return response

    def _renew(self, client: Client, *, held: str) -> dict[str, Any]:
        """`rotate_client_secret`, a member of ours: a new secret, while the one that it holds lives on for a day."""
        try:
            renewed = credentials.rotate_own(client, held=held)
        except Invalid:
            raise InvalidToken(WWW_Authenticate=challenges.INVALID_TOKEN) from None
        return {
            "client_secret": renewed.secret,
            "client_secret_expires_at": 0,
            "previous_client_secret_expires_at": int(renewed.previous_until.timestamp()),
        }

    def _authenticate(self, request: HttpRequest, client_id: str) -> Registration:
        """The client whose registration access token this is. Raises InvalidToken with RFC 6750's challenge."""
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            raise InvalidToken(WWW_Authenticate=challenges.BEARER)
        standing = Client.objects.standing(client_id=client_id, environment=self.environment)
        rows = Client.objects.select_related("application", "statement").filter(environment=self.environment)
        client = rows.filter(client_id=client_id).first() if "\0" not in client_id else None
        kept = client.registration_token_hash if client else ""
        right = hmac.compare_digest(clients.hash_of(token.strip()), kept or "-")
        if client is None or not right or standing.cause is not Cause.GOOD:
            raise InvalidToken(WWW_Authenticate=challenges.INVALID_TOKEN)
        self.subject["client_id"] = client.client_id
        return Registration(client, token.strip(), standing.secrets)

    def _check_identity(self, members: dict[str, Any], registration: Registration) -> None:
        """Section 2.2: the id must be there and right, a secret may be there and must be right."""
        sent = [name for name in metadata.SET_BY_SERVER if name in members]
        if sent:
            raise InvalidClientMetadata(f"Leave out {', '.join(sent)}: the server says them.")
        if members.get("client_id") != registration.client.client_id:
            raise InvalidClientMetadata("The member client_id must be the one in the URL.")
        if "client_secret" in members:
            secret = members["client_secret"]
            if not isinstance(secret, str) or not secrets.matches(secret, registration.secrets):
                raise InvalidClientMetadata("The member client_secret is not the client's. Leave it out.")

    def _check_statement(self, text: str, client: Client) -> None:
        """It must be of the same application and usable; it never moves the client to another statement."""
        verified = statements.verify(text, environment=self.environment)
        if approve(verified, environment=self.environment).pk != client.application_id:
            raise UnapprovedSoftwareStatement("The software statement is of another application.")

    def _information(self, registration: Registration) -> dict[str, Any]:
        client = registration.client
        return self.information(
            application=client.application,
            client_id=client.client_id,
            issued_at=int(client.issued_at.timestamp()),
            redirect_uris=client.redirect_uris.split(),
            kept=client.metadata,
            statement=client.statement.text if client.statement else "",
            token=registration.token,
        )
