from typing import Any

from dashboard import revocations
from dashboard.management.operator import StateCommand, find
from oauth.audit import Actor
from registration.applications import state_of


class Command(StateCommand):
    help = "Revoke an application: it is refused everywhere from the next request on."

    def act(self, by: Actor, **options: Any) -> str:
        application = find(options["application"], options["environment"])
        row = revocations.revoke(application, reason=options["reason"], by=by)
        return f"{row.path} in {row.environment} is {state_of(row).in_words}."
