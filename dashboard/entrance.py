"""How people get in: what django-allauth asks of us, and whom the sessions' cookies stand for."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from dashboard import people, sessions
from oauth import sealing, throttling


class Backend(AuthenticationBackend):
    """Reads whoever is signed in together with their profile, since every page speaks in their time zone."""

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.select_related("profile").filter(pk=user_id, is_active=True).first()


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up, and no link is built from what a request says of its host."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def clean_email(self, email: str) -> str:
        return email.lower()

    def format_email_subject(self, subject: str) -> str:
        return subject

    def get_reset_password_from_key_url(self, key: str) -> str:
        return people.reset_url(key)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("account_login")

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that sign-in is throttled by: behind a proxy of ours, the one that it forwards."""
        return throttling.address_of(request.META)

    def is_safe_url(self, url: str) -> bool:
        """Whether one may be sent there after sign-in: this host only, and no hosts of the protocol."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts={self.request.get_host()})

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        if isinstance(user, User):
            sessions.began(request)
            people.record_sign_in(user, request_id=getattr(request, "request_id", ""))
        return response


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are encrypted at rest, as the signing keys are."""

    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys are of the configured host, whatever a request says of its own."""
        return {"id": str(urlsplit(settings.PUBLIC_URL).hostname), "name": "TVE Dashboard"}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Passkey") if number == 1 else _("Passkey %d") % number
