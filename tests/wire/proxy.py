"""The shipped proxy, with nothing changed but its addresses."""

import contextlib
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests import live
from tests.wire.raw import Connection

SHIPPED = live.ROOT / "config" / "nginx.conf"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextlib.contextmanager
def nginx(folder: Path, application_port: int, certificate: Path | None = None) -> Iterator[tuple[int, Path]]:
    """Nginx on a free port in front of an application; the port, and the file that holds both of its logs.

    With TLS where a certificate is given: a file with its key.
    """
    port = live.free_port()
    listen = f"listen 127.0.0.1:{port};"
    if certificate:
        listen = f"listen 127.0.0.1:{port} ssl; ssl_certificate {certificate}; ssl_certificate_key {certificate};"
    text = SHIPPED.read_text()
    for pattern, replacement in (
        (r"server 127\.0\.0\.1:8000 ", f"server 127.0.0.1:{application_port} "),
        (r"listen 8080;", listen),
        (r'default "http://localhost:8080";', f'default "{live.ISSUER}";'),
    ):
        text, changed = re.subn(pattern, replacement, text)
        assert changed == 1, f"nginx.conf has no line, or several, for {pattern}"
    configuration = folder / "nginx.conf"
    configuration.write_text(text)
    directives = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
    log = folder / "nginx.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(NGINX), "-p", str(folder), "-e", "stderr", "-c", str(configuration), "-g", directives],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _await(process, port, log)
        yield port, log
    finally:
        live.stop(process)


def _await(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    for _ in range(20 * live.PATIENCE):
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(OSError), Connection(port):
            return
        time.sleep(0.05)
    raise AssertionError("nginx did not start.\n" + log.read_text())
