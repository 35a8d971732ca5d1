"""Which redirect URIs an application may register. Pure: it is told domains and schemes, and asks nobody."""

import re
from collections.abc import Collection

from registration.domains import is_within
from registration.errors import InvalidRedirectURI

MOST = 2000
FORBIDDEN_SCHEMES = frozenset({"javascript", "data", "vbscript", "file", "blob", "about", "http", "https"})
_LOOPBACK = {"127.0.0.1", "[::1]", "localhost"}
_CHARACTERS = re.compile(r"[\x21-\x7e]+\Z")
_URI = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+._-]*):(?://(?P<authority>[^/?#]*))?(?P<path>[^?#]*)(?:\?[^#]*)?(?P<fragment>#.*)?\Z"
)
_AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]*)(?::(?P<port>[0-9]{1,5})?)?\Z")
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def check(  # noqa: C901  (a list of refusals reads best in one place)
    uri: str,
    *,
    domains: Collection[str],
    schemes: Collection[str],
    allow_fragment: bool = True,
    allow_adobepass: bool = True,
) -> str:
    """Which domain or scheme allows `uri`: `domain:…`, `scheme:…` or `loopback`. Raises InvalidRedirectURI.

    `domains` are A-labels in lower case; `schemes` are case-folded. RFC 8252 section 7 and RFC 7591 section 2; the
    deviation is `adobepass://` with a reversed domain as authority, which shipped Android apps send.
    """
    match = _URI.match(uri) if len(uri) <= MOST and _CHARACTERS.match(uri) else None
    if match is None:
        raise InvalidRedirectURI("The redirect_uri is not an absolute URI of at most 2000 printable ASCII characters.")
    if "\\" in uri or "*" in uri or _PERCENT.search(uri):
        raise InvalidRedirectURI("The redirect_uri holds a backslash, an asterisk or a broken percent-encoding.")
    if _has_dot_segment(match["path"]):
        raise InvalidRedirectURI("The redirect_uri holds a dot segment. Write the path out.")
    if match["fragment"] is not None and not allow_fragment:
        raise InvalidRedirectURI("The redirect_uri holds a fragment.")
    authority = match["authority"] or ""
    if "@" in authority:
        raise InvalidRedirectURI("The redirect_uri holds user information.")
    scheme = match["scheme"].lower()
    if scheme in {"http", "https"}:
        return _web(scheme, authority, domains)
    if scheme in FORBIDDEN_SCHEMES:
        raise InvalidRedirectURI
    reversed_domains = {".".join(reversed(domain.split("."))): domain for domain in domains}
    if scheme in schemes:
        return f"scheme:{scheme}"
    if scheme in reversed_domains:
        return f"domain:{reversed_domains[scheme]}"
    if allow_adobepass and scheme == "adobepass" and authority.lower() in reversed_domains:
        return f"domain:{reversed_domains[authority.lower()]}"
    raise InvalidRedirectURI


def _web(scheme: str, authority: str, domains: Collection[str]) -> str:
    match = _AUTHORITY.match(authority)
    if match is None or not match["host"] or (match["port"] and not 1 <= int(match["port"]) <= 65535):
        raise InvalidRedirectURI("The redirect_uri has no valid host.")
    host = match["host"].lower().removesuffix(".")
    if "" in host.split("."):
        raise InvalidRedirectURI("The redirect_uri has no valid host.")
    if scheme == "http":
        if host in _LOOPBACK:
            return "loopback"
        raise InvalidRedirectURI("Use https. Plain http is for 127.0.0.1, [::1] and localhost only.")
    for domain in sorted(domains, key=len, reverse=True):
        if is_within(host, domain):
            return f"domain:{domain}"
    raise InvalidRedirectURI


def _has_dot_segment(path: str) -> bool:
    decoded = re.sub("%2e", ".", path, flags=re.IGNORECASE)
    decoded = re.sub("%2f", "/", decoded, flags=re.IGNORECASE)
    return any(segment in {".", ".."} for segment in decoded.split("/"))
