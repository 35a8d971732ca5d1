"""What the operator process of `tests.live` can be asked: the product's own verbs, and counts of what is stored."""

import time
from functools import partial
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection

from dashboard import revocations
from dashboard import snippets as statement_snippets
from oauth import keys
from oauth.audit import Actor
from registration import applications, statements
from registration import clients as client_verbs
from registration.models import Channel, Client, Domain, Programmer, RegisteredApplication, SoftwareStatement

_BY = Actor.command()
_VERBS = {
    "revoke": revocations.revoke,
    "suspend": applications.suspend,
    "reinstate": partial(applications.reinstate, as_tam=True),
}


def make_world() -> dict[str, str]:
    """`Aurora Live` of programmer `aurora` in release-production, and another application in release-staging."""
    live = _application("release-production", "Aurora Live")
    staged = _application("release-staging", "Aurora Staged")
    watcher = _application("release-production", "Resource server", scopes=("introspection",))
    return {
        "software_id": str(live.software_id),
        "statement": statements.issue(live, expires_at=None, by=_BY).text,
        "staging_statement": statements.issue(staged, expires_at=None, by=_BY).text,
        "watcher_statement": statements.issue(watcher, expires_at=None, by=_BY).text,
    }


def another_application(name: str, scopes: list[str] | None = None) -> dict[str, str]:
    application = _application("release-production", name)
    if scopes:
        application.scopes = scopes
        application.save(update_fields=["scopes"])
    statement = statements.issue(application, expires_at=None, by=_BY)
    return {"software_id": str(application.software_id), "statement": statement.text, "jti": str(statement.jti)}


def bring_over(name: str) -> str:
    """A statement in the shape of the original: header `alg` only, claims `sub nbf iss iat`, by an imported key."""
    application = _application("release-production", name)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    issuer = "https://old.example"
    keys.import_statement_key(environment="release-production", pem=pem, alias=issuer, by=_BY)
    now = int(time.time())
    return jwt.encode(
        {"sub": str(application.software_id), "nbf": now, "iss": issuer, "iat": now}, key, "RS256", {"typ": None}
    )


def snippets() -> dict[str, str]:
    """What the page of the world's statement offers to paste."""
    statement = SoftwareStatement.objects.get(application__name="Aurora Live")
    return {each.key: each.text for each in statement_snippets.of_statement(statement)}


def change_state(act: str, software_id: str) -> None:
    row = RegisteredApplication.objects.get(software_id=software_id)
    _VERBS[act](row, reason="a test says so", by=_BY)


def change_statement(act: str, jti: str) -> None:
    verb = {"revoke": statements.revoke, "reinstate": statements.reinstate}[act]
    verb(SoftwareStatement.objects.get(jti=jti), reason="a test says so", by=_BY)


def revoke_client(client_id: str) -> None:
    client_verbs.revoke(Client.objects.get(client_id=client_id), reason="a test says so", by=_BY)


def end_other_connections() -> None:
    """Of this PostgreSQL database, as a failover would: every connection but the operator's own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def stored() -> dict[str, int]:
    return {
        "clients": Client.objects.count(),
        "half_made": Client.objects.filter(client_secret="").count(),
        "statements": SoftwareStatement.objects.count(),
        "applications": RegisteredApplication.objects.count(),
    }


def client(client_id: str) -> dict[str, Any]:
    row = Client.objects.get(client_id=client_id)
    return {"platform": row.platform, "redirect_uris": row.redirect_uris, "secret": row.client_secret}


def _application(environment: str, name: str, scopes: tuple[str, ...] = ("api:client:v2",)) -> RegisteredApplication:
    programmer, _ = Programmer.objects.get_or_create(
        environment=environment, public_id="aurora", defaults={"display_name": "Aurora"}
    )
    channel, _ = Channel.objects.get_or_create(
        environment=environment, public_id="aurora-one", programmer=programmer, defaults={"display_name": "Aurora One"}
    )
    Domain.objects.get_or_create(environment=environment, channel=channel, host="live.aurora.example")
    return RegisteredApplication.objects.create(
        environment=environment,
        programmer=programmer,
        programmer_public_id="aurora",
        name=name,
        version="6.1.0",
        level="programmer",
        all_channels=True,
        platforms=["IOS", "ROKU", "FIRETV", "UNIDENTIFIED"],
        domains=["live.aurora.example"],
        scopes=list(scopes),
    )
