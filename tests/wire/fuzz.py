"""What the fuzzer of `test_fuzzing` cannot guess: it puts real credentials where the document says that some belong.

A hook module of schemathesis, loaded by its own process. Only what is meant to be valid is touched: `FUZZED` in the
environment is the JSON of what is valid here. Nothing is excluded, and no answer is excused.
"""

import base64
import json
import os
import urllib.request

import schemathesis

_KNOWN = json.loads(os.environ["FUZZED"])
_BASIC = "Basic " + base64.b64encode(f"{_KNOWN['client_id']}:{_KNOWN['client_secret']}".encode()).decode()
_MANAGED = "/oauth/register/{client_id}"


@schemathesis.hook
def before_call(_context, case, _kwargs):
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if case.path == _MANAGED and "Bearer" in (case.headers or {}).get("Authorization", ""):
        _own(case)
    if isinstance(case.body, dict):
        _fill(case.body, has_basic=(case.headers or {}).get("Authorization") == _BASIC)
    if case.query and "after" in case.query:
        case.query["after"] = _KNOWN["cursor"]
    if case.path_parameters and "serviceProvider" in case.path_parameters:
        case.path_parameters["serviceProvider"] = "aurora-one"


def _fill(body, *, has_basic):
    for name in ("client_id", "client_secret"):
        if (name in body and "grant_type" in body) or "token" in body:
            body[name] = _KNOWN[name]
    valid = {"software_statement": _KNOWN["statement"], "redirect_uri": _KNOWN["redirect_uri"], "scope": ""}
    body.update({name: value for name, value in valid.items() if body.get(name)})
    if body.get("redirect_uris"):
        body["redirect_uris"] = [_KNOWN["redirect_uri"]]
    if has_basic:
        body.pop("client_secret", None)


def _own(case):
    """A registration of its own for each call: DELETE would take it from the others."""
    url = f"{_KNOWN['base']}/oauth/register"
    body = json.dumps({"software_statement": _KNOWN["statement"]}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json", "Host": "localhost"})
    with urllib.request.urlopen(request) as response:
        client = json.load(response)
    case.path_parameters["client_id"] = client["client_id"]
    case.headers["Authorization"] = f"Bearer {client['registration_access_token']}"
    if isinstance(case.body, dict):
        case.body["client_id"] = client["client_id"]
        if "client_secret" in case.body:
            case.body["client_secret"] = client["client_secret"]
