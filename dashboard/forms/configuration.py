"""Forms of programmers, channels, domains and custom schemes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dashboard.forms.base import ConfigurationForm, VerbForm


def _mono() -> forms.TextInput:
    return forms.TextInput(attrs={"class": "input mono", "spellcheck": "false"})


class ProgrammerForm(ConfigurationForm):
    needed = frozenset({"public_id", "display_name"})

    public_id = forms.CharField(
        label=_("Programmer ID"),
        required=False,
        widget=_mono(),
        help_text=_("Letters, digits and . _ ~ -, for good. The same ID in another environment is the same company."),
    )
    display_name = forms.CharField(label=_("Display name"), required=False)

    def __init__(self, *args: Any, exists: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if exists:
            del self.fields["public_id"]

    def properties(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("public_id", "display_name") if name in self.fields}


class ChannelForm(ConfigurationForm):
    needed = frozenset({"public_id", "display_name"})

    public_id = forms.CharField(
        label=_("Channel ID"),
        required=False,
        widget=_mono(),
        help_text=_("What apps send as service provider or requestor. Letters, digits and . _ ~ -, for good."),
    )
    display_name = forms.CharField(label=_("Display name"), required=False)
    default_redirect_url = forms.CharField(
        label=_("Default redirect URL"),
        required=False,
        widget=_mono(),
        help_text=_("Given to a client that registers without one, where its application covers only this channel."),
    )
    error_reporting = forms.BooleanField(
        label=_("Detailed error reporting"),
        required=False,
        help_text=_("Whether older SDKs tell the app of this channel the exact reason of an error."),
    )

    def __init__(self, *args: Any, exists: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if exists:
            del self.fields["public_id"]

    def properties(self) -> dict[str, Any]:
        names = ("public_id", "display_name", "default_redirect_url", "error_reporting")
        return {name: self.cleaned_data[name] for name in names if name in self.fields}


class DomainForm(ConfigurationForm):
    needed = frozenset({"host"})

    host = forms.CharField(
        label=_("Domain"),
        required=False,
        widget=_mono(),
        help_text=_(
            "A host name such as live.aurora.example, without https:// and path. It covers its subdomains too: do not "
            "add one below a domain that is there already."
        ),
    )


class SchemeForm(ConfigurationForm):
    """A new scheme is generated; a TAM may enter one that shipped apps already use."""

    label = forms.CharField(
        label=_("Label"), required=False, help_text=_("Which app uses it, such as Aurora Live for Android.")
    )
    scheme = forms.CharField(
        label=_("Existing scheme"),
        required=False,
        widget=_mono(),
        help_text=_("Only for a scheme that shipped apps already use. Leave empty to have one generated."),
    )

    def __init__(self, *args: Any, may_enter: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_enter:
            del self.fields["scheme"]

    def properties(self) -> dict[str, Any]:
        """An empty scheme is one to be generated."""
        return {
            name: value for name, value in self.cleaned_data.items() if name == "label" or (name == "scheme" and value)
        }


class RemovalForm(ConfigurationForm):
    """Nothing to type: one is asked once more."""


class PushForm(VerbForm):
    """What the changes log will say, and which draft the page showed, with which changes (their digest)."""

    needed = frozenset({"description"})

    draft = forms.UUIDField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    description = forms.CharField(
        label=_("Description for the changes log"),
        required=False,
        max_length=2000,
        help_text=_("Say why. It is what people read in the changes log."),
    )
