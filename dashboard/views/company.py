"""To the company's OpenID provider and back. Without one by the settings, these pages are not there."""

import logging
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from dashboard.company import Exchange

_logger = logging.getLogger("dashboard.company")
# What a provider that is away, or answers what no provider would, ends in.
_AWAY = (RequestException, OAuth2Error, AttributeError, LookupError, TypeError, ValueError)


@login_not_required
@require_POST
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider's sign-in page. What one asks of it is ours to say, and nothing of the URL's."""
    provider = _provider(request, provider_id)
    try:
        response: HttpResponse = provider.redirect(
            request, process=AuthProcess.LOGIN, next_url=get_next_redirect_url(request)
        )
        return response
    except _AWAY as error:
        return _failed(request, provider, error)


@login_not_required
@require_GET
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    provider = _provider(request, provider_id)
    try:
        view: Any = OAuth2CallbackView.adapter_view(Exchange(request, provider_id))  # type: ignore[no-untyped-call]
        response: HttpResponse = view(request)
        return response
    except _AWAY as error:
        return _failed(request, provider, error)


@login_not_required
@require_GET
def cancelled(request: HttpRequest) -> HttpResponse:
    return render(request, "socialaccount/login_cancelled.html")


def _provider(request: HttpRequest, provider_id: str) -> Any:
    if not settings.OIDC_ISSUER or provider_id != settings.COMPANY:
        raise Http404
    provider = get_adapter().get_provider(request, provider=provider_id)
    provider.oauth2_adapter_class = Exchange
    return provider


def _failed(request: HttpRequest, provider: Any, error: Exception) -> HttpResponse:
    fields = {"error": type(error).__name__}
    _logger.warning("sign-in through the provider failed", extra={"fields": fields})
    response: HttpResponse = render_authentication_error(request, provider, exception=error)
    return response
