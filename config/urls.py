"""The dashboard's URLs. The protocol's are in `config.protocol_urls` and never come through here."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("dashboard.account_urls")),
    path("", include("dashboard.urls")),
]
handler400 = "dashboard.views.failures.bad_request"
handler404 = "dashboard.views.failures.not_found"
handler500 = "dashboard.views.failures.server_error"
