from django.apps import AppConfig


class OAuthConfig(AppConfig):
    """The ground floor: issuers, keys, tokens, the audit trail, the protocol's base view. It knows no television."""

    name = "oauth"

    def ready(self) -> None:
        from oauth import checks  # noqa: F401, PLC0415  (registers the system checks)
