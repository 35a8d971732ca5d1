from typing import Any

from django.core.management.base import BaseCommand, CommandError

from dashboard import second_factors
from oauth import keys
from oauth.audit import Actor
from oauth.problems import Invalid


class Command(BaseCommand):
    help = "Encrypt every private signing key and second factor under the newest of KEY_ENCRYPTION_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            changed = keys.reencrypt(by=Actor.command())
            secrets = second_factors.reencrypt(by=Actor.command())
        except Invalid as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{changed} signing keys are under the newest key now."
            if changed
            else "Every signing key is under the newest key already."
        )
        if secrets:
            self.stdout.write(f"{secrets} secrets of second factors are, too.")
