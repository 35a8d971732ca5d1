"""Client metadata of a standard registration (RFC 7591 section 2): what is kept, what is replaced, what is refused."""

import re
from typing import Any

from oauth.clients import AUTHENTICATION_METHODS, GRANT
from registration.errors import InvalidClientMetadata, InvalidRedirectURI, InvalidSoftwareStatement

MOST_REDIRECT_URIS = 16
TEXT_MOST, URI_MOST, CONTACTS_MOST = 255, 2000, 16
URIS = ("client_uri", "logo_uri", "tos_uri", "policy_uri", "jwks_uri")
# What a client may not send back (RFC 7592 section 2.2).
SET_BY_SERVER = (
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
)
# A host by its name, and no user info: a link that people see must not look as if it were somebody else's.
HTTPS_URL = r"^https://[A-Za-z0-9._-]+(:[0-9]{1,5})?([/?#][!-~]*)?$"
_HTTPS_URL = re.compile(HTTPS_URL.removesuffix("$") + r"\Z")
PRIVATE_JWK_MEMBERS = {"d", "k", "p", "q", "dp", "dq", "qi", "oth"}
# The statement's values win over the body's (section 2.3); what is not listed here is ignored, as section 2 has it.
_BY_STATEMENT = ("client_name", "software_id", "software_version", "scope")


def software_statement(members: dict[str, Any]) -> str:
    """Raises InvalidClientMetadata where there is none, InvalidSoftwareStatement where it is no string."""
    if "software_statement" not in members:
        raise InvalidClientMetadata("The member software_statement is missing.")
    text = members["software_statement"]
    if not isinstance(text, str) or not text.strip():
        raise InvalidSoftwareStatement("The member software_statement is not a string that holds a statement.")
    return text


def renews_secret(members: dict[str, Any]) -> bool:
    """Whether the client asks for a new secret (`rotate_client_secret`, ours). Raises InvalidClientMetadata."""
    wanted = members.get("rotate_client_secret", False)
    if not isinstance(wanted, bool):
        raise InvalidClientMetadata("The member rotate_client_secret must be true or false.")
    return wanted


def redirect_uris(members: dict[str, Any]) -> list[str] | None:
    """Those asked for, or None where the member was left out. Raises InvalidRedirectURI."""
    if "redirect_uris" not in members:
        return None
    uris = members["redirect_uris"]
    if not isinstance(uris, list) or not all(isinstance(uri, str) for uri in uris):
        raise InvalidRedirectURI("The member redirect_uris must be an array of strings.")
    if len(uris) > MOST_REDIRECT_URIS:
        raise InvalidRedirectURI(f"The member redirect_uris holds more than {MOST_REDIRECT_URIS}.")
    return list(dict.fromkeys(uris))


def parse(members: dict[str, Any]) -> dict[str, Any]:
    """What is kept of the rest: each member of the right type and form. Raises InvalidClientMetadata.

    `response_types` and further `grant_types` are replaced, not refused. Nothing that a client names is fetched.
    """
    grant_types = _strings(members, "grant_types", [GRANT])
    if GRANT not in grant_types:
        raise InvalidClientMetadata("The member grant_types must contain client_credentials.")
    _strings(members, "response_types", [])
    for name in _BY_STATEMENT:
        _text(members, name)
    method = members.get("token_endpoint_auth_method", AUTHENTICATION_METHODS[0])
    if method not in AUTHENTICATION_METHODS:
        raise InvalidClientMetadata("The token_endpoint_auth_method must be client_secret_basic or client_secret_post.")
    kept: dict[str, Any] = {"token_endpoint_auth_method": method}
    for name in URIS:
        if name in members:
            kept[name] = _https(members, name)
    if "contacts" in members:
        kept["contacts"] = _strings(members, "contacts", [])
        if len(kept["contacts"]) > CONTACTS_MOST:
            raise InvalidClientMetadata(f"The member contacts holds more than {CONTACTS_MOST}.")
    if "jwks" in members:
        kept["jwks"] = _jwks(members)
    return kept


def _text(members: dict[str, Any], name: str) -> None:
    value = members.get(name, "")
    if not isinstance(value, str) or len(value) > TEXT_MOST:
        raise InvalidClientMetadata(f"The member {name} must be a string of at most {TEXT_MOST} characters.")


def _strings(members: dict[str, Any], name: str, default: list[str]) -> list[str]:
    value = members.get(name, default)
    if not isinstance(value, list) or not all(isinstance(each, str) and len(each) <= TEXT_MOST for each in value):
        raise InvalidClientMetadata(f"The member {name} must be an array of strings.")
    return value


def _https(members: dict[str, Any], name: str) -> str:
    uri = members[name]
    if not isinstance(uri, str) or len(uri) > URI_MOST or not _HTTPS_URL.match(uri):
        raise InvalidClientMetadata(f"The member {name} must be an https URL.")
    return uri


def _jwks(members: dict[str, Any]) -> dict[str, Any]:
    jwks: dict[str, Any] = members["jwks"]
    if "jwks_uri" in members:
        raise InvalidClientMetadata("Send jwks or jwks_uri, not both.")
    keys = jwks.get("keys") if isinstance(jwks, dict) else None
    if not isinstance(keys, list) or not all(isinstance(key, dict) and isinstance(key.get("kty"), str) for key in keys):
        raise InvalidClientMetadata("The member jwks must be a JWK set.")
    if any(PRIVATE_JWK_MEMBERS & set(key) for key in keys):
        raise InvalidClientMetadata("The member jwks holds a private or symmetric key. Send public keys only.")
    return jwks
