"""Signing keys: made, imported, rotated and withdrawn by an operator, never by a request; encrypted at rest."""

from oauth.keys.at_rest import check_readable, reencrypt
from oauth.keys.importing import import_statement_key
from oauth.keys.lifecycle import OVERLAP, ensure, publish_next, rotate, signs_from, withdraw
from oauth.keys.material import pem_of
from oauth.keys.memory import Key, Purpose, Status, by_kid, current, forget, jwks, public_member, without_kid

__all__ = [
    "OVERLAP",
    "Key",
    "Purpose",
    "Status",
    "by_kid",
    "check_readable",
    "current",
    "ensure",
    "forget",
    "import_statement_key",
    "jwks",
    "pem_of",
    "public_member",
    "publish_next",
    "reencrypt",
    "rotate",
    "signs_from",
    "withdraw",
    "without_kid",
]
