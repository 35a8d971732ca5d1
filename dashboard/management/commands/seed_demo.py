from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from dashboard import demo


class Command(BaseCommand):
    help = "Load the demo world. What is there already is left as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", choices=("small", "large"), default="small")

    def handle(self, *_: Any, **options: Any) -> None:
        made = 0
        for programmer in demo.PROGRAMMERS:
            for environment in programmer.environments:
                made += demo.seed_programmer(programmer, environment)
        if options["size"] == "large":
            for programmer in demo.large():
                for environment in programmer.environments:
                    made += demo.seed_programmer(programmer, environment)
        demo.seed_people()
        if made and options["verbosity"] > 1:
            self.stdout.write(f"Loaded {made} programmers.")
