"""What the audit log calls an application and what belongs to it: one spelling for every verb."""

from typing import Any

from oauth.audit import Event
from registration.models import RegisteredApplication


def about(
    application: RegisteredApplication,
    event: str,
    *,
    kind: str = "application",
    key: str = "",
    reason: str = "",
    **data: Any,
) -> Event:
    """An entry about the application, or about something of it: `kind` and `key` then say what.

    It is its programmer's, and called by the application's name. What belongs to an application tells its software id
    as well, by which the application's history finds it.
    """
    software_id = str(application.software_id)
    owner = {} if kind == "application" else {"application": software_id}
    return Event(
        event,
        programmer=application.programmer_public_id.casefold(),
        kind=kind,
        key=key or software_id,
        label=str(application),
        reason=reason,
        data={**owner, **data},
    )
