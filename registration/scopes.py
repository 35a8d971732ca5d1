"""The APIs that an application may call, and who may grant them."""

from dataclasses import dataclass
from typing import Any

from oauth2_provider.scopes import BaseScopes


@dataclass(frozen=True)
class API:
    """A box on the form: an API and the scopes that stand for it. Privileged ones only a TAM grants."""

    key: str
    name: str
    scopes: tuple[str, ...]
    privileged: bool = False
    admin_only: bool = False


APIS = (
    API("rest-v2", "REST API v2", ("api:client:v2",)),
    API(
        "rest-v1",
        "REST API v1 and SDKs (legacy)",
        ("config:client", "decisions:client", "platform:sso", "profile:client", "tokens:client"),
    ),
    API("esm", "ESM (usage analytics)", ("analytics:client",), privileged=True),
    API("degradation", "Degradation", ("decisions:owner",), privileged=True),
    API("temppass", "Reset TempPass", ("temporary:passes:owner",), privileged=True),
    API("proxy-mvpd", "Proxy MVPD", ("idp:owner",), privileged=True),
    API(
        "introspection", "Token introspection (resource servers)", ("introspection",), privileged=True, admin_only=True
    ),
)
REST_V2 = "api:client:v2"
ALL = tuple(scope for api in APIS for scope in api.scopes)
PRIVILEGED = frozenset(scope for api in APIS if api.privileged for scope in api.scopes)
ADMIN_ONLY = frozenset(scope for api in APIS if api.admin_only for scope in api.scopes)


def api_names(scopes: list[str]) -> list[str]:
    """What `scopes` open, by the names that people know."""
    held = set(scopes)
    return [api.name for api in APIS if held.issuperset(api.scopes)]


class ApplicationScopes(BaseScopes):
    """What django-oauth-toolkit is told of scopes: a client has those of its application, never every one."""

    def get_all_scopes(self) -> dict[str, str]:
        return {scope: api.name for api in APIS for scope in api.scopes}

    def get_available_scopes(self, application: Any = None, request: Any = None, *_: Any, **__: Any) -> list[str]:  # noqa: ARG002  (their signature)
        return list(application.application.scopes) if application is not None else []

    def get_default_scopes(self, application: Any = None, request: Any = None, *_: Any, **__: Any) -> list[str]:
        return self.get_available_scopes(application, request)
