"""The dashboard's URLs. The protocol's are in `config.protocol_urls` and never come through here."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("dashboard.account_urls")),
    path("", include("dashboard.urls")),
]
