"""A resource server's check of access tokens without a call per request: Python's standard library and PyJWT.

    verifier = Verifier("https://id.example", client_id, client_secret)   # of an application with `introspection`
    verifier.poll()                                                       # every few seconds, in a thread of its own
    claims = verifier.check(token, scope="api:client:v2")                 # for each request; raises Refused

A token that was revoked is refused one polling interval later, and the difference of the two clocks. Read
`docs/resource-server.md` for what each step is for.
"""

import base64
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

import jwt

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
SKEW = 60  # seconds by which two clocks may differ
Get = Callable[[str, dict[str, str]], tuple[int, bytes]]


class Refused(Exception):
    """The token is not good. Answer 401 with `WWW-Authenticate: Bearer error="invalid_token"`."""


class Unavailable(Exception):
    """Nothing can be said of tokens now: the feed was not read for too long. Answer 503, never 401."""


def get(url: str, headers: dict[str, str]) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=10) as response:  # noqa: S310
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 503, b""


def apply(event: dict[str, Any], against: dict[tuple[str, str], dict[str, tuple[int, int]]]) -> None:
    """States add up; `active` takes all that stood against it away."""
    key = (event["kind"], event["id"])
    held = {} if event["state"] == "active" else {**against.get(key, {}), event["state"]: (event["at"], event["until"])}
    against[key] = held


class Verifier:
    """`patience` is for how many seconds it goes on without having read the feed."""

    def __init__(
        self, issuer: str, client_id: str, secret: str, *, audience: str = "", get: Get = get, patience: float = 60
    ) -> None:
        self.issuer, self.audience, self.get, self.patience = issuer, audience or f"{issuer}/api", get, patience
        # RFC 6749 section 2.3.1: both are form-url-encoded before they are put together.
        pair = f"{urllib.parse.quote_plus(client_id)}:{urllib.parse.quote_plus(secret)}"
        self.authorization = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
        self.keys: dict[str, jwt.PyJWK] = {}
        self.keys_at = self.read_at = float("-inf")
        self.cursor = ""
        # What stands against tokens: of (kind, id), since when each state holds, and how long it matters.
        self.against: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}

    def poll(self) -> None:
        """Read what happened since the last time. Raises Unavailable; try again soon."""
        cursor, against = self.cursor, dict(self.against)
        while True:
            after = f"?after={urllib.parse.quote(cursor)}" if cursor else ""
            status, body = self.get(f"{self.issuer}/oauth/revocations{after}", self.authorization)
            if status == 410 and cursor:  # away for longer than the feed keeps: start again
                cursor, against = "", {}
                continue
            if status != 200:
                raise Unavailable(f"The feed answered {status}.")
            try:
                page = self._verify(body.decode(), typ="revocations+jwt", audience=None)
            except Refused as error:
                raise Unavailable("The feed is not signed as it should be.") from error
            for event in page["events"]:
                apply(event, against)
            cursor = page["next"]
            if not page["events"]:
                break
        past = time.time() - SKEW
        # At once, and at the end: whoever checks meanwhile sees the old or the new, whole.
        self.against = {key: held for key, held in against.items() if any(until > past for _, until in held.values())}
        self.cursor, self.read_at = cursor, time.monotonic()

    def check(self, token: str, *, scope: str = "") -> dict[str, Any]:
        """The claims of a good token. Raises Refused, PermissionError (403, insufficient_scope), Unavailable."""
        if time.monotonic() - self.read_at > self.patience:
            raise Unavailable("The feed was not read for too long.")
        claims = self._verify(token, typ="at+jwt", audience=self.audience)
        kinds = {"application": "software_id", "statement": "statement", "client": "client_id", "token": "jti"}
        for kind, claim in kinds.items():
            for state, (at, _) in self.against.get((kind, str(claims.get(claim))), {}).items():
                if at <= time.time():
                    raise Refused(f"Its {kind} is {state}.")
        if scope and scope not in claims["scope"].split():
            raise PermissionError(scope)
        return claims

    def _verify(self, text: str, *, typ: str, audience: str | None) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(text)
            if header.get("typ") != typ:  # a statement or the feed is no access token, though the keys are one set
                raise Refused("It is of another type.")
            key = self._key(str(header.get("kid")))
            required = ["iss", "iat", "exp"] + ["aud", "sub", "client_id", "jti", "scope"] * (typ == "at+jwt")
            return jwt.decode(
                text,
                key,
                algorithms=[key.algorithm_name],  # the key's own, never what the token asks for
                issuer=self.issuer,
                audience=audience,
                leeway=SKEW,
                options={"require": required},
            )
        except jwt.PyJWTError as error:
            raise Refused(str(error)) from error

    def _key(self, kid: str) -> jwt.PyJWK:
        """From memory for five minutes; an unknown one is looked up again, but no more than once in ten seconds."""
        age = time.monotonic() - self.keys_at
        if age > 300 or (kid not in self.keys and age > 10):
            status, body = self.get(f"{self.issuer}/.well-known/jwks.json", {})
            if status != 200:
                raise Unavailable(f"The keys answered {status}.")
            found = jwt.PyJWKSet.from_json(body.decode()).keys
            self.keys = {str(key.key_id): key for key in found if key.algorithm_name in ALGORITHMS}
            self.keys_at = time.monotonic()
        if kid not in self.keys:
            raise Refused("No key of this issuer signed it.")
        return self.keys[kid]
