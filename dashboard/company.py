"""Sign-in through the company's OpenID provider: for people who are here already, and nobody is added by it.

django-allauth does the exchange (OpenID Connect Core 1.0, code flow with PKCE). The ID token comes straight from the
provider, so its signature need not be checked again (section 3.1.3.7); its issuer, audience and expiry are.
"""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse

from dashboard import people


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Whoever comes is the person with the same address, where the provider says that it verified that address."""

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        for email in _verified(sociallogin):
            user = people.by_email(email)
            if user is not None:
                return user, email
        return None

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never: a stranger is told whom to ask."""
        context = {"emails": [each.email for each in sociallogin.email_addresses], "verified": _verified(sociallogin)}
        raise ImmediateHttpResponse(render(request, "socialaccount/stranger.html", context, status=403))


def _verified(sociallogin: SocialLogin) -> list[str]:
    """Some providers write the claim as a word: `"false"` is no yes."""
    return [each.email for each in sociallogin.email_addresses if each.verified in {True, "true"}]


class Exchange(OpenIDConnectOAuth2Adapter):
    """What passes between the provider and us. Raises OAuth2Error for an answer that is not the provider's own."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """Its metadata, which must name the issuer that was asked (OpenID Connect Discovery 1.0, section 4.3)."""
        found: dict[str, Any] = super().openid_config
        if str(found.get("issuer", "")).rstrip("/") != settings.OIDC_ISSUER:
            raise OAuth2Error("The metadata are another issuer's.")
        return found

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        """The claims of userinfo count for the subject of the ID token alone (Core, section 5.3.2)."""
        id_token = kwargs["response"].get("id_token")
        if not id_token:
            raise OAuth2Error("There is no ID token.")
        data = {"id_token": self._decode_id_token(app, id_token), "userinfo": self._fetch_user_info(token.token)}
        if data["userinfo"].get("sub") != data["id_token"].get("sub"):
            raise OAuth2Error("The claims are about somebody else.")
        provider: Any = self.get_provider()  # type: ignore[no-untyped-call]
        login: SocialLogin = provider.sociallogin_from_response(request, data)
        return login

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:  # noqa: ARG002
        """Of the configured host, never of what a request says of its own."""
        return settings.PUBLIC_URL + reverse("openid_connect_callback", args=[self.provider_id])
