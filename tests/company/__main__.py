"""Serves the provider on 127.0.0.1. `python -m tests.company`, with PROVIDER_PORT and PROVIDER_DATABASE."""

import os
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import django
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.company.settings"
django.setup()

from django.contrib.auth.models import User  # noqa: E402  (models stand on the settings)
from oauth2_provider.models import Application  # noqa: E402

from tests.company import PASSWORD, PEOPLE  # noqa: E402


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


call_command("migrate", verbosity=0)
for email, known in PEOPLE.items():
    User.objects.create_user(email, password=PASSWORD, first_name=known)
Application.objects.create(
    client_id="tve-dashboard",
    client_secret="the-companys-secret",
    client_type="confidential",
    authorization_grant_type="authorization-code",
    redirect_uris="http://localhost/",
    algorithm="RS256",
    skip_authorization=True,
)
with make_server("127.0.0.1", int(os.environ["PROVIDER_PORT"]), get_wsgi_application(), Server, Quiet) as server:
    server.serve_forever()
