"""The floor's whole application."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path


def hello(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    return HttpResponse(b'{"hello":"world"}', content_type="application/json")


settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["127.0.0.1"], SECRET_KEY="-", MIDDLEWARE=[])
urlpatterns = [path("", hello)]
application = get_wsgi_application()
