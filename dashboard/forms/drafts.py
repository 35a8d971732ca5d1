from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dashboard.forms.base import VerbForm


class DismissForm(VerbForm):
    """All of a change, or one property of several."""

    what = forms.ChoiceField(label=_("What goes"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, parts: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if parts:
            choices = [("", _("All of it")), *((name, _("Only: %s") % words) for name, words in parts.items())]
            self.fields["what"].choices = choices  # type: ignore[attr-defined]
            self.fields["what"].initial = ""
        else:
            del self.fields["what"]


class ResolveForm(VerbForm):
    """Which value of one conflict stays; `edit` keeps mine, to go on with it."""

    property = forms.CharField(required=False, max_length=100)
    keep = forms.ChoiceField(
        choices=[("mine", _("Mine")), ("theirs", _("Theirs")), ("edit", _("Edit"))], required=False
    )

    def clean_keep(self) -> str:
        if not self.cleaned_data["keep"]:
            raise forms.ValidationError(_("Choose which one stays."))
        return str(self.cleaned_data["keep"])


class ApproveForm(VerbForm):
    """`seen` is the digest of the draft that the page showed."""

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class EnvironmentForm(VerbForm):
    four_eyes = forms.BooleanField(
        label=_("A push needs the approval of somebody else"),
        required=False,
        help_text=_("The author asks, anyone else who may push all of it approves, and the author pushes."),
    )
