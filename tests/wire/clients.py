"""`make clients`: OAuth libraries of JavaScript against the production server. npm brings them: run it by hand."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import live

_SCRIPTS = Path(__file__).parent / "javascript"


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file in _SCRIPTS.iterdir():
            shutil.copy(file, folder)
        (folder / "var").mkdir()
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)
        with live.installation(folder / "var") as place, live.server(place) as server:
            caller = place.operator.ask("another_application", name="Caller", scopes=["introspection"])
            environ = {
                **os.environ,
                "BASE": server.base.replace("127.0.0.1", "localhost"),
                "ISSUER": live.ISSUER,
                "STATEMENT": place.statement,
                "CALLER_STATEMENT": caller["statement"],
                "REDIRECT_URI": live.REDIRECT_URI,
            }
            return subprocess.run(["node", "--test", "clients.mjs"], cwd=folder, env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
