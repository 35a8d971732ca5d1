from typing import Any

from django.core.management.base import CommandParser

from dashboard.management.operator import OperatorCommand
from oauth import keys
from oauth.audit import Actor


class Command(OperatorCommand):
    help = "Sign with the next key, or a new one, from now on. What the old one signed stays valid."
    signs = True

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--purpose", choices=keys.Purpose.values, default=keys.Purpose.TOKEN.value)

    def act(self, by: Actor, **options: Any) -> str:
        key = keys.rotate(environment=options["environment"], purpose=options["purpose"], by=by)
        return (
            f"{key.environment} signs its {key.purpose}s with {key.kid} ({key.alg}) now. Resource servers that verify "
            "offline refuse them until they have fetched the JWKS again (at most 5 minutes where they honour max-age)."
        )
