from django.apps import AppConfig


class RegistrationConfig(AppConfig):
    """Everything that is live: what may register, and the clients that did. It runs without the dashboard."""

    name = "registration"
