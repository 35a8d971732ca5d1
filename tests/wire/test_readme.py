"""The README's tour works as pasted, with throttling on."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.demo import served

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def tour(tmp_path_factory):
    """What the tour prints, pasted block after block into one shell."""
    text = (ROOT / "README.md").read_text().partition("## A five-minute tour")[2].partition("## Where to read on")[0]
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    folder = tmp_path_factory.mktemp("tour")
    with served(str(folder)) as base:
        port = base.rpartition(":")[2]
        script = "set -e\n" + "echo\n".join(block.replace("localhost:8000", f"localhost:{port}") for block in blocks)
        script = script.replace(".venv/bin/python", sys.executable)
        environ = {**os.environ, "VAR_DIR": str(folder), "PORT": port}
        environ.pop("DATABASE_URL", None)
        done = subprocess.run(
            ["bash", "-c", script], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_tour_calls_the_protected_api_is_refused_while_suspended_and_goes_on_after(tour):
    good, suspended = '"requestor":{"id":"aurora-one"', '"code":"application_suspended"'
    assert re.findall(r'"requestor":\{"id":"aurora-one"|"code":"[a-z_]+"', tour) == [good, suspended, good]


def test_the_tour_does_not_trip_the_throttle(tour):
    assert "too_many_requests" not in tour
