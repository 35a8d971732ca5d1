"""django-allauth's forms of passkeys, with what a browser answers read as strictly as the wire reads JSON."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.webauthn import forms as theirs
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms
from django.utils.translation import gettext_lazy as _

from dashboard.forms.base import StrictDecoder

NAME_MOST = 100
# What the libraries raise for what no authenticator would answer, or for a signature that is not the key's.
_BROKEN = (
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    InvalidSignature,
    UnsupportedAlgorithm,
)


@contextmanager
def _refusing() -> Iterator[None]:
    """A credential that cannot be read is refused as a wrong one is."""
    try:
        yield
    except _BROKEN:
        raise forms.ValidationError(_("This passkey is not known here.")) from None


class CredentialField(forms.JSONField):
    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(decoder=StrictDecoder)

    def clean(self, value: Any) -> dict[str, Any]:
        """An object that holds something: of what is empty django-allauth believes that it was checked."""
        credential = super().clean(value)
        if not isinstance(credential, dict) or not credential:
            raise forms.ValidationError(_("This passkey is not known here."))
        return credential


class _Checked:
    def clean_credential(self) -> Any:
        with _refusing():
            return super().clean_credential()  # type: ignore[misc]


class LoginForm(_Checked, theirs.LoginWebAuthnForm):
    credential = CredentialField()


class AuthenticateForm(_Checked, theirs.AuthenticateWebAuthnForm):
    credential = CredentialField()


class ReauthenticateForm(_Checked, theirs.ReauthenticateWebAuthnForm):
    credential = CredentialField()


class AddForm(theirs.AddWebAuthnForm):
    name = forms.CharField(label=_("Name"), required=False, max_length=NAME_MOST)
    credential = CredentialField()
    passwordless = forms.BooleanField(label=_("Sign in with it alone, without a password"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"passwordless": True, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        with _refusing():
            cleaned: dict[str, Any] = super().clean()
        return cleaned


class RenameForm(theirs.EditWebAuthnForm):
    name = forms.CharField(label=_("Name"), max_length=NAME_MOST)
