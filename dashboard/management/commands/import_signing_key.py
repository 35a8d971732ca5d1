from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from dashboard.management.operator import OperatorCommand
from oauth import keys
from oauth.audit import Actor


class Command(OperatorCommand):
    help = "Bring an old server's statement key, private or public, so that its statements go on registering."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="a PEM file with one key")
        parser.add_argument("--kid", default="", help="the key id that the old server used, if any")
        parser.add_argument("--issuer-alias", default="", help="the iss that it signed as; alone, without ours")

    def act(self, by: Actor, **options: Any) -> str:
        try:
            pem = options["file"].read_bytes()
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from None
        key = keys.import_statement_key(
            environment=options["environment"], pem=pem, kid=options["kid"], alias=options["issuer_alias"], by=by
        )
        signs = "private; kept for verifying" if key.private_encrypted else "public; verifies only"
        return f"Imported {key.kid} ({key.alg}, {signs}) into {key.environment}."
