"""What may stand in a dashboard URL."""

from oauth.environments import Environment


class EnvironmentConverter:
    """One of the four words; anything else is no URL of ours."""

    regex: str = "|".join(Environment.values)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class DigestConverter(EnvironmentConverter):
    """A SHA-256 in hexadecimal, as it is kept."""

    regex = "[0-9a-f]{64}"


class WordConverter(EnvironmentConverter):
    """What stands between two slashes: no id of ours is longer, or holds a NUL, which PostgreSQL would not look for."""

    regex = r"[^/\x00]{1,255}"


class KeyConverter(EnvironmentConverter):
    """The key of an entity, which may hold slashes: `aurora-one/live.aurora.example`."""

    regex = r"[^\x00]{1,400}"
