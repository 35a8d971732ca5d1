"""Run by tests in an installation of its own: pushes by real processes, killed or all at once, told in a line of JSON.

The processes are forked from one that has set everything up, so that each costs no start.
"""

import json
import os
import random
import signal
import sys
from collections.abc import Callable
from typing import Any

KILLED, DONE, REFUSED, BROKEN = -signal.SIGKILL, 0, 1, 2


def main() -> None:
    import django  # noqa: PLC0415  (the installation's settings)

    django.setup()
    verb, *arguments = sys.argv[1:]
    print(json.dumps({"kill": kill, "at_once": at_once}[verb](*map(int, arguments))))  # noqa: T201


def kill(points: int, seed: int) -> dict[str, Any]:
    """Kill a push of every kind of change behind random statements of it; then let it through."""
    from dashboard import changes  # noqa: PLC0415
    from dashboard.models import ChangeSet  # noqa: PLC0415

    draft = _everything_staged()
    push = lambda: changes.push(ChangeSet.objects.get(pk=draft.pk), description="All of it", by=_by(0))  # noqa: E731
    statements = _count(push)
    chosen = random.Random(seed)
    before, codes, differing = _rows(), [], []
    for _ in range(points):
        lives = chosen.randrange(statements)
        codes.append(_wait([_fork(lambda lives=lives: _killed_behind(lives, push))])[0])
        if _rows() != before:
            differing.append(lives)
    codes.append(_wait([_fork(push)])[0])
    return {
        "statements": statements,
        "killed": codes.count(KILLED),
        "last": codes[-1],
        "differing": differing,
        "changes": draft.changes.count(),
        "version": ChangeSet.objects.get(pk=draft.pk).version,
        "whole": _rows() != before,
    }


def at_once(pushers: int, twice: int) -> dict[str, Any]:
    """As many pushers as asked at the same moment; some of the drafts are pushed by two processes."""
    from dashboard import changes  # noqa: PLC0415
    from dashboard.models import ChangeSet, Head  # noqa: PLC0415
    from registration.models import Channel, Domain  # noqa: PLC0415
    from tests import factories  # noqa: PLC0415

    factories.programmer("cascade")
    first = Head.objects.get(programmer="cascade").version
    drafts = [_drafted(n) for n in range(pushers)]
    ready, go = os.pipe()

    def pusher(n: int) -> Callable[[], Any]:
        def run() -> None:
            os.close(go)
            os.read(ready, 1)  # ends when the parent closes its end
            changes.push(ChangeSet.objects.get(pk=drafts[n].pk), description=f"Pusher {n}", by=_by(n))

        return run

    children = [_fork(pusher(n)) for n in [*range(pushers), *range(twice)]]
    os.close(go)
    codes = _wait(children)
    pushed = ChangeSet.objects.filter(pk__in=[draft.pk for draft in drafts], state="pushed")
    return {
        "done": codes.count(DONE),
        "refused": codes.count(REFUSED),
        "broken": codes.count(BROKEN),
        "versions": sorted(row.version - first for row in pushed),
        "channels": Channel.objects.filter(id_key__startswith="cascade-").count(),
        "domains": Domain.objects.filter(host__endswith=".cascade.example").count(),
        "in_order": [row.version for row in pushed.order_by("pushed_at", "version")]
        == sorted(row.version for row in pushed),
    }


# --- Processes ---


def _fork(run: Callable[[], Any]) -> int:
    """A child that runs it with connections of its own, and ends with a code that says what came of it."""
    from django.db import connections  # noqa: PLC0415

    from oauth.problems import Invalid  # noqa: PLC0415

    connections.close_all()
    if child := os.fork():
        return child
    code = BROKEN
    try:
        run()
        code = DONE
    except Invalid:
        code = REFUSED
    finally:
        os._exit(code)


def _wait(children: list[int]) -> list[int]:
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


class _Killer:
    """Lets statements pass, and ends the process without a word behind one of them."""

    def __init__(self, lives: int) -> None:
        self.lives = lives

    def __call__(self, execute: Any, sql: str, *asked: Any) -> Any:
        result = execute(sql, *asked)
        if not sql.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):  # their number depends on what is around
            self.lives -= 1
        if self.lives == -1:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


def _killed_behind(lives: int, push: Callable[[], Any]) -> None:
    from django.db import connection  # noqa: PLC0415

    with connection.execute_wrapper(_Killer(lives)):
        push()


def _count(push: Callable[[], Any]) -> int:
    """How many statements the push is, found by doing it and taking it back."""
    from django.db import connection, transaction  # noqa: PLC0415

    counter = _Killer(10**9)
    with transaction.atomic(), connection.execute_wrapper(counter):
        push()
        transaction.set_rollback(True)
    return 10**9 - counter.lives


# --- The world ---


def _by(n: int) -> Any:
    from oauth.audit import Actor, Door  # noqa: PLC0415

    return Actor(key=f"command:{n}", name=f"Pusher {n}", door=Door.COMMAND)


def _stage(n: int, *edits: Any, of: str) -> Any:
    from dashboard import changes  # noqa: PLC0415
    from tests.factories import ENVIRONMENT  # noqa: PLC0415

    return changes.stage_all(edits, environment=ENVIRONMENT, programmer=of, by=_by(n))


def _drafted(n: int) -> Any:
    from dashboard.changes import Edit  # noqa: PLC0415
    from tests import factories  # noqa: PLC0415

    channel, host = f"cascade-{n}", f"h{n}.cascade.example"
    return _stage(
        n,
        Edit("channel", {"public_id": channel, "display_name": channel}),
        Edit("domain", {"channel": channel, "host": host}),
        Edit("application", {**factories.application_properties(f"App {n}", of="cascade"), "domains": [host]}),
        of="cascade",
    )


def _everything_staged() -> Any:
    """A draft that adds, changes and removes something of every kind that allows it."""
    from dashboard.changes import Edit  # noqa: PLC0415
    from tests import certificates, factories  # noqa: PLC0415

    application = factories.world("cascade")
    factories.domain("b.example", channel="cascade-one", of="cascade")
    scheme = factories.scheme(of="cascade", label="Return")
    factories.certificate(certificates.pem("a"), of="cascade")
    analytics = factories.analytics(channel="cascade-one", of="cascade", report_suite_id="suite")
    spare = factories.application("Spare", of="cascade")
    factories.channel("spare", of="cascade", hosts=["spare.example"])
    return _stage(
        0,
        Edit("programmer", {"display_name": "Cascade & friends"}, "cascade"),
        Edit("channel", {"public_id": "two", "display_name": "Two"}),
        Edit("channel", {"display_name": "One"}, "cascade-one"),
        Edit("channel", None, "spare"),
        Edit("domain", {"channel": "two", "host": "two.example"}),
        Edit("domain", None, "cascade-one/b.example"),
        Edit("scheme", {"label": "New"}),
        Edit("scheme", {"retired": True}, scheme.scheme_key),
        Edit("certificate", {"pem": certificates.pem("b")}),
        Edit("analytics", {"channel": "two", "report_suite_id": "suite-b"}),
        Edit("analytics", None, f"cascade-one/{analytics.number}"),
        Edit("application", {"platforms": ["IOS"]}, str(application.software_id)),
        Edit("application", None, str(spare.software_id)),
        Edit("application", {**factories.application_properties("Kids", of="cascade"), "domains": ["two.example"]}),
        of="cascade",
    )


def _rows() -> dict[str, list[dict[str, Any]]]:
    """Everything that a push could have written."""
    from django.apps import apps  # noqa: PLC0415

    models = [
        model for label in ("oauth", "registration", "dashboard") for model in apps.get_app_config(label).get_models()
    ]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


if __name__ == "__main__":
    main()
