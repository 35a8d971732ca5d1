from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dashboard import profiles
from dashboard.forms.base import VerbForm


class ProfileForm(VerbForm):
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=150,
        help_text=_("What others read beside your changes. Without one they read your e-mail address."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        help_text=_("Instants on all pages are in this zone. What you type stays in UTC where the field says so."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["time_zone"].choices = _by_area()  # type: ignore[attr-defined]


def _by_area() -> list[tuple[str, Any]]:
    """UTC, then a group for each area of the world."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in profiles.zones()[1:]:
        area, _slash, place = name.partition("/")
        groups.setdefault(area, []).append((name, place.replace("_", " ")))
    return [("UTC", "UTC"), *groups.items()]
