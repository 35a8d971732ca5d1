from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """People and intentions: memberships, changes, review, history, every screen, the operator's commands."""

    name = "dashboard"

    def ready(self) -> None:
        from dashboard import checks  # noqa: F401, PLC0415  (registers them)
