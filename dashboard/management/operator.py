"""What every operator command shares: an environment, an application by name or id, and one clear line for an error."""

import uuid
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from oauth import environments
from oauth.audit import Actor
from oauth.environments import Environment
from oauth.models import Issuer
from oauth.problems import Invalid
from registration.models import RegisteredApplication
from registration.text import fold


class OperatorCommand(BaseCommand):
    """A command is a door to the same verb as a page. Its actor is the operating system's user."""

    signs = False  # what it makes carries the issuer of the settings: they must be the servers' settings

    def create_parser(self, prog_name: str, subcommand: str, **options: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **options)
        # An error is one line, not a page of usage.
        parser.print_usage = _nothing  # type: ignore[assignment, method-assign]
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        default = settings.DEFAULT_ENVIRONMENT or None
        parser.add_argument(
            "--environment", choices=Environment.values, default=default, required=default is None, help="where to act"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            if self.signs:
                _check_issuer(options["environment"])
            said = self.act(Actor.command(), **options)
        except Invalid as error:
            raise CommandError(str(error)) from None
        except LookupError as error:
            raise CommandError(error.args[0] if error.args else "Not found.") from None
        except DatabaseError as error:
            line = str(error).splitlines()[0]
            raise CommandError(f"The database cannot be used: {line}. Has `prepare` been run?") from None
        if said:
            self.stdout.write(said)

    def act(self, by: Actor, **options: Any) -> str:
        """Do it, and say what to print on stdout."""
        raise NotImplementedError


class ApplicationCommand(OperatorCommand):
    """A command about one application, named by its software id or as `programmer/name/version`."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("application", help='software id, or "programmer/name/version"')


class StateCommand(ApplicationCommand):
    """A command that changes an application's state, which needs a reason."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reason", required=True, help="kept in the history, for everyone who may see it")


def _nothing(_file: Any = None) -> None:
    pass


def _check_issuer(environment: str) -> None:
    """A statement signed as somebody else than the servers registers nowhere, and would be found out in an app.

    Raises LookupError with a line for the operator.
    """
    ours = environments.issuer(environment)
    recorded = Issuer.objects.filter(environment=environment, current=True).values_list("url", flat=True).first()
    if recorded != ours:
        raise LookupError(
            f"The servers of {environment} sign as {recorded or 'nobody yet'}, this command would as {ours}. Give it "
            "their settings (PORT, PUBLIC_URL, DEFAULT_ENVIRONMENT), or run `prepare` with the new ones."
        )


def find(name: str, environment: str) -> RegisteredApplication:
    """The live application of this name in this environment. A path is split at its first and its last slash.

    Raises LookupError with a line for the operator.
    """
    rows = RegisteredApplication.objects.live().filter(environment=environment)
    try:
        rows = rows.filter(software_id=uuid.UUID(name))
    except ValueError:
        programmer, _, rest = name.partition("/")
        title, slash, version = rest.rpartition("/")
        if not slash:
            raise LookupError(
                f"{name} is neither a software id nor programmer/name/version, such as aurora/Aurora Live/6.1.0."
            ) from None
        rows = rows.filter(programmer__id_key=fold(programmer), name_key=fold(title), version=version)
    found = rows.select_related("programmer").first()
    if found is None:
        raise LookupError(f"There is no application {name} in {environment}.")
    return found
