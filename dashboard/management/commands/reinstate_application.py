from typing import Any

from dashboard.management.operator import StateCommand, find
from oauth.audit import Actor
from registration import applications
from registration.applications import state_of


class Command(StateCommand):
    help = "Reinstate an application: its highest state is cleared."

    def act(self, by: Actor, **options: Any) -> str:
        application = find(options["application"], options["environment"])
        row = applications.reinstate(application, reason=options["reason"], as_tam=True, by=by)
        return f"{row.path} in {row.environment} is {state_of(row).in_words}."
