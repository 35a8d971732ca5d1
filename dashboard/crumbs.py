"""Where a page lies: the links above its title."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from registration.models import Certificate, Channel, Programmer, RegisteredApplication


@dataclass(frozen=True)
class Crumb:
    label: str
    url: str = ""


def page(name: str, row: Programmer | Channel) -> str:
    """The page of a programmer or a channel with this name; what lives in a draft only has one, where it is edited."""
    if row.pk:
        return reverse(name, args=[row.environment, row.public_id])
    return reverse("draft-change-edit", args=[row.environment, row.staged_as])  # type: ignore[union-attr]


def certificate(name: str, row: Certificate) -> str:
    """The page of a certificate with this name, or (`certificates`) the tab that it stands in."""
    owner, of = (row.channel, "channel") if row.channel else (row.programmer, "programmer")
    own = [] if name == "certificates" else [row.sha256]
    return reverse(f"{of}-{name}", args=[row.environment, owner.public_id, *own])


def programmers(environment: str) -> list[Crumb]:
    return [Crumb(_("Programmers"), reverse("programmers", args=[environment]))]


def of_programmer(programmer: Programmer) -> list[Crumb]:
    url = page("programmer", programmer)
    return [*programmers(programmer.environment), Crumb(programmer.display_name, url)]


def of_channel(channel: Channel) -> list[Crumb]:
    url = page("channel", channel)
    return [*of_programmer(channel.programmer), Crumb(channel.display_name, url)]


def of_application(application: RegisteredApplication) -> list[Crumb]:
    programmer = application.programmer
    within = reverse("programmer-applications", args=[programmer.environment, programmer.public_id])
    url = reverse("application", args=[application.environment, application.software_id])
    return [
        *of_programmer(programmer),
        Crumb(_("Registered applications"), within),
        Crumb(f"{application.name} {application.version}", url),
    ]
