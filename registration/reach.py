"""How far an application reaches: what it names by value counts only where it lives now."""

from collections.abc import Sequence
from dataclasses import dataclass

from oauth.prepared import fetch_all
from registration import redirects
from registration.errors import InvalidRedirectURI
from registration.models import RegisteredApplication

# What lives now, in one question: covered channels with their default redirect URL, their domains, usable schemes.
_LIVE = """
SELECT 'channel', c.id, c.id_key, c.default_redirect_url FROM registration_channel c
 WHERE c.programmer_id = %(programmer)s AND c.removed_in IS NULL
UNION ALL
SELECT 'domain', d.channel_id, d.host, '' FROM registration_domain d
  JOIN registration_channel c ON c.id = d.channel_id
 WHERE c.programmer_id = %(programmer)s AND c.removed_in IS NULL AND d.removed_in IS NULL
UNION ALL
SELECT 'scheme', s.channel_id, s.scheme_key, '' FROM registration_customscheme s
 WHERE s.programmer_id = %(programmer)s AND s.removed_in IS NULL AND NOT s.retired
"""


@dataclass(frozen=True)
class Reach:
    """The channels and domains that an application names. `programmer` is a primary key."""

    programmer: int
    all_channels: bool
    channels: list[str]
    domains: list[str]

    @classmethod
    def of(cls, application: RegisteredApplication) -> "Reach":
        return cls(
            application.programmer_id, application.all_channels, list(application.channels), list(application.domains)
        )

    def covers(self, id_key: str) -> bool:
        return self.all_channels or id_key in self.channels


def redirect_uris(reach: Reach, asked: Sequence[str] | None, *, strict: bool) -> tuple[tuple[str, ...], list[str]]:
    """The redirect URIs to register, and what allowed each. What an application names counts only where it lives.

    `strict` leaves out what only shipped apps need: fragments and `adobepass://`. Without `asked`, the default redirect
    URL of the one channel that is covered, if it passes. Raises InvalidRedirectURI.
    """
    rows = fetch_all(_LIVE, {"programmer": reach.programmer})
    covered = {pk: url for kind, pk, key, url in rows if kind == "channel" and reach.covers(key)}
    hosts = {key for kind, channel, key, _ in rows if kind == "domain" and channel in covered and key in reach.domains}
    schemes = {key for kind, channel, key, _ in rows if kind == "scheme" and (channel is None or channel in covered)}

    def check(uri: str) -> str:
        return redirects.check(
            uri, domains=hosts, schemes=schemes, allow_fragment=not strict, allow_adobepass=not strict
        )

    if asked is not None:
        return tuple(asked), [check(uri) for uri in asked]
    default = next(iter(covered.values())) if len(covered) == 1 else ""
    try:
        return ((default,), [check(default)]) if default else ((), [])
    except InvalidRedirectURI:
        return (), []
