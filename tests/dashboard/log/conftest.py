import csv
import io
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from dashboard import changes
from oauth import audit
from oauth.audit import Actor, Event
from tests import factories
from tests.cast import actor
from tests.dashboard.screens.conftest import PLACE, borealis, live, register  # noqa: F401  (fixtures)

ENVIRONMENT = factories.ENVIRONMENT
OPERATOR = Actor.command()
LOG = f"{PLACE}/changes/"
_LINE = re.compile(r"(\S+) (-?\d+): (.*)")


def verify(**options):
    """What `verify_log` names, as {(environment, n): [what, …]}, and all that it printed."""
    out = StringIO()
    try:
        out.write(str(call_command("verify_log", stdout=out, **options) or ""))
    except CommandError as error:
        out.write(str(error))
    named = {}
    for line in out.getvalue().splitlines():
        if match := _LINE.fullmatch(line):
            place = "" if match[1] == "everywhere" else match[1]
            named.setdefault((place, int(match[2])), []).append(match[3])
    assert bool(named) == ("not as it was written" in out.getvalue())
    assert bool(named) != ("The log is as it was written." in out.getvalue())
    return named, out.getvalue()


def say(*events, environment=ENVIRONMENT, by=OPERATOR):
    with transaction.atomic():
        audit.record(*events, environment=environment, by=by)


@pytest.fixture
def log(signing_keys):
    """A world with its pushes; entries of several kinds in one environment, and in none."""
    factories.world("aurora")
    say(
        Event("x:y", programmer="aurora", kind="thing", key="k", label="Ünï \U0001f600", reason="a\nb", data={"a": [1]})
    )
    say(Event("x:a"), Event("x:b", data={"deep": {"b": True, "a": None, "é": "ß"}}), Event("x:c"))
    maya = Actor("user:7", "Maya", audit.Door.PAGE, request_id="r" * 32, on_behalf_of="Lee")
    say(Event("person:sign_in", kind="person", key="7", label="maya@example.test"), environment="", by=maya)
    say(Event("person:sign_in", kind="person", key="7", label="maya@example.test"), environment="", by=maya)


@pytest.fixture
def pushed():
    """One version of aurora by somebody: `pushed(alice, Edit(...), said="Why")`."""

    def push(user, *edits, of="aurora", said="A test"):
        where = {"environment": factories.ENVIRONMENT, "programmer": of}
        return changes.save_all(edits, description=said, by=actor(user), **where)

    return push


def rows(response):
    """What a CSV holds, each line by the names of its columns."""
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))


def body(response):
    return response.content.decode().partition('<div class="page-body">')[2]
