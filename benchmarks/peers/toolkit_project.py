"""django-oauth-toolkit as it comes, but for a fast hasher of secrets and a database connection that is kept.

Run as a program, it makes its tables and as many clients as it is told, and writes their credentials to a file.
"""

import hashlib
import os
import secrets
import sys
from pathlib import Path

import dj_database_url
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY="-" * 50,
    ROOT_URLCONF=__name__,
    # No more than its registration asks for.
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "oauth2_provider",
    ],
    DATABASES={"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=None)},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    USE_TZ=True,
    OAUTH2_PROVIDER={
        "DCR_ENABLED": True,
        "DCR_REGISTRATION_PERMISSION_CLASSES": ("oauth2_provider.dcr.AllowAllDCRPermission",),
    },
)

from django.core.wsgi import get_wsgi_application  # noqa: E402  (the settings come first)

application = get_wsgi_application()

from django.urls import include, path  # noqa: E402

urlpatterns = [path("", include("oauth2_provider.urls"))]


def fill(clients: int, credentials: Path) -> None:
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from oauth2_provider.models import Application  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    pattern = Application.objects.create(
        client_id="pattern",
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
    )
    own = {"client_id": "fresh.client_id", "client_secret": "fresh.client_secret"}
    meta = Application._meta  # noqa: SLF001  (that is its name in Django's documentation)
    columns = [field.column for field in meta.concrete_fields if not field.primary_key]
    values = [own.get(column, f"pattern.{column}") for column in columns]
    table = meta.db_table
    with connection.cursor() as cursor, credentials.open("w") as file:
        cursor.execute("CREATE TEMP TABLE fresh (client_id text, client_secret text)")
        with cursor.copy("COPY fresh FROM STDIN") as sink:
            for _ in range(clients):
                client_id, secret, salt = secrets.token_hex(20), secrets.token_urlsafe(32), secrets.token_hex(11)
                hashed = hashlib.md5((salt + secret).encode(), usedforsecurity=False).hexdigest()
                sink.write_row((client_id, f"md5${salt}${hashed}"))
                file.write(f"{client_id} {secret}\n")
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM fresh, {table} pattern"
            " WHERE pattern.id = %s",
            [pattern.pk],
        )
        cursor.execute("VACUUM ANALYZE")


if __name__ == "__main__":
    fill(int(sys.argv[1]), Path(sys.argv[2]))
