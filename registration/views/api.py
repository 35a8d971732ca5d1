"""The protected API: what apps on televisions call with their token."""

import time
from typing import Any

from django.http import HttpRequest, HttpResponse

from oauth import bearer
from oauth.endpoint import Endpoint
from registration import platforms, scopes
from registration.errors import ServiceProviderNotCovered, UnknownServiceProvider
from registration.models import Channel, Domain
from registration.text import PUBLIC_ID


class Configuration(Endpoint):
    """`GET /api/v2/{serviceProvider}/configuration`: the protected API that proves a token good."""

    methods = ("GET",)
    enhanced_errors = True

    def get(self, request: HttpRequest, service_provider: str) -> HttpResponse:
        token = bearer.authenticate(request, self.environment)
        self.subject["client_id"] = token.client_id
        channel = self._channel(service_provider)
        self._check_coverage(channel, token.standing.claims)
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
        channels = Channel.objects.live().filter(environment=self.environment, id_key=service_provider.lower())
        channel = channels.select_related("programmer").first() if PUBLIC_ID.match(service_provider) else None
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
