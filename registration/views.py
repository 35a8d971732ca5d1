"""Register, and the protected API: the doors of apps on televisions."""

import time
from typing import Any

from django.http import HttpRequest, HttpResponse

from oauth import bearer, bodies
from oauth.endpoint import Endpoint
from oauth.errors import InvalidRequest
from oauth.views import FORM
from registration import clients, platforms, scopes, statements
from registration.errors import InvalidRedirectURI, ServiceProviderNotCovered, UnknownServiceProvider
from registration.models import Channel, Client, Domain
from registration.text import fold

GRANT = "client_credentials"


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
        self.subject["software_id"] = verified.subject[:64] if verified.subject.isprintable() else "?"
        platform, named = platforms.recorded(request.META)
        client = clients.register(
            verified,
            redirect_uri=redirect_uri,
            platform=platform,
            named=named,
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
                "scopes": list(client.scopes),
            },
            self.dialect.created,
        )

    def _members(self, request: HttpRequest) -> dict[str, Any]:
        body = bodies.read(request)
        content_type = bodies.content_type(request)
        if content_type == "application/json":
            return bodies.parse_json(body)
        if content_type == FORM:
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


class Configuration(Endpoint):
    """`GET /api/v2/{serviceProvider}/configuration`: the protected API that proves a token good."""

    methods = ("GET",)
    enhanced_errors = True

    def get(self, request: HttpRequest, service_provider: str) -> HttpResponse:
        token = bearer.authenticate(request, self.environment)
        self.subject["client_id"] = token.client_id
        channel = self._channel(service_provider)
        self._check_coverage(channel, token.standing.claims or {})
        bearer.require(token, scopes.REST_V2)
        mvpds: list[dict[str, Any]] = []
        hosts = Domain.objects.live().filter(channel=channel).order_by("host").values_list("host", flat=True)
        return self.answer(
            {
                **self._device(request),
                "time": int(time.time() * 1000),
                "requestor": {
                    "id": channel.public_id,
                    "name": channel.display_name,
                    "domains": [{"name": host, "mvpdInitiated": False} for host in hosts],
                    "mvpds": mvpds,
                },
                "mvpds": mvpds,
            }
        )

    def _channel(self, service_provider: str) -> Channel:
        channels = Channel.objects.live().filter(environment=self.environment, id_key=fold(service_provider))
        channel = channels.select_related("programmer").first() if "\0" not in service_provider else None
        if channel is None:
            raise UnknownServiceProvider
        return channel

    def _check_coverage(self, channel: Channel, claims: dict[str, Any]) -> None:
        """By what the database says now, which the standing holds, not by what the token claims."""
        same_programmer = channel.programmer.public_id == claims.get("programmer")
        if not same_programmer or not (claims.get("all_channels") or channel.id_key in claims.get("channels", [])):
            raise ServiceProviderNotCovered

    def _device(self, request: HttpRequest) -> dict[str, str]:
        """What the device says it is, in the original's words; `Unknown` where it says nothing that can be read."""
        platform, _ = platforms.recorded(request.META)
        info = platforms.device_info(request.META.get("HTTP_X_DEVICE_INFO", ""))
        return {
            "device": info.get("primaryHardwareType", "Unknown"),
            "clientType": platform.value,
            "os": info.get("osName", "Unknown"),
        }
