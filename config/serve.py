"""`make run`: prepare the database, load the demo, say where to sign in, and become the production server."""

import os
import socket
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DEFAULT_ENVIRONMENT", "release-production")

import django
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError


def main() -> None:
    django.setup()
    if not settings.LOOPBACK and not settings.DEBUG and settings.DEMO_PASSWORD == settings.DEFAULT_DEMO_PASSWORD:
        raise SystemExit(
            "serve: HOST or PUBLIC_URL is not loopback. Set DEMO_PASSWORD to one of your own to serve the demo there."
        )
    check_free()
    try:
        call_command("prepare", demo=True)
    except CommandError as error:
        raise SystemExit(f"serve: {error}") from None
    except OperationalError as error:
        raise SystemExit(f"serve: DATABASE_URL leads nowhere: {str(error).splitlines()[0]}") from None
    _say_where()
    os.execv(sys.executable, [sys.executable, "-m", "granian", *server_arguments()])


def server_arguments() -> list[str]:
    """The production server, in the configuration that docs/decisions/0004-server.md explains."""
    return [
        "--interface", "wsgi", "--http", "1", "--no-ws",
        "--host", settings.HOST, "--port", str(settings.PORT),
        "--workers", str(settings.WORKERS), "--blocking-threads", "1", "--backpressure", "128",
        "--respawn-failed-workers", "--workers-kill-timeout", "10",
        "--log-level", "warning",
        "config.wsgi:application",
    ]  # fmt: skip


def check_free() -> None:
    """The server shares its port: beside another server it would answer every other request, from another database."""
    try:
        found = socket.getaddrinfo(settings.HOST, settings.PORT, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
            trial.listen(1)
    except OSError as error:
        why = f"{error.strerror}. Set HOST or PORT to another"
        raise SystemExit(f"serve: cannot listen on {settings.HOST}:{settings.PORT}: {why}.") from None


def _say_where() -> None:
    print(f"\n  TVE Dashboard   {settings.PUBLIC_URL}\n")
    print(f"  Sign in, all with the password {settings.DEMO_PASSWORD}")
    for person, role in (
        ("viewer@demo.example", "reads Aurora Networks"),
        ("editor@demo.example", "edits Aurora Networks"),
        ("tam@demo.example", "technical account manager of every programmer"),
        ("admin@demo.example", "administers everything"),
    ):
        print(f"    {person:<20} {role}")
    print("\n  Ctrl-C stops it.\n", flush=True)


if __name__ == "__main__":
    main()
