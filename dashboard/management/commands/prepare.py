import contextlib
import fcntl
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from dashboard import second_factors
from oauth import keys
from oauth.audit import Actor
from oauth.problems import Invalid

_ADVISORY_LOCK = 7_202_611_241


class Command(BaseCommand):
    help = "Migrate, record issuers, make missing keys, drop old sessions; --demo loads the demo. Safe to run twice."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demo world, if it is not there")

    def handle(self, *args: Any, **options: Any) -> None:
        with _alone():
            call_command("migrate", interactive=False, verbosity=0)
            try:
                keys.ensure(by=Actor.command())
                keys.check_readable()
                second_factors.check_readable()
            except Invalid as error:
                raise CommandError(str(error)) from None
            call_command("clearsessions")
            if options["demo"]:
                call_command("seed_demo", verbosity=options["verbosity"])


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One at a time: two deployments that start at once must both succeed; plain `migrate` twice at once does not."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_ADVISORY_LOCK])
    else:
        with (settings.VAR_DIR / "prepare.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
