from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.dateparse import parse_datetime

from dashboard.management.operator import ApplicationCommand, find
from oauth.audit import Actor
from registration import statements


class Command(ApplicationCommand):
    help = "Issue a software statement for an active application, and print it and nothing else."
    signs = True

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--expires", help="ISO 8601, such as 2027-01-31T00:00:00Z; without it, it never expires")

    def act(self, by: Actor, **options: Any) -> str:
        application = find(options["application"], options["environment"])
        expires_at = statements.default_expiry(application.scopes)
        if options["expires"]:
            expires_at = self._instant(options["expires"])
        return statements.issue(application, expires_at=expires_at, by=by).text

    def _instant(self, text: str) -> datetime:
        try:
            instant = parse_datetime(text)
        except ValueError:
            instant = None
        if instant is None:
            raise CommandError("--expires is not an instant. Write it like 2027-01-31T00:00:00Z.")
        return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
