"""Everything under `/o/`, `/oauth/`, `/api/` and `/.well-known/`. The last two patterns match all that is left."""

from django.urls import include, re_path

from oauth.endpoint import Nothing, NothingOfTheAPI

urlpatterns = [
    re_path(r"^", include("oauth.urls")),
    re_path(r"^", include("registration.urls")),
    re_path(r"^api/", NothingOfTheAPI.as_view()),
    re_path(r"^", Nothing.as_view()),
]
