"""Insecure settings are system checks: `manage.py check --deploy --fail-level WARNING` refuses them."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004  (Django's own names)


@register(Tags.security, deploy=True)
def check_secrets(**_: Any) -> list[CheckMessage]:
    if settings.SECRETS_FROM_FILES:
        return [
            Error(
                "SECRET_KEY, KEY_ENCRYPTION_KEYS and CLIENT_SECRET_PEPPERS are not all set; files in VAR_DIR stand in.",
                hint="Set each from your secret store. Losing the peppers loses every client.",
                id="oauth.E001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_issuers(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"The issuer of {environment} is not https: {url}",
            hint=f"Set ISSUER_{environment.replace('-', '_').upper()} (or PUBLIC_URL) to its https URL.",
            id="oauth.E002",
        )
        for environment, url in settings.ISSUERS.items()
        if urlsplit(url).scheme != "https"
    ]


@register(Tags.security)
def check_query_credentials(**_: Any) -> list[CheckMessage]:
    if settings.TVE_QUERY_CREDENTIALS:
        return [
            Warning(
                "TVE_QUERY_CREDENTIALS lets /o/client/token take credentials from the URL, which proxies log.",
                hint="Turn it off once no script needs it.",
                id="oauth.W001",
            )
        ]
    return []


@register(Tags.security, deploy=True)
def check_throttle(**_: Any) -> list[CheckMessage]:
    if not settings.THROTTLE_ENABLED:
        return [Warning("THROTTLE_ENABLED is off.", hint="Set THROTTLE_ENABLED=1.", id="oauth.W002")]
    return []
