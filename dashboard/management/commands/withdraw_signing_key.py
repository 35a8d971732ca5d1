from typing import Any

from django.core.management.base import CommandError, CommandParser

from dashboard.management.operator import OperatorCommand
from oauth import keys
from oauth.audit import Actor
from registration import signing


class Command(OperatorCommand):
    help = "Refuse everything that a compromised key signed, for good. Without --yes, only say what that is."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("kid", help="the key's id, as the JWKS has it; behind -- where it begins with a hyphen")
        parser.add_argument("--reason", required=True, help="kept in the history, for everyone who may see it")
        parser.add_argument("--yes", action="store_true", help="do it: it cannot be undone")

    def act(self, by: Actor, **options: Any) -> str:
        key = signing.find(options["environment"], options["kid"])
        said = f"{key.kid} is a {key.get_status_display().lower()} {key.purpose} key of {key.environment}. "
        if key.purpose == keys.Purpose.STATEMENT:
            radius = signing.blast_radius(key)
            most = f"{signing.MOST_CLIENTS:,}+" if radius.clients > signing.MOST_CLIENTS else f"{radius.clients:,}"
            many = f"{radius.statements:,} statements of {radius.applications:,} applications"
            said += f"It verifies {many}, with {most} clients."
        elif key.purpose == keys.Purpose.FEED:
            said += (
                "Every feed and every checkpoint of the audit log that it signed is refused: make a checkpoint anew."
            )
        else:
            said += "Every token that it signed is refused at the next request, and its client asks for another."
        if not options["yes"]:
            raise CommandError(f"{said} Withdrawing cannot be undone: say --yes to do it.")
        successor = signing.withdraw(key, reason=options["reason"], by=by)
        return f"{said} It is withdrawn." + (f" {successor.kid} signs now." if successor else "")
