"""Pushes by real processes on a database of their own: killed behind any statement, and twenty at once."""

import json
import subprocess
import sys

import pytest

from tests import live


@pytest.fixture
def run(tmp_path):
    with live.installation(tmp_path) as here:

        def run(*arguments):
            done = subprocess.run(
                [sys.executable, "-m", "tests.dashboard.draft.pushers", *map(str, arguments)],
                cwd=live.ROOT,
                env=here.environ,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            return json.loads(done.stdout)

        run.verify = lambda: subprocess.run(
            [sys.executable, "manage.py", "verify_log"],
            cwd=live.ROOT,
            env=here.environ,
            capture_output=True,
            text=True,
            check=False,
        )
        yield run


def test_a_push_of_every_kind_killed_at_200_points_is_whole_or_nothing(run):
    told = run("kill", 200, 7)
    assert told["statements"] > 60
    assert told["changes"] >= 14
    assert (told["killed"], told["differing"]) == (200, [])
    assert (told["last"], told["whole"]) == (0, True)
    verified = run.verify()
    assert verified.returncode == 0, verified.stdout


def test_twenty_pushers_at_once_lose_nothing_and_duplicate_nothing(run):
    told = run("at_once", 20, 5)
    assert (told["done"], told["refused"], told["broken"]) == (20, 5, 0)
    assert told["versions"] == list(range(1, 21))
    assert (told["channels"], told["domains"]) == (20, 20)
    assert told["in_order"]
    assert run.verify().returncode == 0
