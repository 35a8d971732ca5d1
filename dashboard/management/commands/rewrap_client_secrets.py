from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from oauth.audit import Actor
from oauth.problems import Invalid
from registration import credentials


class Command(BaseCommand):
    help = (
        "Wrap every client secret under the newest of CLIENT_SECRET_PEPPERS. Safe to run twice, and while devices ask."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        newest = settings.CLIENT_SECRET_PEPPERS[0][0]
        try:
            changed = credentials.rewrap(by=Actor.command())
        except Invalid as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{changed:,} client secrets are wrapped under the pepper {newest} now. Keep older peppers in the list: "
            "they are needed to verify, and alone they no longer verify anything."
            if changed
            else f"Every client secret is under the pepper {newest} already."
        )
