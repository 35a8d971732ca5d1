from typing import Any

from django.core.management.base import CommandParser

from dashboard import people
from dashboard.management.operator import OperatorCommand
from dashboard.models import Role
from dashboard.permissions import Grant
from oauth.audit import Actor
from oauth.environments import Environment


class Command(OperatorCommand):
    help = "Make a person, and print a link (for three days, once) that sets their password, and nothing else."

    def add_arguments(self, parser: CommandParser) -> None:
        # Not super(): a person's roles hold in every environment unless some are named.
        parser.add_argument("email")
        parser.add_argument("--role", choices=Role.values, required=True)
        parser.add_argument(
            "--programmer",
            action="append",
            default=[],
            metavar="ID",
            help="repeatable; TAMs and admins: every one",
        )
        parser.add_argument(
            "--environment",
            action="append",
            default=[],
            choices=Environment.values,
            help="repeatable; without it: all",
        )
        parser.add_argument("--name", default="")

    def act(self, by: Actor, **options: Any) -> str:
        memberships = [
            Grant(programmer, Role(options["role"]), environment)
            for programmer in options["programmer"] or [""]
            for environment in options["environment"] or [""]
        ]
        _, link = people.create_person(email=options["email"], memberships=memberships, name=options["name"], by=by)
        return link
