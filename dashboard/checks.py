"""Insecure settings of people's sign-in are system checks: `manage.py check --deploy` refuses them."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


@register(Tags.security, deploy=True)
def check_provider(**_: Any) -> list[CheckMessage]:
    if settings.OIDC_ISSUER and urlsplit(settings.OIDC_ISSUER).scheme != "https":
        line = f"OIDC_ISSUER is not https: {settings.OIDC_ISSUER}"
        return [Error(line, hint="Whoever sits in between could sign in as anybody.", id="dashboard.E001")]
    return []
