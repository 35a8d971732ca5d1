from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from dashboard.forms.base import VerbForm
from dashboard.models import Role
from dashboard.permissions import RANK, Grant, Rights
from oauth.environments import Environment
from registration.models import Programmer

EVERY_PROGRAMMER = "*"
ALL_ENVIRONMENTS = "all"
ROLES = {
    Role.VIEWER: _("Viewer: reads"),
    Role.EDITOR: _("Editor: changes and pushes, issues and downloads statements, closes applications"),
    Role.TAM: _("TAM: also revokes, suspends, reinstates, grants privileged APIs, invites viewers and editors"),
    Role.ADMIN: _("Admin: a TAM of every programmer, who also makes TAMs and admins"),
}


class InvitationForm(VerbForm):
    """Who is invited, and to what. It offers what the inviter may give; the verb decides."""

    needed: ClassVar[frozenset[str]] = frozenset({"email"})

    email = forms.CharField(
        label=_("E-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"spellcheck": "false"}),
    )
    role = forms.ChoiceField(label=_("Role"), required=False, widget=forms.RadioSelect)
    programmer = forms.MultipleChoiceField(label=_("Programmers"), required=False, widget=forms.CheckboxSelectMultiple)
    environment = forms.MultipleChoiceField(
        label=_("Environments"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, rights: Rights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keeps = [grant for grant in rights.grants if RANK[grant.role] >= RANK[Role.TAM]]
        admin = rights.anywhere(Role.ADMIN)
        self._offer("role", [(role.value, ROLES[role]) for role in Role if admin or RANK[role] < RANK[Role.TAM]])
        programmers = programmers_kept(rights)
        every = [(EVERY_PROGRAMMER, _("Every programmer (TAMs and admins)"))] if admin else []
        self._offer("programmer", [*every, *sorted(programmers.items(), key=lambda item: item[1].casefold())])
        everywhere = any(not grant.environment for grant in keeps)
        here = {grant.environment for grant in keeps}
        words = [(each.value, each.label) for each in Environment if everywhere or each.value in here]
        self._offer("environment", [(ALL_ENVIRONMENTS, _("All environments")), *words] if everywhere else words)

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        """What can be chosen; where there is but one choice, it is made."""
        field = self.fields[name]
        field.choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            field.initial = choices[0][0] if name == "role" else [choices[0][0]]

    def clean(self) -> dict[str, Any]:
        """Says all that is missing at once; what is wrong is the verb's to say."""
        missing = {
            "email": _("Enter an e-mail address, such as lee@example.com."),
            "role": _("Choose a role."),
            "programmer": _("Choose at least one programmer."),
            "environment": _("Choose at least one environment."),
        }
        for name, words in missing.items():
            if name not in self.errors and not self.cleaned_data.get(name):
                self.add_error(name, words)
        return self.cleaned_data

    def memberships(self) -> list[Grant]:
        """One for each programmer in each environment; all environments swallow the single ones."""
        sent = self.parsed
        environments = [""] if ALL_ENVIRONMENTS in sent["environment"] else sent["environment"]
        programmers = ["" if each == EVERY_PROGRAMMER else each for each in sent["programmer"]]
        return [Grant(each, Role(sent["role"]), word) for each in programmers for word in environments]


def programmers_kept(rights: Rights) -> dict[str, str]:
    """The names of the programmers whose people one may keep, by their case-folded id."""
    keeps = {grant.programmer for grant in rights.grants if RANK[grant.role] >= RANK[Role.TAM]}
    found = Programmer.objects.live()
    if "" not in keeps:
        found = found.filter(id_key__in=keeps)
    return dict(found.order_by("pk").values_list("id_key", "display_name"))


class AcceptanceForm(VerbForm):
    """What somebody new says of themselves. A person who is known here has nothing to fill in."""

    needed: ClassVar[frozenset[str]] = frozenset({"password"})

    name = forms.CharField(label=_("Your name"), required=False, max_length=150)
    password = forms.CharField(
        label=_("Choose a password"),
        required=False,
        strip=False,
        max_length=4096,
        help_text=_("At least 12 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        if known:
            self.fields.clear()
