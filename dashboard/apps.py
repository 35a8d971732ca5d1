from django.apps import AppConfig
from django.db.backends.signals import connection_created


class DashboardConfig(AppConfig):
    """People and intentions: memberships, changes, review, history, every screen, the operator's commands."""

    name = "dashboard"

    def ready(self) -> None:
        from dashboard import checks, searching  # noqa: F401, PLC0415  (registers them)

        connection_created.connect(searching.teach)
