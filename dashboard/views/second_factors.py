"""django-allauth's pages of second factors, each of which writes its audit entry in the transaction of the change."""

from typing import Any, ClassVar

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, EditWebAuthnView, RemoveWebAuthnView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.views.generic import RedirectView

from dashboard import permissions, second_factors

Type = Authenticator.Type


class _Recorded:
    event: ClassVar[str]
    type: ClassVar[Type]
    request: HttpRequest

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        data = self.said(form)
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        by = permissions.actor(self.request)
        second_factors.record(self.event, self.request.user, type=self.type, by=by, **data)  # type: ignore[arg-type]
        return response

    def said(self, _form: Any) -> dict[str, Any]:
        """What else the entry keeps, read before the change."""
        return {}


class ActivateApp(_Recorded, ActivateTOTPView):
    event, type = "second_factor:add", Type.TOTP


class DeactivateApp(_Recorded, DeactivateTOTPView):
    event, type = "second_factor:remove", Type.TOTP


class RenewCodes(_Recorded, GenerateRecoveryCodesView):
    event, type = "second_factor:renew", Type.RECOVERY_CODES


class AddPasskey(_Recorded, AddWebAuthnView):
    event, type = "second_factor:add", Type.WEBAUTHN

    def said(self, form: Any) -> dict[str, Any]:
        return {"name": form.cleaned_data["name"]}


class RenamePasskey(_Recorded, EditWebAuthnView):
    event, type = "second_factor:rename", Type.WEBAUTHN
    success_url = reverse_lazy("profile")

    def said(self, form: Any) -> dict[str, Any]:
        return {"name": [self.object.data["name"], form.cleaned_data["name"]]}


class RemovePasskey(_Recorded, RemoveWebAuthnView):
    event, type = "second_factor:remove", Type.WEBAUTHN
    success_url = reverse_lazy("profile")

    def said(self, _form: Any) -> dict[str, Any]:
        return {"name": self.object.data["name"]}


# django-allauth leads back to its overview by this name. Ours is on the profile.
overview = RedirectView.as_view(pattern_name="profile")
