from django.urls import re_path

from registration.views.api import Configuration
from registration.views.openapi import OpenAPI
from registration.views.standard import Management, Register
from registration.views.tve import TVERegister

urlpatterns = [
    re_path(r"^o/client/register/?\Z", TVERegister.as_view()),
    re_path(r"^oauth/register/?\Z", Register.as_view()),
    re_path(r"^oauth/register/(?P<client_id>[^/]+)/?\Z", Management.as_view()),
    re_path(r"^oauth/openapi\.json/?\Z", OpenAPI.as_view()),
    re_path(r"^api/v2/(?P<service_provider>[^/]+)/configuration/?\Z", Configuration.as_view()),
]
