"""What hangs on a signing key, and taking a compromised one out of use with all that it signed."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Count, Exists, OuterRef

from oauth import feed, keys
from oauth.audit import Actor
from oauth.feed import Announcement
from oauth.models import SigningKey
from oauth.problems import Invalid
from registration import states
from registration.models import Client, RegisteredApplication, SoftwareStatement

MOST_CLIENTS = 10_000


@dataclass(frozen=True)
class BlastRadius:
    """What would be refused without a key: statements, their applications, and the clients that registered with them.

    The count of clients stops one above `MOST_CLIENTS`.
    """

    statements: int = 0
    applications: int = 0
    clients: int = 0


def blast_radius(key: SigningKey) -> BlastRadius:
    """What still hangs on a key: nothing revoked or deleted already. A token key has no statements."""
    if key.purpose != keys.Purpose.STATEMENT:
        return BlastRadius()
    statements = SoftwareStatement.objects.filter(signing_key=key, revoked_at=None)
    applications = RegisteredApplication.objects.filter(pk__in=statements.values("application"), removed_in=None)
    # The index on clients is by application: a key that signed little must not read every client there is.
    clients = Client.objects.filter(
        application__in=statements.values("application"), statement__in=statements, revoked_at=None, deleted_at=None
    )
    return BlastRadius(statements.count(), applications.count(), clients[: MOST_CLIENTS + 1].count())


def statements_by_key(environment: str) -> dict[int, int]:
    """How many statements each key of the environment still verifies, by its primary key, in one query."""
    rows = SoftwareStatement.objects.filter(environment=environment, revoked_at=None)
    return dict(rows.values("signing_key").annotate(number=Count("pk")).values_list("signing_key", "number"))


@transaction.atomic
def withdraw(key: SigningKey, *, reason: str, by: Actor) -> SigningKey | None:
    """`keys.withdraw`, with a reason as every change of state has one, and with what it cut off in the audit entry.

    A withdrawn statement key is the revocation of every statement that it signed. Raises Invalid.
    """
    reason = states.reason_of(reason)
    if key.purpose != keys.Purpose.STATEMENT:
        return keys.withdraw(key, reason=reason, by=by)
    successor = keys.withdraw(key, reason=reason, by=by, **asdict(blast_radius(key)))
    # Of a statement that nobody registered with, no token can be.
    registered = Exists(Client.objects.filter(application=OuterRef("application"), statement=OuterRef("pk")))
    cut_off = SoftwareStatement.objects.filter(registered, signing_key=key).order_by("pk")
    told = [
        Announcement(feed.Kind.STATEMENT, str(pk), feed.State.REVOKED) for pk in cut_off.values_list("pk", flat=True)
    ]
    feed.announce(*told, environment=key.environment)
    return successor


def find(environment: str, kid: str) -> SigningKey:
    """The key of this id. Raises Invalid where the environment has none."""
    key = SigningKey.objects.filter(environment=environment, kid=kid).first()
    if key is None:
        raise Invalid({"kid": [f"There is no signing key {kid} in {environment}."]})
    return key
