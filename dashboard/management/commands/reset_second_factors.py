from typing import Any

from django.core.management.base import CommandParser

from dashboard import people, second_factors
from dashboard.management.operator import OperatorCommand
from oauth.audit import Actor


class Command(OperatorCommand):
    help = "Take every second factor away from somebody who has lost theirs, so that they can enrol anew."

    def add_arguments(self, parser: CommandParser) -> None:
        # Not super(): a person is of no environment.
        parser.add_argument("email")
        parser.add_argument("--reason", required=True, help="kept in the audit log")

    def act(self, by: Actor, **options: Any) -> str:
        user = people.by_email(options["email"])
        if user is None:
            raise LookupError(f"There is no person {options['email']}.")
        second_factors.reset(user, reason=options["reason"], by=by)
        return f"{user.email} signs in without a second factor now, and should enrol another at once."
