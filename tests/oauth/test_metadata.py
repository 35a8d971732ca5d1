"""`GET /.well-known/oauth-authorization-server` (RFC 8414), and the keys that it names."""

import pytest

from tests import protocol, standard
from tests.standard import METADATA

BOTH = ["client_secret_basic", "client_secret_post"]


def check_published(response):
    """Cacheable for five minutes, by anybody; all else as everywhere."""
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=300"
    assert "Pragma" not in response
    assert response["ETag"].startswith('"')
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Expose-Headers"] == "Retry-After, WWW-Authenticate, ETag, X-Request-Id"
    assert len(response["X-Request-Id"]) == 32
    assert response["Content-Type"] == "application/json"
    assert not response.cookies


@pytest.mark.compliance("RFC 8414", "2")
@pytest.mark.compliance("RFC 8414", "3.2")
@pytest.mark.parametrize("path", [METADATA, METADATA + "/"])
@pytest.mark.compliance("RFC 6749", "3.2")
def test_the_metadata_name_the_standard_dialect_and_nothing_else(http, world, path):
    response = http.get(path)
    check_published(response)
    issuer = protocol.issuer()
    metadata = response.json()
    assert metadata == {
        "issuer": issuer,
        "token_endpoint": f"{issuer}/oauth/token",
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "registration_endpoint": f"{issuer}/oauth/register",
        "scopes_supported": metadata["scopes_supported"],
        "response_types_supported": ["none"],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": BOTH,
        "introspection_endpoint": f"{issuer}/oauth/introspect",
        "introspection_endpoint_auth_methods_supported": BOTH,
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "revocation_endpoint_auth_methods_supported": BOTH,
    }
    assert metadata["scopes_supported"][0] == "api:client:v2"
    assert len(metadata["scopes_supported"]) == len(set(metadata["scopes_supported"])) > 5
    assert "/o/client" not in response.content.decode()


@pytest.mark.compliance("RFC 8414", "3.3")
@pytest.mark.compliance("RFC 8414", "6.2")
def test_each_endpoint_exists_and_each_environment_has_its_own(http, world):
    for host, environment in (("localhost", protocol.ENVIRONMENT), (protocol.ISSUER_ELSEWHERE, protocol.ELSEWHERE)):
        metadata = http.get(METADATA, headers={"host": host}).json()
        issuer = protocol.issuer(environment)
        assert metadata["issuer"] == issuer
        for name, url in metadata.items():
            if name.endswith(("_endpoint", "_uri")):
                assert url.startswith(issuer + "/")
                assert http.options(url.removeprefix(issuer), headers={"host": host}).status_code == 204


@pytest.mark.compliance("RFC 8414", "3.3")
@pytest.mark.compliance("RFC 8414", "4")
def test_neither_host_nor_forwarded_headers_move_the_issuer(http, world):
    poison = {"host": "localhost:9999", "x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    assert http.get(METADATA, headers=poison).json()["issuer"] == protocol.issuer()


@pytest.mark.compliance("RFC 8414", "3.1")
def test_an_issuer_with_a_path_is_found_with_that_path_behind_the_well_known_url(http, world, settings):
    assert http.get(f"{METADATA}/tve").status_code == 404
    issuer = "https://id.example/tve"
    settings.ISSUERS = {**settings.ISSUERS, protocol.ENVIRONMENT: issuer}
    for path in (f"{METADATA}/tve", f"{METADATA}/tve/", METADATA):
        metadata = http.get(path).json()
        assert (metadata["issuer"], metadata["token_endpoint"]) == (issuer, f"{issuer}/oauth/token")
    for path in (f"{METADATA}/other", f"{METADATA}/tve/deeper", f"{METADATA}/TVE"):
        response = http.get(path)
        assert (response.status_code, response.json()["error"]) == (404, "not_found")


@pytest.mark.compliance("RFC 9110", "13.1.2")
@pytest.mark.parametrize("path", [METADATA, protocol.JWKS])
def test_what_did_not_change_is_304(http, world, path):
    first = http.get(path)
    check_published(first)
    for known in (first["ETag"], f"W/{first['ETag']}", f'"x", {first["ETag"]}', "*"):
        again = http.get(path, headers={"if-none-match": known})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
        assert again["Cache-Control"] == "public, max-age=300"
    assert http.get(path, headers={"if-none-match": '"x"'}).status_code == 200


@pytest.mark.parametrize("path", [METADATA, protocol.JWKS])
def test_it_is_never_throttled_and_answers_head(http, world, path, settings):
    settings.THROTTLE_BURST = 1
    for _ in range(5):
        check_published(http.get(path))
    head = http.head(path)
    assert (head.status_code, head["ETag"]) == (200, http.get(path)["ETag"])
    response = http.post(path)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")


@pytest.mark.compliance("RFC 9700", "2.6")
@pytest.mark.compliance("RFC 8414", "2")
def test_a_library_that_follows_the_metadata_registers_gets_a_token_and_asks_of_it(http, world):
    metadata = http.get(METADATA).json()
    path = {name: str(url).removeprefix(metadata["issuer"]) for name, url in metadata.items()}
    client = standard.register(http, world.text, path=path["registration_endpoint"]).json()
    text = standard.token(http, client, path=path["token_endpoint"]).json()["access_token"]
    assert standard.introspect(http, client, text, path=path["introspection_endpoint"]).json()["active"] is True
    assert standard.revoke(http, client, text, path=path["revocation_endpoint"]).status_code == 200
    assert standard.introspect(http, client, text, path=path["introspection_endpoint"]).json()["active"] is False
