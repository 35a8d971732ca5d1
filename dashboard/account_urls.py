"""What django-allauth serves here: sign-in (also through the company's provider), sign-out, passwords, second factors.
Its other pages are not for this product.

Signing up is there to say that it is closed; several of allauth's pages link to it by name.
"""

from allauth.account import views
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.webauthn import views as passkeys
from django.urls import include, path, re_path

from dashboard.views import company
from dashboard.views import second_factors as ours

second_factor_urls = [
    path("", ours.overview, name="mfa_index"),
    path("authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("app/", ours.ActivateApp.as_view(), name="mfa_activate_totp"),
    path("app/remove/", ours.DeactivateApp.as_view(), name="mfa_deactivate_totp"),
    path("codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/renew/", ours.RenewCodes.as_view(), name="mfa_generate_recovery_codes"),
    path("codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("passkeys/login/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("passkeys/reauthenticate/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkeys/add/", ours.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/rename/", ours.RenamePasskey.as_view(), name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", ours.RemovePasskey.as_view(), name="mfa_remove_webauthn"),
]

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("signup/", views.signup, name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", views.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("2fa/", include(second_factor_urls)),
    path("oidc/<slug:provider_id>/login/", company.login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", company.callback, name="openid_connect_callback"),
    path("oidc/cancelled/", company.cancelled, name="socialaccount_login_cancelled"),
]
