"""Forms of certificates and analytics configurations."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dashboard.entities.analytics import FIELDS, SCHEMAS
from dashboard.forms.base import ConfigurationForm
from registration import certificates


class CertificateUseForm(ConfigurationForm):
    used_for_user_metadata = forms.BooleanField(
        label=_("Use it to encrypt user metadata"),
        required=False,
        help_text=_("Whoever reads the metadata needs the private key. Several may be used at once, to renew one."),
    )

    def properties(self) -> dict[str, Any]:
        return {"used_for_user_metadata": self.cleaned_data["used_for_user_metadata"]}


class CertificateForm(CertificateUseForm):
    """A certificate, pasted or uploaded.

    Only what could be read as one is shown again, in its canonical form: anything else may hold a private key.
    """

    pem = forms.CharField(
        label=_("Certificate"),
        required=False,
        widget=forms.Textarea(
            attrs={
                "class": "input mono",
                "rows": "8",
                "spellcheck": "false",
                "autocomplete": "off",
                "data-unkept": True,
            }
        ),
        help_text=_("Paste one certificate, from “-----BEGIN CERTIFICATE-----” on. Never paste a private key."),
    )
    file = forms.FileField(
        label=_("Or its file"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pem,.crt,.cer,.der,.txt"}),
        help_text=_("PEM or DER."),
    )
    field_order = ("pem", "file", "used_for_user_metadata")

    def clean(self) -> dict[str, Any]:
        upload, pasted = self.cleaned_data.get("file"), self.cleaned_data.get("pem", "")
        name = "file" if upload else "pem"
        self.cleaned_data["pem"] = canonical = ""
        if upload and pasted.strip():
            self.add_error("file", _now("Paste it or choose its file, not both. Do one of the two again."))
        elif "pem" not in self.errors and "file" not in self.errors:
            try:
                canonical = certificates.check(upload.read(certificates.MOST + 1) if upload else pasted)
            except ValueError as refusal:
                self.add_error(name, str(refusal))
            else:
                self.cleaned_data["pem"] = canonical
        data = cast("QueryDict", self.data).copy()
        data["pem"] = canonical
        self.data = data
        return self.cleaned_data

    def properties(self) -> dict[str, Any]:
        return {"pem": self.cleaned_data["pem"], **super().properties()}


class AnalyticsForm(ConfigurationForm):
    event_forwarding = forms.BooleanField(label=_("Event forwarding"), required=False)
    tracking_server = forms.CharField(
        label=_("Tracking server"),
        required=False,
        widget=forms.TextInput(attrs={"class": "input mono", "spellcheck": "false"}),
        help_text=_("A host name, such as metrics.aurora.example. Needed for event forwarding."),
    )
    report_suite_id = forms.CharField(
        label=_("Report Suite ID"),
        required=False,
        widget=forms.TextInput(attrs={"class": "input mono", "spellcheck": "false"}),
        help_text=_("Needed for event forwarding."),
    )
    tracking_server_schema = forms.ChoiceField(
        label=_("Tracking server schema"), required=False, choices=[(word, word) for word in SCHEMAS]
    )
    report_suite_mapping_template = forms.CharField(
        label=_("Report suite mapping template"),
        required=False,
        widget=forms.Textarea(attrs={"class": "input mono", "rows": "3", "spellcheck": "false"}),
    )
    report_suite_confirmation_marker = forms.CharField(
        label=_("Report suite confirmation marker"),
        required=False,
        widget=forms.TextInput(attrs={"class": "input mono", "spellcheck": "false"}),
    )

    def properties(self) -> dict[str, Any]:
        given = {name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data}
        return {**given, "tracking_server_schema": given.get("tracking_server_schema") or SCHEMAS[0]}
