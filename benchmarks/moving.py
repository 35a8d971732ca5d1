"""Moving from an old server: how long the import of its clients takes, and whether one of them gets a token at once."""

import json
import random
import subprocess
import sys
import time
import uuid

from benchmarks.contenders import Contender
from benchmarks.ours import Installation, token_of
from benchmarks.servers import ROOT, inherited

_ASKED = 20


def import_clients(where: Installation, contender: Contender, *, software_id: str, clients: int) -> float:
    """Seconds that `manage.py import_clients` took, start and commit included. Raises WrongAnswer."""
    known = [(str(uuid.uuid4()), uuid.uuid4().hex * 2) for _ in range(clients)]
    file = where.folder / "old-clients.jsonl"
    with file.open("w") as lines:
        for client_id, secret in known:
            line = {"client_id": client_id, "client_secret": secret, "software_id": software_id, "redirect_uris": []}
            lines.write(json.dumps(line) + "\n")
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "manage.py", "import_clients", str(file)],
        cwd=ROOT,
        env={**inherited(), **where.environ},
        check=True,
        stdout=sys.stderr,
    )
    took = time.perf_counter() - started
    for client_id, secret in [known[0], known[-1], *random.sample(known, _ASKED)]:
        token_of(contender.server, client_id, secret)
    return took
