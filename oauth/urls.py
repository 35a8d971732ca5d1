"""The protocol's paths that need no television. With and without the slash, they answer without a redirect."""

from django.urls import re_path

from oauth.views.feed import Revocations
from oauth.views.introspection import Introspect
from oauth.views.published import JWKS, Metadata
from oauth.views.revocation import Revoke
from oauth.views.token import Token
from oauth.views.tve import TVEScopes, TVEToken, TVEValidate

urlpatterns = [
    re_path(r"^o/client/token/?\Z", TVEToken.as_view()),
    re_path(r"^o/client/scopes/?\Z", TVEScopes.as_view()),
    re_path(r"^o/client/validate/?\Z", TVEValidate.as_view()),
    re_path(r"^oauth/token/?\Z", Token.as_view()),
    re_path(r"^oauth/introspect/?\Z", Introspect.as_view()),
    re_path(r"^oauth/revoke/?\Z", Revoke.as_view()),
    re_path(r"^oauth/revocations/?\Z", Revocations.as_view()),
    re_path(r"^\.well-known/jwks\.json/?\Z", JWKS.as_view()),
    re_path(r"^\.well-known/oauth-authorization-server(?P<path>/.*)?\Z", Metadata.as_view()),
]
