from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from dashboard.forms.base import ReasonForm


class NewSecretForm(ReasonForm):
    """Why a client gets a new secret, and how long the old one stays good."""

    grace = forms.TypedChoiceField(
        label=_("The old secret stays good for"),
        required=False,
        coerce=int,
        empty_value="24",
        initial=24,
        choices=[
            (0, _("No time: it may have leaked")),
            (1, _("1 hour")),
            (24, _("24 hours")),
            (168, _("7 days")),
            (720, _("30 days")),
        ],
    )
    field_order = ("grace", "reason")

    @property
    def lasting(self) -> timedelta:
        return timedelta(hours=int(self.parsed["grace"]))
