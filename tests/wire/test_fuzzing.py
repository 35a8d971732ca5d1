"""The running server against its own document: schemathesis, every operation, every check, nothing excluded.

A fixed seed and few examples here; without bounds by hand, with `make fuzz FUZZ_SECONDS=3600`.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import live
from tests.protocol import decode
from tests.standard import basic

HOOKS = "tests.wire.fuzz"
SECONDS = os.environ.get("FUZZ_SECONDS")


@pytest.fixture
def known(place, server, device):
    """A client that may do everything, its token, and a cursor of the feed."""
    made = place.operator.ask("another_application", name="Fuzzed", scopes=["api:client:v2", "introspection"])
    status, client = server.register(software_statement=made["statement"])
    assert status == 201, client
    authorization = {"Authorization": basic(client["client_id"], client["client_secret"])}
    _, feed = server.fetch("GET", "/oauth/revocations", headers=authorization)
    return {
        **client,
        "base": server.base,
        "statement": place.statement,
        "redirect_uri": live.REDIRECT_URI,
        "access_token": device.access_token,
        "cursor": decode(feed.decode())[1]["next"],
    }


def _settings(known):
    bounds = "" if SECONDS else "seed = 20261126\n[generation]\nmax-examples = 25\ndeterministic = true\n"
    return f"""{bounds}
[auth.openapi]
clientSecretBasic = {{ username = "{known["client_id"]}", password = "{known["client_secret"]}" }}
accessToken = {{ bearer = "{known["access_token"]}" }}
registrationAccessToken = {{ bearer = "replaced for each call" }}
"""


def test_no_answer_differs_from_the_document(server, known, tmp_path, quiet_log):
    (tmp_path / "schemathesis.toml").write_text(_settings(known))
    budget = ["--max-time", SECONDS] if SECONDS else []
    done = subprocess.run(
        [
            Path(sys.executable).parent / "st", "--config-file", tmp_path / "schemathesis.toml",
            "run", f"{server.base}/oauth/openapi.json", "--url", server.base, "--checks", "all",
            "--continue-on-failure", "--no-color", "--warnings", "off", *budget,
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(live.ROOT), "SCHEMATHESIS_HOOKS": HOOKS, "FUZZED": json.dumps(known)},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No issues found" in done.stdout
