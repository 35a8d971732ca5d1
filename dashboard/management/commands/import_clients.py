from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from dashboard.management.operator import OperatorCommand
from oauth.audit import Actor
from registration import bringing


class Command(OperatorCommand):
    help = "Bring the clients of an old server with their ids and secrets: one JSON object a line, all of them or none."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="a .jsonl file; docs/operations.md says what a line holds")

    def act(self, by: Actor, **options: Any) -> str:
        try:
            with options["file"].open("rb") as lines:
                number = bringing.bring_clients(lines, environment=options["environment"], by=by)
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from None
        return f"Imported {number:,} clients into {options['environment']}."
