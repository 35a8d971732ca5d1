from datetime import UTC, datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from dashboard.forms.base import VerbForm


class StatementForm(VerbForm):
    """When a new statement expires. The instant is typed and shown in UTC."""

    expires_at = forms.DateTimeField(
        label=_("Expires (UTC)"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "class": "input"}),
        help_text=_(
            "Leave empty for one that never expires. When it expires nobody new can register; clients that did go on."
        ),
    )

    @property
    def expires_at_utc(self) -> datetime | None:
        value: datetime | None = self.parsed.get("expires_at")
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value
