"""`make demo`: the product's story, told with real HTTP to a real server on an empty database, each step checked."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from config.browser import Answer, Browser

PASSWORD = "demo-pass-phrase-7"
ENVIRONMENT = "release-production"


class Story:
    """Says each step in a line, and stops at the first that does not hold."""

    def __init__(self) -> None:
        self.started = time.monotonic()

    def scene(self, text: str) -> None:
        print(f"\n{text}")

    def step(self, answer: Answer, expected: int, *, shows: str = "") -> Answer:
        path = re.sub(r"^https?://[^/]+", "", answer.url)
        held = answer.status == expected and shows in answer.body
        print(f"  {'ok  ' if held else 'FAIL'} {answer.method:4} {path:<84} {answer.status} {shows}")
        if not held:
            raise SystemExit(f"demo: expected {expected} with {shows!r} in the answer, but got:\n{answer.body[:2000]}")
        return answer


def main() -> None:
    story = Story()
    with tempfile.TemporaryDirectory() as folder, served(folder) as base:
        tell(story, base)
    print(f"\nThe story holds. It took {time.monotonic() - story.started:.0f} s.")


def tell(story: Story, base: str) -> None:
    editor, tam, app = Browser(base), Browser(base), Browser(base)

    story.scene("Maya, an editor of Aurora Networks, signs in, creates an application and pushes it.")
    sign_in(story, editor, "editor@demo.example")
    created = editor.submit(
        f"/{ENVIRONMENT}/programmers/aurora/applications/new/",
        name="Aurora Encore",
        version="1.0.0",
        reach="chosen",
        channels=["aurora-one"],
        platforms=["ROKU", "FIRETV"],
        domains=["live.aurora.example"],
        scopes=["rest-v2"],
    )
    story.step(created, 200, shows="not live yet")
    described = "Add Aurora Encore for Roku and Fire TV."
    pushed = editor.submit(f"/{ENVIRONMENT}/draft/aurora/push/", description=described)
    story.step(pushed, 200, shows=described)
    live = editor.get(f"/{ENVIRONMENT}/applications/?q=Aurora+Encore")
    links = re.findall(rf'href="(/{ENVIRONMENT}/applications/([0-9a-f-]{{36}})/[^"]*/download/)"', live.body)
    if not links:
        raise SystemExit("demo: the page after the push offers no software statement to download.")
    path, software_id = links[0]
    application = f"/{ENVIRONMENT}/applications/{software_id}/"

    story.scene("The software statement is there on the next page. She downloads it.")
    statement = story.step(editor.get(path), 200).body

    story.scene("A television registers with it, gets a token, and calls the protected API.")
    client = story.step(register(app, statement), 201, shows="client_secret").json()
    token = story.step(get_token(app, client), 201, shows="access_token").json()["access_token"]
    story.step(configuration(app, token), 200, shows='"requestor"')

    story.scene("Tom, a technical account manager, revokes the application.")
    sign_in(story, tam, "tam@demo.example")
    revoked = tam.submit(f"{application}revoke/", reason="The statement leaked.", confirmation="Aurora Encore")
    story.step(revoked, 200, shows="Revoked")

    story.scene("At the next request everything is refused.")
    story.step(register(app, statement), 400, shows="unapproved_software_statement")
    story.step(get_token(app, client), 400, shows="invalid_client")
    story.step(configuration(app, token), 401, shows="invalid_access_token_client_application")

    story.scene("He reinstates it, and the television goes on with what it has.")
    back = tam.submit(f"{application}reinstate/", reason="False alarm.")
    story.step(back, 200, shows="Active")
    story.step(get_token(app, client), 201, shows="access_token")
    story.step(configuration(app, token), 200, shows='"requestor"')


def sign_in(story: Story, browser: Browser, email: str) -> None:
    story.step(browser.submit("/accounts/login/", login=email, password=PASSWORD), 200, shows="Release Production")


def register(app: Browser, statement: str) -> Answer:
    members: dict[str, Any] = {"software_statement": statement, "redirect_uri": "https://live.aurora.example/done"}
    body = json.dumps(members).encode()
    return app.ask("POST", "/o/client/register", body=body, headers={"Content-Type": "application/json"})


def get_token(app: Browser, client: dict[str, Any]) -> Answer:
    form = {"grant_type": "client_credentials", **{name: client[name] for name in ("client_id", "client_secret")}}
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return app.ask("POST", "/o/client/token", body=urlencode(form).encode(), headers=kind)


def configuration(app: Browser, token: str) -> Answer:
    return app.get("/api/v2/aurora-one/configuration", Authorization=f"Bearer {token}")


@contextlib.contextmanager
def served(folder: str) -> Iterator[str]:
    """The product of `make run` on a free port with an empty database below `folder`; the URL where it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    dropped = {"DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "HOST", "EMAIL_URL"}
    environment = {name: value for name, value in os.environ.items() if name not in dropped}
    environment |= {"PORT": str(port), "VAR_DIR": folder, "DEFAULT_ENVIRONMENT": ENVIRONMENT, "LOG_LEVEL": "ERROR"}
    environment["DEMO_PASSWORD"] = PASSWORD
    command = [sys.executable, "-m", "config.serve"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as server:
        try:
            base = f"http://localhost:{port}"
            wait_for(Browser(base), server)
            yield base
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)


def wait_for(browser: Browser, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(1_800):
        if server.poll() is not None:
            raise SystemExit("demo: the server stopped before it answered.")
        with contextlib.suppress(OSError):
            if browser.get("/healthz").status == 200:
                return
        time.sleep(0.1)
    raise SystemExit("demo: the server did not answer within three minutes.")


if __name__ == "__main__":
    main()
