from typing import Any

from django.core.management.base import CommandParser

from dashboard.management.operator import OperatorCommand
from oauth import keys
from oauth.audit import Actor


class Command(OperatorCommand):
    help = "Make and publish the key that signs next, so that a later rotation surprises nobody."
    signs = True

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--purpose", choices=keys.Purpose.values, default=keys.Purpose.TOKEN.value)

    def act(self, by: Actor, **options: Any) -> str:
        key = keys.publish_next(environment=options["environment"], purpose=options["purpose"], by=by)
        earliest = keys.signs_from(key).isoformat(timespec="minutes")
        return f"{key.environment} publishes {key.kid} ({key.alg}); let it sign its {key.purpose}s after {earliest}."
