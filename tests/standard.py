"""The hands of an OAuth library: the standard dialect, and the refusals that it hears there."""

import base64
import json
from urllib.parse import urlencode

from registration.models import Client, SoftwareStatement
from tests import protocol
from tests.protocol import FORM

REGISTER, TOKEN = "/oauth/register", "/oauth/token"
INTROSPECT, REVOKE = "/oauth/introspect", "/oauth/revoke"
METADATA = "/.well-known/oauth-authorization-server"
BASIC_CHALLENGE = 'Basic realm="tve", charset="UTF-8"'
NO_TOKEN, BAD_TOKEN = 'Bearer realm="tve"', 'Bearer realm="tve", error="invalid_token"'

INVALID_CLIENT = "The client credentials are not valid here. Register again and use the new ones."
SUSPENDED = "The application is suspended. Keep the client credentials and try again later."
NO_CREDENTIALS = "Authenticate with client_id and client_secret, in a Basic header or in the body."
NOT_BASIC = "Authenticate with a Basic header, or in the body without an Authorization header."
NO_ASSERTION = "Authenticate with a client secret; client_assertion is not supported."
ONE_WAY = "Authenticate in one way, not two."
OTHER_ID = "The client_id in the body is not the one of the Basic header."
UNDECODABLE = "The Basic header is not base64 of id:secret in UTF-8."
INVALID_TOKEN = "The access token is missing, expired or no longer valid. Get a new one."


def basic(client_id, secret):
    """A Basic header of these texts as they are, or of these octets."""
    parts = [part if isinstance(part, bytes) else part.encode() for part in (client_id, secret)]
    return "Basic " + base64.b64encode(b":".join(parts)).decode()


def of(client):
    return basic(client["client_id"], client["client_secret"])


def form(http, path, members, *, authorization=None, **headers):
    """POST a form; `members` may be text that is encoded already."""
    body = members if isinstance(members, str | bytes) else urlencode(members)
    headers = {**headers, **({"authorization": authorization} if authorization is not None else {})}
    return http.post(path, body, content_type=FORM, headers=headers)


def register(http, text, *, headers=None, path=REGISTER, **members):
    """Register with the statement `text`; a member that is `...` is left out."""
    body = {"software_statement": text, **members}
    body = {name: value for name, value in body.items() if value is not ...}
    return http.post(path, json.dumps(body), content_type="application/json", headers=headers)


def registered(http, world, **members):
    response = register(http, world.text, **members)
    assert response.status_code == 201, response.content
    return response.json()


def token(http, client, *, path=TOKEN, **more):
    """Ask for a token with Basic."""
    return form(http, path, {"grant_type": "client_credentials", **more}, authorization=of(client))


def token_of(http, client, **more):
    response = token(http, client, **more)
    assert response.status_code == 200, response.content
    return response.json()["access_token"]


def introspect(http, client, text, *, path=INTROSPECT, **more):
    return form(http, path, {"token": text, **more}, authorization=of(client))


def revoke(http, client, text, *, path=REVOKE, **more):
    return form(http, path, {"token": text, **more}, authorization=of(client))


def manage(http, method, client, members=None, *, token=None, path=None, **headers):
    """`GET`, `PUT` or `DELETE` a registration with its own token."""
    path = path or f"{REGISTER}/{client['client_id']}"
    bearer = client["registration_access_token"] if token is None else token
    body = "" if members is None else members if isinstance(members, str | bytes) else json.dumps(members)
    headers = {"authorization": f"Bearer {bearer}", **headers}
    return http.generic(method, path, body, content_type="application/json", headers=headers)


def resource_server(http, world, **fields):
    """A client whose application may introspect every token."""
    app = protocol.application(world.programmer, **{"scopes": ["introspection"], **fields})
    return register(http, protocol.issue(app).text).json()


def check_unauthorized(response, description=INVALID_CLIENT, error="invalid_client", challenge=BASIC_CHALLENGE):
    """The whole of a 401, with its challenge."""
    protocol.check_refusal(response, error, description, status=401)
    assert response["WWW-Authenticate"] == challenge


def check_refusal(response, error, description, status=400):
    """The whole of any other refusal, which challenges nobody."""
    protocol.check_refusal(response, error, description, status=status)
    assert "WWW-Authenticate" not in response


def brought_over(world, client_id, secret):
    """A client as an old server made them: an id of any printable ASCII, and no statement."""
    from oauth import secrets  # noqa: PLC0415

    return Client.objects.create(
        client_id=client_id,
        client_secret=secrets.seal(secrets.digest(secret)),
        hash_client_secret=False,
        client_type=Client.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS,
        environment=world.environment,
        application=world.application,
        dialect=Client.Dialect.IMPORTED,
    )


def statement_of(text):
    return SoftwareStatement.objects.get(text=text)
