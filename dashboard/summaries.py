"""An application's access in one plain sentence, and where the choice is wider than most apps need."""

from typing import Any

from django.utils.translation import gettext as _

from dashboard.forms.applications import AccessForm
from registration import platforms, scopes
from registration.platforms import Platform


def sentence(form: AccessForm, name: str) -> str:
    """What the boxes allow. Asked of a form whose input could be read."""
    chosen = form.properties()
    names = {channel.id_key: channel.display_name for channel in form.offer.channels}
    apis = _listed(scopes.api_names(chosen["scopes"]))
    if not apis:
        return _("%(name)s may call no API yet: choose at least one.") % {"name": name}
    if scopes.PRIVILEGED.intersection(chosen["scopes"]) and not chosen["platforms"]:
        return _("%(name)s may call %(apis)s from servers, for %(channels)s.") % {
            "name": name,
            "apis": apis,
            "channels": _channels(chosen, names),
        }
    return _(
        "%(name)s may register on %(platforms)s, for %(channels)s, come back to %(domains)s, and call %(apis)s."
    ) % {
        "name": name,
        "platforms": _listed(platforms.labels(chosen["platforms"])) or _("no platform yet"),
        "channels": _channels(chosen, names),
        "domains": _listed(chosen["domains"]) or _("no domain yet"),
        "apis": apis,
    }


def wider(form: AccessForm) -> list[str]:
    """What is wider than the narrowest that works, each with what it means."""
    chosen, warnings = form.properties(), []
    if chosen["all_channels"]:
        warnings.append(_("All channels: also those that are added later. Choose channels unless the app needs all."))
    if set(chosen["platforms"]) == set(Platform.values):
        warnings.append(_("Every platform: one statement then works in every app. One application per app is safer."))
    elif Platform.UNIDENTIFIED in chosen["platforms"]:
        warnings.append(_("Unidentified: any device that does not say what it is may register."))
    if scopes.PRIVILEGED.intersection(chosen["scopes"]):
        warnings.append(
            _("A privileged API: keep the statement on servers, never in an app. It expires after 24 hours.")
        )
    return warnings


def _channels(chosen: dict[str, Any], names: dict[str, str]) -> str:
    if chosen["all_channels"]:
        return _("all channels, also later ones")
    picked: list[str] = chosen["channels"]
    if len(picked) == 1:
        return _("%s only") % names.get(picked[0], picked[0])
    return _listed([names.get(key, key) for key in picked]) or _("no channel yet")


def _listed(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}
