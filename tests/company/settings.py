"""A company's OpenID provider: django-oauth-toolkit's, in a process of its own."""

import os
from pathlib import Path

from tests.company.keys import PRIVATE_KEY

SECRET_KEY = "of-the-provider"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "tests.company.urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["PROVIDER_DATABASE"]}}
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "oauth2_provider"]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "/login/"
SESSION_COOKIE_NAME = "provider_session"  # cookies know no ports
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
USE_TZ = True
OAUTH2_PROVIDER = {
    "OIDC_ENABLED": True,
    "OIDC_ISS_ENDPOINT": f"http://127.0.0.1:{os.environ['PROVIDER_PORT']}/o",
    "OIDC_RSA_PRIVATE_KEY": PRIVATE_KEY,
    "OAUTH2_VALIDATOR_CLASS": "tests.company.claims.Validator",
    "PKCE_REQUIRED": True,
    "SCOPES": {"openid": "Who you are", "email": "Your address", "profile": "Your name"},
}
