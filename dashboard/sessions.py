"""Sessions, in the database."""

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """A cookie may hold any octets, and PostgreSQL refuses a NUL: only an id that we could have made counts."""

    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and key.isascii() and key.isalnum() and 8 <= len(key) <= 40
