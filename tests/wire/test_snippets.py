"""What the statement page offers to paste: curl, Python and JavaScript are run, the others are held to the wire."""

import json
import re
import shutil
import subprocess
import sys

import pytest

from dashboard import snippets
from tests import live

RUN = {"python": [sys.executable, "-"], "javascript": ["node", "-"]}
WRITTEN = {"kotlin", "swift", "roku"}


@pytest.fixture(scope="module")
def texts(place, server):
    """Each snippet as it is pasted; only the host is exchanged."""
    return {key: text.replace(live.ISSUER, server.base) for key, text in place.operator.ask("snippets").items()}


def run(command, text):
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not on this machine")
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def curl(text):
    if not shutil.which("curl"):
        pytest.skip("curl is not on this machine")
    return json.loads(run(["bash", "-s"], text.replace("curl ", "curl --silent --fail ", 1)))


def test_curl_registers_and_gets_a_token(server, texts, quiet_log):
    client = curl(texts["register"])
    asked = texts["token"].replace("CLIENT_ID", client["client_id"]).replace("CLIENT_SECRET", client["client_secret"])
    assert server.validate(curl(asked)["access_token"])[0] == 200


@pytest.mark.parametrize("language", RUN)
def test_a_program_registers_and_gets_a_token(server, texts, quiet_log, language):
    token, expires_in = run(RUN[language], texts[language]).split()
    assert server.validate(token)[0] == 200
    assert expires_in == "21600"


@pytest.mark.parametrize("language", RUN)
def test_a_program_says_so_when_it_is_refused(texts, language):
    with pytest.raises(AssertionError, match=r"400|invalid_software_statement"):
        run(RUN[language], re.sub("eyJ[A-Za-z0-9_-]+", "eyJ", texts[language], count=1))


def test_every_url_member_and_status_is_of_the_checked_document(texts):
    known = snippets.words("release-production")
    names = {name for name, value in known.items() if name == value}
    assert {"software_statement", "client_id", "client_secret", "grant_type", "access_token", "expires_in"} <= names
    for key in RUN.keys() | WRITTEN | {"register", "token"}:
        raw = snippets.RAW[key][1]
        # Nothing of the wire is written out: what is not in the document fails to render.
        assert not re.search(r"/o/|/oauth/|\b20[01]\b|https?://", raw), key
        assert not [name for name in names if re.search(rf"(?<![«\w.]){name}(?!\w)", raw.replace("R.string.", "."))], (
            key
        )
    for key in WRITTEN:
        for word in ("/o/client/register", "/o/client/token", "201", "client_secret", "software_statement"):
            assert word in texts[key], (key, word)
        assert "«" not in texts[key]


def test_the_words_are_those_that_the_document_has():
    known = snippets.words("release-production")
    assert known["register_path"] == "/o/client/register"
    assert known["token_path"] == "/o/client/token"
    assert (known["register_status"], known["token_status"], known["grant"]) == ("201", "201", "client_credentials")
