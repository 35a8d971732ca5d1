from django.urls import re_path

from registration import views

urlpatterns = [
    re_path(r"^o/client/register/?\Z", views.TVERegister.as_view()),
    re_path(r"^api/v2/(?P<service_provider>[^/]+)/configuration/?\Z", views.Configuration.as_view()),
]
