"""A bad value stops the start with one line that names the setting and says what to write."""

import os
import socket
import subprocess
import sys

import pytest

from config import environ, serve

GOOD = {
    "DATABASE_URL": "postgres://tve:secret@db.example:5432/tve",
    "REDIS_URL": "redis://127.0.0.1:6379/1",
    "EMAIL_URL": "smtp+tls://tve:secret@mail.example:587?from=tve@mail.example",
    "PUBLIC_URL": "https://tve.example",
    "CLIENT_SECRET_PEPPERS": "p1:" + "A" * 43,
    "KEY_ENCRYPTION_KEYS": "A" * 43 + "=",
    "THROTTLE_RATE": "0.5",
    "TRUSTED_PROXIES": "10.0.0.0/8, ::1",
}


def start(tmp_path, **given):
    """Read the settings in a process of their own, as every start does."""
    environment = {"PATH": os.environ["PATH"], "VAR_DIR": str(tmp_path), **given}
    command = [sys.executable, "-c", "import config.settings"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_good_values_start(tmp_path):
    done = start(tmp_path, **GOOD)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "70000"),
        ("DEBUG", "maybe"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "mysql://db.example/tve"),
        ("DATABASE_URL", "postgres://db.example:x/tve"),
        ("REDIS_URL", "127.0.0.1:6379"),
        ("EMAIL_URL", "http://mail.example"),
        ("EMAIL_URL", "smtp://mail.example:abc"),
        ("PUBLIC_URL", "localhost:8000"),
        ("PUBLIC_URL", "http://localhost:abc"),
        ("ISSUER_RELEASE_STAGING", "ftp://tve.example"),
        ("ISSUER_RELEASE_STAGING", "https://tve.example/?x=y"),
        ("ISSUER_RELEASE_STAGING", "https://tve.example/#x"),
        ("ENVIRONMENT_HOSTS", "tve.example"),
        ("DEFAULT_ENVIRONMENT", "production"),
        ("CLIENT_SECRET_PEPPERS", "p1:short"),
        ("KEY_ENCRYPTION_KEYS", "short"),
        ("THROTTLE_RATE", "often"),
        ("TRUSTED_PROXIES", "proxy.example"),
        ("STATEMENT_ALG", "none"),
        ("VAR_DIR", "/dev/null/var"),
    ],
)
@pytest.mark.compliance("RFC 8414", "2")
def test_a_bad_value_is_told_in_one_line(tmp_path, name, value):
    done = start(tmp_path, **{name: value})
    assert done.returncode == 1
    assert done.stderr.startswith(f"settings: {name} must be ")
    assert done.stderr.count("\n") == 1


def test_the_port_of_another_server_is_refused(settings):
    settings.HOST = "127.0.0.1"
    with socket.socket() as other:
        # As granian listens: without the check both would share the port, and answer in turn.
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings.PORT = other.getsockname()[1]
        with pytest.raises(SystemExit, match=f"cannot listen on 127.0.0.1:{settings.PORT}: Address already in use"):
            serve.check_free()
    serve.check_free()


def test_a_secret_is_made_once(tmp_path):
    path = tmp_path / "deep" / "secret"
    first = environ.made_once(path, environ.random_base64)
    assert environ.made_once(path, environ.random_base64) == first
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_secret_is_made_though_a_start_broke_off_while_it_was(tmp_path):
    """In a container each start has the same process id."""
    (tmp_path / f".secret.{os.getpid()}").write_text("half")
    assert environ.made_once(tmp_path / "secret", lambda: "whole") == "whole"
