"""Forms parse and show; verbs decide. What a verb refuses is shown at its field, or on top where it has none."""

import json
from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from dashboard.models import Change
from oauth import bodies
from oauth.problems import Invalid
from registration import states


class StrictDecoder(json.JSONDecoder):
    """As the wire reads JSON: without this, deep nesting, long numbers and half surrogates end in a 500."""

    def decode(self, text: str, *_: Any) -> Any:
        try:
            return bodies.load_json(text)
        except bodies.Malformed as error:
            raise json.JSONDecodeError(error.description, text, 0) from None


class VerbForm(forms.Form):
    """A form in front of one verb.

    No field is required here: the verb says what is missing, all of it at once and in its own words. `needed` names the
    fields that are marked as such on the page.
    """

    needed: ClassVar[frozenset[str]] = frozenset()
    stages: ClassVar[bool] = False  # what it takes waits in a draft, which its page says
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome: Any = None
        self.parsed: dict[str, Any] = {}
        for name, field in self.fields.items():
            attributes = field.widget.attrs
            if isinstance(field.widget, forms.Select) and not isinstance(field.widget, forms.RadioSelect):
                attributes.setdefault("class", "select")
            elif not isinstance(field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple | forms.RadioSelect):
                attributes.setdefault("class", "input")
                attributes.setdefault("autocomplete", "off")
            if name in self.needed:
                attributes["aria-required"] = "true"

    def full_clean(self) -> None:
        """Also keeps what was read: an error that a verb adds takes its field out of `cleaned_data`."""
        super().full_clean()
        self.parsed = dict(getattr(self, "cleaned_data", {}))

    def carries_out(self, verb: Callable[[], Any]) -> bool:
        """Whether what was sent could be read and the verb took it; its answer is `outcome`."""
        if not self.is_valid():
            return False
        try:
            self.outcome = verb()
        except Invalid as problem:
            for name, messages in problem.messages.items():
                self.add_error(name if name in self.fields else None, messages)
            return False
        return True


class ConfigurationForm(VerbForm):
    """A form that stages. `seen` holds the properties as the page showed them: only what differs from that is a change,
    and where it is another by the time of the push, that is a conflict and nothing is overwritten.
    """

    stages = True

    seen = forms.JSONField(required=False, decoder=StrictDecoder, widget=forms.HiddenInput)

    def __init__(self, *args: Any, showing: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = showing or {}
        self.change: Change | None = None

    @property
    def original(self) -> dict[str, Any] | None:
        seen = self.parsed.get("seen")
        return seen if isinstance(seen, dict) and seen else None


class ReasonForm(VerbForm):
    """Why a state is changed and, where it could hurt, the name typed once more."""

    needed = frozenset({"reason", "confirmation"})

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"placeholder": _("Kept in the history, for everyone who may see it")}),
    )
    confirmation = forms.CharField(
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs={"class": "input mono", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, type_in: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type_in = type_in
        if type_in:
            self.fields["confirmation"].label = _("Type “%(name)s” to confirm") % {"name": type_in}
        else:
            del self.fields["confirmation"]

    def clean_reason(self) -> str:
        """As every verb that takes one reads it, here already, so that a missing name is told with it."""
        try:
            return states.reason_of(self.cleaned_data["reason"])
        except Invalid as problem:
            raise forms.ValidationError(problem.messages["reason"]) from None

    def clean_confirmation(self) -> str:
        typed = str(self.cleaned_data["confirmation"])
        if " ".join(typed.split()) != " ".join(self.type_in.split()):
            raise forms.ValidationError(_("Type the name exactly as shown: “%(name)s”.") % {"name": self.type_in})
        return typed
