"""A live world for the protocol's tests, and the hands that apps and forgers have: statements, clients, tokens."""

import base64
import itertools
import json
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import jwt
import pytest
from django.conf import settings
from django.db.models.functions import Now
from jwt.algorithms import get_default_algorithms

from oauth import environments, jose, keys
from oauth.audit import Actor
from registration import statements
from registration.models import (
    Channel,
    Client,
    CustomScheme,
    Domain,
    Programmer,
    RegisteredApplication,
    SoftwareStatement,
)
from registration.platforms import Platform
from tests.once import once

ENVIRONMENT = "release-production"
ELSEWHERE = "release-staging"
ISSUER_ELSEWHERE = "release-staging.localhost"
FORM = "application/x-www-form-urlencoded"
REGISTER, TOKEN = "/o/client/register", "/o/client/token"
SCOPES, VALIDATE = "/o/client/scopes", "/o/client/validate"
CONFIGURATION, JWKS = "/api/v2/aurora-one/configuration", "/.well-known/jwks.json"
THE_SECOND = timedelta(seconds=1)
OPERATOR = Actor.command()
_number = itertools.count(1)


@dataclass
class World:
    """Programmer `aurora` with two channels, `borealis` with one; `Aurora Live` covers all of aurora's."""

    environment: str
    programmer: Programmer
    channel: Channel
    second: Channel
    stranger: Channel
    application: RegisteredApplication
    statement: SoftwareStatement

    @property
    def text(self):
        return self.statement.text


def build(environment=ENVIRONMENT):
    """A world in `environment`. Its keys must be there (the `signing_keys` fixture)."""
    programmer = Programmer.objects.create(environment=environment, public_id="aurora", display_name="Aurora")
    channel, second = (
        Channel.objects.create(environment=environment, programmer=programmer, public_id=public_id, display_name=name)
        for public_id, name in (("aurora-one", "Aurora One"), ("aurora-two", "Aurora Two"))
    )
    borealis = Programmer.objects.create(environment=environment, public_id="borealis", display_name="Borealis")
    stranger = Channel.objects.create(
        environment=environment, programmer=borealis, public_id="borealis-one", display_name="Borealis One"
    )
    Domain.objects.create(environment=environment, channel=channel, host="live.aurora.example")
    Domain.objects.create(environment=environment, channel=second, host="two.aurora.example")
    Domain.objects.create(environment=environment, channel=stranger, host="live.borealis.example")
    app = application(programmer, name="Aurora Live")
    return World(environment, programmer, channel, second, stranger, app, issue(app))


@pytest.fixture
def world(signing_keys):
    return once(build)


def application(programmer, **fields):
    """A live application of `programmer`: by default of all its channels, everywhere, for the REST API v2."""
    defaults = {
        "environment": programmer.environment,
        "programmer": programmer,
        "programmer_public_id": programmer.public_id,
        "name": f"App {next(_number)}",
        "version": "6.1.0",
        "level": "programmer",
        "all_channels": True,
        "platforms": sorted(Platform.values),
        "domains": ["live.aurora.example", "two.aurora.example"],
        "scopes": ["api:client:v2"],
    }
    return RegisteredApplication.objects.create(**{**defaults, **fields})


def scheme(programmer, text, **fields):
    return CustomScheme.objects.create(environment=programmer.environment, programmer=programmer, scheme=text, **fields)


def issue(app, expires_at=None):
    return statements.issue(app, expires_at=expires_at, by=OPERATOR)


def now():
    return datetime.now(UTC)


def at(row, **instants):
    """Set state instants as the database stamps them: True is now, a timedelta is that far from now."""
    values = {
        name: value if value is None else Now() if value is True else Now() + value for name, value in instants.items()
    }
    type(row)._default_manager.filter(pk=row.pk).update(**values)
    row.refresh_from_db()


# --- What an app does ---


def register(http, text, *, headers=None, **members):
    """Register with the statement `text`, in JSON."""
    body = {"software_statement": text, **members}
    return http.post(REGISTER, json.dumps(body), content_type="application/json", headers=headers)


def token(http, client, *, headers=None, **more):
    """Ask for a token with `client`, a registration's answer."""
    body = {
        "grant_type": "client_credentials",
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        **more,
    }
    body = {name: value for name, value in body.items() if value is not None}
    return http.post(TOKEN, urlencode(body), content_type=FORM, headers=headers)


def bearer(http, path, text, **more):
    return http.get(path, headers={"authorization": f"Bearer {text}"}, **more)


def registered(http, world, **members):
    response = register(http, world.text, **members)
    assert response.status_code == 201, response.content
    return response.json()


def token_of(http, client, **more):
    response = token(http, client, **more)
    assert response.status_code == 201, response.content
    return response.json()["access_token"]


# --- What a forger does ---


def encode(value):
    """A JWS part: bytes as they are, anything else as JSON."""
    return jose.encode(value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode())


def decode(text):
    """The header and the claims of a JWS, unverified."""
    return tuple(json.loads(base64.urlsafe_b64decode(part + "==")) for part in text.split(".")[:2])


def sign(header, claims, *, key, alg="RS256"):
    """A JWS of any header and claims, as objects or as raw bytes, with a signature that is right."""
    signing_input = f"{encode(header)}.{encode(claims)}"
    signature = get_default_algorithms()[alg].sign(signing_input.encode(), key)
    return f"{signing_input}.{jose.encode(signature)}"


def key_of(environment=ENVIRONMENT, purpose="statement"):
    return keys.current(environment, purpose)


def resign(text, *, header=None, claims=None, key=None, alg="RS256"):
    """`text` with members of its header and claims replaced (`...` takes one away), signed anew and rightly.

    `header` and `claims` may be bytes, which are then signed as they stand.
    """
    parts = []
    for original, change in zip(decode(text), (header, claims), strict=True):
        if isinstance(change, bytes):
            parts.append(change)
            continue
        merged = {**original, **(change or {})}
        parts.append({name: value for name, value in merged.items() if value is not ...})
    return sign(*parts, key=key or key_of().private, alg=alg)


def payload_of(text):
    """The raw bytes of the claims, for forgers who edit text."""
    return base64.urlsafe_b64decode(text.split(".")[1] + "==")


def header_of(text):
    return base64.urlsafe_b64decode(text.split(".")[0] + "==")


def pyjwt(text, public, alg="RS256"):
    """What PyJWT alone says to `text` under the right key: `accepted`, or the name of the error that it raises."""
    try:
        jwt.decode(text, public, algorithms=[alg], options={"verify_aud": False})
    except Exception as error:  # noqa: BLE001  (which one it raises is what is asked)
        return type(error).__name__
    return "accepted"


def base_claims(app, **more):
    """The claims of a statement in the shape that the original issues: nothing but these four."""
    issued = int(time.time()) - 60
    return {"sub": str(app.software_id), "nbf": issued, "iss": "https://old.example", "iat": issued, **more}


# --- What a test looks at ---

SECURITY = {
    "Cache-Control": "no-store",
    "Pragma": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Retry-After, WWW-Authenticate, ETag, X-Request-Id",
}


def check_headers(response):
    """What every answer of the protocol carries; and no cookie."""
    assert {name: response.headers.get(name) for name in SECURITY} == SECURITY
    assert len(response["X-Request-Id"]) == 32
    assert not response.cookies
    if response.status_code != 204:
        assert response["Content-Type"] == "application/json"
        assert response["Content-Length"] == str(len(response.content))


def check_refusal(response, error, description, status=400):
    """The whole of an OAuth refusal."""
    assert (response.status_code, response.json()) == (status, {"error": error, "error_description": description})
    assert description.isascii()
    assert description.isprintable()
    assert not set('"\\') & set(description)
    check_headers(response)


def check_enhanced(response, status, code, message, *, action="none", challenge=None):
    """The whole of a refusal of the protected API."""
    assert (response.status_code, response.json()) == (
        status,
        {
            "action": action,
            "status": status,
            "code": code,
            "message": message,
            "helpUrl": f"{settings.PUBLIC_URL}/help/errors/{code}/",
            "trace": response["X-Request-Id"],
        },
    )
    assert response.headers.get("WWW-Authenticate") == challenge
    check_headers(response)


def is_uuid(text):
    return str(uuid.UUID(text)) == text


def counts():
    """How much is stored of what a request could make."""
    return {
        "clients": Client.objects.count(),
        "statements": SoftwareStatement.objects.count(),
        "applications": RegisteredApplication.objects.count(),
    }


def issuer(environment=ENVIRONMENT):
    return environments.issuer(environment)
