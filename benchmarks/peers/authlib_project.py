"""Authlib with Flask, clients and tokens in memory."""

import os
from pathlib import Path
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from flask import Flask, Response


class Client(ClientMixin):
    def __init__(self, client_id: str, secret: str) -> None:
        self.client_id, self.secret = client_id, secret

    def check_client_secret(self, client_secret: str) -> bool:
        return self.secret == client_secret

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002
        return method == "client_secret_post"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "client_credentials"

    def get_allowed_scope(self, scope: str | None) -> str:
        return scope or ""


class ClientCredentials(grants.ClientCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_post"]


_pairs = (line.split() for line in Path(os.environ["CREDENTIALS"]).read_text().splitlines())
_clients = {client_id: Client(client_id, secret) for client_id, secret in _pairs}
_tokens: dict[str, Any] = {}


def _save(token: dict[str, Any], _: Any) -> None:
    _tokens[token["access_token"]] = token


application = Flask(__name__)
server = AuthorizationServer(application, query_client=_clients.get, save_token=_save)
server.register_grant(ClientCredentials)


@application.post("/token")
def token() -> Response:
    response: Response = server.create_token_response()
    return response
