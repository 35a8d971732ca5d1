"""The samples of `docs/protocol.md` are what the server answers. To write them anew: `WRITE_SAMPLES=1`, and this."""

import json
import os
import re
from pathlib import Path

from django.conf import settings

from tests import protocol, standard

PAGE = Path(__file__).resolve().parent.parent / "docs" / "protocol.md"
_BETWEEN = re.compile("(?<=<!-- samples -->\n).*(?=<!-- end of samples -->)", re.DOTALL)
_SHOWN = ("WWW-Authenticate", "Allow", "Retry-After", "ETag", "Cache-Control", "X-Request-Id")
_UUIDS = [f"{digit * 8}-{digit * 4}-4{digit * 3}-8{digit * 3}-{digit * 12}" for digit in "123456789"]
_REPLACED = (
    (r"eyJ[\w-]+\.[\w-]+\.[\w-]+", "eyJ…"),
    (r"(?<![\w-])[A-Za-z0-9_-]{43}(?![\w-])", "kT0…"),
    (r"(?<!\d)1[0-9]{12}(?!\d)", "1795487176557"),
    (r"(?<!\d)1[0-9]{9}(?!\d)", "1795487176"),
    (r"(?<!\w)[0-9a-f]{32}(?!\w)", "9f86d081884c7d659a2feaa0c55ad015"),
    (r"\"expires_in\": 215\d\d", '"expires_in": 21599'),
)


def _still(text):
    """The same text at each run: ids, secrets, instants and hosts are always the same ones."""
    seen = {}
    for found in re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text):
        seen.setdefault(found, _UUIDS[len(seen) % 9])
    for found, instead in seen.items():
        text = text.replace(found, instead)
    for pattern, instead in _REPLACED:
        text = re.sub(pattern, instead, text)
    return text.replace(settings.PUBLIC_URL, "https://id.example")


def _sample(title, request, response):
    headers = [f"{name}: {response[name]}" for name in _SHOWN if response.has_header(name)]
    shown = [header for header in headers if not header.startswith(("Cache-Control: no-store", "X-Request-Id"))]
    is_json = response.get("Content-Type") == "application/json"
    body = json.dumps(json.loads(response.content), indent=1) if is_json else response.content.decode()
    answer = "\n".join([f"{response.status_code} {response.reason_phrase}", *shown, "", body]).rstrip()
    return _still(f"**{title}**\n\n```http\n{request}\n\n{answer}\n```\n")


def _samples(http, world):
    text = world.text
    client = protocol.registered(http, world, redirect_uri="https://live.aurora.example/done")
    token = protocol.token_of(http, client)
    bearer = "Authorization: Bearer eyJ…"
    form = "Content-Type: application/x-www-form-urlencoded"
    basic = "Authorization: Basic …"
    yield (
        "Register, TVE dialect",
        (
            'POST /o/client/register\nContent-Type: application/json\n\n{"software_statement": "eyJ…",'
            ' "redirect_uri": "https://live.aurora.example/done"}'
        ),
        protocol.register(http, text, redirect_uri="https://live.aurora.example/done"),
    )
    asked = f"POST /o/client/token\n{form}\n\ngrant_type=client_credentials&client_id=…&client_secret=…"
    yield "Token, TVE dialect", asked, protocol.token(http, client)
    yield "A wrong secret, TVE dialect", asked, protocol.token(http, {**client, "client_secret": "x"})
    yield "Validate", f"GET /o/client/validate\n{bearer}", protocol.bearer(http, protocol.VALIDATE, token)
    yield "Scopes", f"GET /o/client/scopes\n{bearer}", protocol.bearer(http, protocol.SCOPES, token)
    called = f"GET {protocol.CONFIGURATION}\n{bearer}"
    yield "The protected API", called, protocol.bearer(http, protocol.CONFIGURATION, token)
    yield "The protected API, with a token that is no good", called, protocol.bearer(http, protocol.CONFIGURATION, "x")
    yield (
        "Register, standard dialect",
        'POST /oauth/register\nContent-Type: application/json\n\n{"software_statement": "eyJ…"}',
        standard.register(http, text),
    )
    asked = f"POST /oauth/token\n{basic}\n{form}\n\ngrant_type=client_credentials&scope=api:client:v2"
    yield "Token, standard dialect", asked, standard.token(http, client, scope="api:client:v2")
    wrong = standard.token(http, {**client, "client_secret": "x"}, scope="api:client:v2")
    yield "A wrong secret, standard dialect", asked, wrong
    asked = f"POST /oauth/introspect\n{basic}\n{form}\n\ntoken=eyJ…"
    yield "Introspect", asked, standard.introspect(http, client, token)
    yield "Revoke", f"POST /oauth/revoke\n{basic}\n{form}\n\ntoken=eyJ…", standard.revoke(http, client, token)
    yield "Introspect what was revoked", asked, standard.introspect(http, client, token)
    yield "Metadata", f"GET {standard.METADATA}", http.get(standard.METADATA)


def test_the_samples_of_the_protocol_are_what_the_server_answers(http, world):
    samples = "\n".join(_sample(*each) for each in _samples(http, world))
    page = PAGE.read_text()
    if os.environ.get("WRITE_SAMPLES"):
        PAGE.write_text(_BETWEEN.sub(lambda _: samples, page))
    assert _BETWEEN.search(PAGE.read_text()).group() == samples, "run it with WRITE_SAMPLES=1"
