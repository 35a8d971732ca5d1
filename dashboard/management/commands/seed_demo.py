from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection

from dashboard import demo


class Command(BaseCommand):
    help = "Load the demo world. What is there already is left as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", choices=("small", "large"), default="small")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            made = self._load(options["size"])
        except DatabaseError as error:
            line = str(error).splitlines()[0]
            raise CommandError(f"The database cannot be used: {line}. Has `prepare` been run?") from None
        if made and options["verbosity"] > 1:
            self.stdout.write(f"Loaded {made} programmers.")

    def _load(self, size: str) -> int:
        made = 0
        for programmer in demo.PROGRAMMERS:
            for environment in programmer.environments:
                made += demo.seed_programmer(programmer, environment)
        if size == "large":
            for programmer in demo.large():
                for environment in programmer.environments:
                    made += demo.seed_programmer(programmer, environment)
            with connection.cursor() as cursor:  # what the lists are planned by, without waiting for autovacuum
                cursor.execute("ANALYZE")
        demo.seed_people()
        return made
