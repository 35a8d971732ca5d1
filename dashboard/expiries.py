"""How long certificates still hold: words for each, and a notice ahead for those that are used."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboard.permissions import Rights
from registration.models import Certificate

# A notice goes out this many days ahead, and gets more urgent at each.
AHEAD = (7, 30, 60)


@dataclass(frozen=True)
class Validity:
    """What a page says of a certificate: a tone of the badges, and words. `is_over` is whether it has expired."""

    tone: str
    words: str
    is_over: bool = False


@dataclass(frozen=True)
class Notice:
    """A certificate that is used and about to expire within `ahead` days, or has expired (0)."""

    certificate: Certificate
    validity: Validity
    ahead: int


def validity(certificate: Certificate, now: datetime) -> Validity:
    if certificate.not_after <= now:
        return Validity("bad", _("Expired"), is_over=True)
    if certificate.not_before > now:
        return Validity("warn", _("Not valid yet"))
    days = (certificate.not_after - now).days
    if days >= max(AHEAD):
        return Validity("ok", _("Valid"))
    words = ngettext("Expires in %(days)s day", "Expires in %(days)s days", days) % {"days": days}
    return Validity("bad" if days < min(AHEAD) else "warn", words if days else _("Expires within a day"))


def expiring(rights: Rights, environment: str, now: datetime | None = None) -> list[Notice]:
    """The used certificates of what one may see that expire within 60 days or have expired, the soonest first.

    One query, however many there are. The clock is this process's: a notice of weeks may be a second off.
    """
    now = now or datetime.now(UTC)
    found = Certificate.objects.live().filter(
        rights.seen(environment, "programmer__id_key"),
        used_for_user_metadata=True,
        not_after__lt=now + timedelta(days=max(AHEAD)),
    )
    rows = found.select_related("programmer", "channel").order_by("not_after", "pk")
    return [Notice(row, validity(row, now), _ahead(row, now)) for row in rows]


def _ahead(certificate: Certificate, now: datetime) -> int:
    if certificate.not_after <= now:
        return 0
    return next(days for days in AHEAD if certificate.not_after < now + timedelta(days=days))
