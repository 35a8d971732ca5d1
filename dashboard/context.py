"""What the frame of every page shows, asked of the database only where a template shows it."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dashboard import counting, drafts, fleet, permissions
from dashboard.models import RevocationRequest, Role
from dashboard.permissions import Rights
from oauth.environments import Environment
from registration.models import Channel, Programmer, RegisteredApplication

THEME_COOKIE = "theme"
THEMES = ("light", "dark")
_BLURBS = {
    Environment.PREQUAL_STAGING: _("New builds against MVPD staging endpoints"),
    Environment.PREQUAL_PRODUCTION: _("Check every change here before it goes live"),
    Environment.RELEASE_STAGING: _("Live build against MVPD staging endpoints"),
    Environment.RELEASE_PRODUCTION: _("Live. Changes reach viewers at once"),
}


@dataclass(frozen=True)
class Place:
    """One line of the environment switch."""

    environment: Environment
    url: str

    @property
    def blurb(self) -> str:
        return str(_BLURBS[self.environment])

    @property
    def short(self) -> str:
        """Its dot's class: the initials, as in `rp`."""
        return "".join(word[0] for word in self.environment.value.split("-"))


class Shell:
    """The frame: where one is, where one may go, and how it should look."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        theme = request.COOKIES.get(THEME_COOKIE, "")
        self.theme = theme if theme in THEMES else "auto"

    @cached_property
    def rights(self) -> Rights:
        return permissions.of_request(self._request) if hasattr(self._request, "user") else permissions.NOBODY

    @cached_property
    def environment(self) -> Environment | None:
        """The URL's environment, else the last one visited, the server's own, or the first; None where one has none."""
        mine = self.rights.environments
        named = getattr(self._request.resolver_match, "kwargs", {}).get("environment")
        last = self._request.session.get("environment") if mine else None
        wished = (named, last, settings.DEFAULT_ENVIRONMENT)
        return next((Environment(word) for word in wished if word in mine), mine[0] if mine else None)

    @cached_property
    def places(self) -> list[Place]:
        back = urlencode({"from": self._request.path})
        return [Place(each, f"{reverse('switch', args=[each.value])}?{back}") for each in self.rights.environments]

    @cached_property
    def section(self) -> str:
        """Which line of the rail is the current one."""
        match = self._request.resolver_match
        return match.func.__module__.rsplit(".", 1)[-1] if match else ""

    @cached_property
    def counts(self) -> dict[str, int]:
        if self.environment is None:
            return {}
        here, seen = self.environment.value, self.rights.seen
        return counting.of_each(
            programmers=Programmer.objects.live().filter(seen(here, "id_key")),
            channels=Channel.objects.live().filter(seen(here, "programmer__id_key")),
            applications=RegisteredApplication.objects.live().filter(seen(here, "programmer__id_key")),
            requests=RevocationRequest.objects.waiting().filter(seen(here, "application__programmer__id_key")),
        )

    @cached_property
    def draft(self) -> drafts.Mine:
        """What one has staged here."""
        if self.environment is None:
            return drafts.NOTHING
        return drafts.of_request(self._request, self.environment.value)

    @cached_property
    def pending(self) -> bool:
        """Whether the bar at the foot of the page tells of it: everywhere but where one reviews it."""
        return self.section != "draft" and len(self.draft) > 0

    @property
    def marks_draft(self) -> bool:
        """Whether the page marks in place what I changed. Asked at its foot, after all of it."""
        return drafts.is_marked(self._request)

    @property
    def hides_draft(self) -> bool:
        return drafts.is_hidden(self._request)

    @cached_property
    def risks(self) -> list[str]:
        """What deserves a second look in it, the riskiest first."""
        environment = self.draft.environment
        seen = [change for change in self.draft.risky if self.rights.role(environment, change.programmer)]
        return fleet.risks(seen, environment=environment)

    @cached_property
    def edits(self) -> bool:
        """Whether there is anything in the environment that one may change."""
        return self.environment is not None and self.rights.edits(self.environment.value)

    @cached_property
    def keeps_keys(self) -> bool:
        """Whether the rail leads to the signing keys: their page is for admins."""
        return self.environment is not None and self.rights.everywhere(Role.ADMIN, self.environment.value)

    @property
    def company(self) -> str:
        """Whose provider one may sign in through; empty where there is none."""
        return settings.OIDC_NAME if settings.OIDC_ISSUER else ""

    @cached_property
    def keeps_people(self) -> bool:
        """Whether the rail leads to People: its page is for TAMs and admins."""
        return self.rights.anywhere(Role.TAM)


def shell(request: HttpRequest) -> dict[str, Shell]:
    """The context processor. It also remembers the environment, for the next visit of `/`."""
    frame = Shell(request)
    named = getattr(request.resolver_match, "kwargs", {}).get("environment")
    if named in frame.rights.environments and request.session.get("environment") != named:
        request.session["environment"] = named
    return {"shell": frame}
