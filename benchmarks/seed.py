"""An installation's own process, with its settings: fills it with applications and clients, revokes, and times that.

Run as `python -m benchmarks.seed`, it reads one JSON request a line and answers each with a line.
"""

import hashlib
import json
import random
import sys
import time
import uuid
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import django

_BATCH = 100_000
_SAMPLE = 20_000
_OTHERS = 40
_HOST = "live.benchmark.example"


def fill(*, clients: int, folder: str) -> dict[str, Any]:
    """A programmer with 42 applications: one has half the clients, one has a single client, the others share the rest.

    Writes the credentials of a sample of the clients, and every statement, into `folder`.
    """
    from dashboard import demo  # noqa: PLC0415  (after django.setup)
    from registration.models import RegisteredApplication, SoftwareStatement  # noqa: PLC0415

    names = ["Many", "Alone", *(f"Other {n}" for n in range(_OTHERS))]
    demo.seed_programmer(_programmer(names), "release-production")
    rows = {row.name: row for row in RegisteredApplication.objects.filter(environment="release-production")}
    many, others = rows["Many"], [row for name, row in rows.items() if name.startswith("Other")]
    owners = islice(cycle(pk for row in others for pk in (many.pk, row.pk)), clients)
    credentials = _copy_clients(list(owners))
    statements = list(SoftwareStatement.objects.exclude(application=rows["Alone"]).values_list("text", flat=True))
    Path(folder, "credentials").write_text("".join(f"{client_id} {secret}\n" for client_id, secret in credentials))
    Path(folder, "statements").write_text("\n".join(statements) + "\n")
    return {
        "redirect_uri": f"https://{_HOST}/callback",
        "clients": clients,
        "of_many": many.clients.count(),
        "software_id": str(rows["Alone"].software_id),
    }


def time_revocations(*, times: int) -> dict[str, list[float]]:
    """Milliseconds of revoking the application with half the clients, and the one with a single client, in turn."""
    from oauth.audit import Actor  # noqa: PLC0415
    from registration import applications  # noqa: PLC0415
    from registration.models import RegisteredApplication  # noqa: PLC0415

    took: dict[str, list[float]] = {"Many": [], "Alone": []}
    for _ in range(times):
        for name, found in took.items():
            row = RegisteredApplication.objects.get(name=name)
            started = time.perf_counter()
            applications.revoke(row, reason="measured", by=Actor.command())
            found.append((time.perf_counter() - started) * 1000)
            applications.reinstate(row, reason="measured", as_tam=True, by=Actor.command())
    return took


def revoke(*, client_id: str, statement: str) -> dict[str, Any]:
    """Revoke one client, and the statement with this text."""
    from oauth.audit import Actor  # noqa: PLC0415
    from registration import clients, statements  # noqa: PLC0415
    from registration.models import Client, SoftwareStatement  # noqa: PLC0415

    clients.revoke(Client.objects.get(client_id=client_id), reason="measured", by=Actor.command())
    statements.revoke(SoftwareStatement.objects.get(text=statement), reason="measured", by=Actor.command())
    return {}


def _programmer(names: list[str]) -> Any:
    from dashboard.demo.world import DemoApplication, DemoChannel, DemoProgrammer  # noqa: PLC0415

    return DemoProgrammer(
        id="benchmark",
        name="Benchmark",
        channels=(DemoChannel("benchmark-one", "Benchmark One", (_HOST,)),),
        applications=tuple(DemoApplication(name, "1.0.0", clients=1) for name in names),
    )


def _copy_clients(owners: list[int]) -> list[tuple[str, str]]:
    """A client of each owner, like the one that each application has; the credentials of a sample of them."""
    from django.db import connection  # noqa: PLC0415

    from oauth import secrets  # noqa: PLC0415
    from registration.models import Client  # noqa: PLC0415

    own = {"client_id": "fresh.client_id", "client_secret": "fresh.client_secret"}
    fields = Client._meta.concrete_fields  # noqa: SLF001  (that is its name in Django's documentation)
    columns = [field.column for field in fields if not field.primary_key]
    values = [own.get(column, f"pattern.{column}") for column in columns]
    copy = (
        f"INSERT INTO registration_client ({', '.join(columns)}) SELECT {', '.join(values)} FROM fresh"
        " JOIN pattern ON pattern.application_id = fresh.application_id"
    )
    kept, share = [], min(1.0, _SAMPLE / max(1, len(owners)))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE pattern AS SELECT * FROM registration_client")
        cursor.execute("CREATE TEMP TABLE fresh (client_id text, client_secret text, application_id bigint)")
        for begin in range(0, len(owners), _BATCH):
            with cursor.copy("COPY fresh FROM STDIN") as sink:
                for owner in owners[begin : begin + _BATCH]:
                    client_id, secret = str(uuid.uuid4()), secrets.make()
                    sink.write_row((client_id, secrets.seal(hashlib.sha256(secret.encode()).digest()), owner))
                    if random.random() < share:
                        kept.append((client_id, secret))
            cursor.execute(copy)
            cursor.execute("TRUNCATE fresh")
        cursor.execute("VACUUM ANALYZE")
    return kept


_VERBS = {"fill": fill, "time_revocations": time_revocations, "revoke": revoke}

if __name__ == "__main__":
    django.setup()
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(_VERBS[request.pop("verb")](**request)), flush=True)
