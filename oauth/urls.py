"""The protocol's paths that need no television. With and without the slash, they answer without a redirect."""

from django.urls import re_path

from oauth import views

urlpatterns = [
    re_path(r"^o/client/token/?\Z", views.TVEToken.as_view()),
    re_path(r"^o/client/scopes/?\Z", views.TVEScopes.as_view()),
    re_path(r"^o/client/validate/?\Z", views.TVEValidate.as_view()),
    re_path(r"^\.well-known/jwks\.json/?\Z", views.JWKS.as_view()),
]
