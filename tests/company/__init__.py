"""The company's OpenID provider, run for a test: `with provider(folder) as issuer`."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from urllib.request import ProxyHandler, build_opener

PASSWORD = "what-the-company-knows-3"
# By address: how well the provider knows it. Two have an account here, but not for the provider to open.
PEOPLE = {
    "alice@example.test": "verified",
    "ALICE@Example.test": "word",
    "tom@example.test": "unverified",
    "tess@example.test": "word-false",
    "ada@example.test": "silent",
    "stranger@example.test": "verified",
    "nobody@example.test": "nameless",
    "editor@demo.example": "verified",
    "tam@demo.example": "verified",
}
CLIENT = {"OIDC_CLIENT_ID": "tve-dashboard", "OIDC_CLIENT_SECRET": "the-companys-secret"}


@contextlib.contextmanager
def provider(folder):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {"PROVIDER_PORT": str(port), "PROVIDER_DATABASE": str(folder / "provider.sqlite3")}
    with subprocess.Popen([sys.executable, "-m", "tests.company"], env={**os.environ, **own}) as process:
        try:
            issuer = f"http://127.0.0.1:{port}/o"
            _wait_for(f"{issuer}/.well-known/openid-configuration", process)
            yield issuer
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(url, process):
    opener = build_opener(ProxyHandler({}))
    for _ in range(1_200):
        if process.poll() is not None:
            raise RuntimeError("The provider stopped.")
        with contextlib.suppress(OSError):
            opener.open(url, timeout=5).close()
            return
        time.sleep(0.1)
    raise RuntimeError("The provider does not answer.")
