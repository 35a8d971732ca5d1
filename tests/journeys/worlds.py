"""What the pages show: the demo with a draft in it, or an installation in which there is nothing yet."""

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path

from config.browser import Browser
from config.demo import PASSWORD, wait_for
from tests.live import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = "/release-production"
_SERVE = (
    "import os, sys; from config.serve import server_arguments; "
    "os.execv(sys.executable, [sys.executable, '-m', 'granian', *server_arguments()])"
)


def stage(site):
    """A draft of the admin's with each kind of change, of two programmers: every page has the bar that tells of it."""
    admin = Browser(site)
    admin.submit("/accounts/login/", login="admin@demo.example", password=PASSWORD)
    for path, values in (
        ("/programmers/aurora/edit/", {"display_name": "Aurora Networks and Studios"}),
        ("/programmers/aurora/schemes/new/", {"label": "Aurora apps in cars"}),
        ("/channels/aurora-kids/domains/new/", {"host": "cars.aurora.example"}),
        ("/channels/aurora-news/domains/news.aurora.example/remove/", {}),
        ("/programmers/borealis/channels/new/", {"public_id": "borealis-two", "display_name": "Borealis Two"}),
    ):
        answer = admin.submit(HERE + path, **values)
        assert "not live yet" in answer.body, f"{path} staged nothing: {answer.status}"


@contextlib.contextmanager
def empty(folder):
    """The URL of the production server over an empty database, and the link that sets its only admin's password."""
    port = free_port()
    dropped = {"DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "HOST", "EMAIL_URL"}
    environment = {name: value for name, value in os.environ.items() if name not in dropped}
    environment |= {"PORT": str(port), "VAR_DIR": str(folder), "DEFAULT_ENVIRONMENT": HERE.strip("/")}
    environment |= {"LOG_LEVEL": "ERROR", "DJANGO_SETTINGS_MODULE": "config.settings"}

    def manage(*arguments):
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout

    manage("prepare")
    said = manage("create_person", "alone@demo.example", "--role", "admin", "--name", "Ada Alone")
    with subprocess.Popen([sys.executable, "-c", _SERVE], cwd=ROOT, env=environment) as server:
        try:
            base = f"http://localhost:{port}"
            wait_for(Browser(base), server)
            yield base, re.search(r"http\S+", said)[0]
        finally:
            server.terminate()
            server.wait(timeout=30)
