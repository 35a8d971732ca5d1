"""Every setting, typed, from the process environment (`docs/operations.md` lists them)."""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key

from config import environ
from oauth import jose
from oauth.environments import Environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = environ.folder("VAR_DIR", BASE_DIR / "var")

# --- The process ---

DEBUG = environ.boolean("DEBUG", default=False)
HOST = environ.string("HOST", "127.0.0.1")
PORT = environ.integer("PORT", 8000, least=1, most=65535)
WORKERS = environ.integer("WORKERS", 2, least=1, most=256)
LOG_LEVEL = environ.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
DEFAULT_DEMO_PASSWORD = "demo-pass-phrase-7"  # noqa: S105  (everybody knows it; off loopback it is refused)
DEMO_PASSWORD = environ.string("DEMO_PASSWORD", DEFAULT_DEMO_PASSWORD)

# --- Environments and their issuers ---

_ENVIRONMENTS = tuple(Environment.values)
DEFAULT_ENVIRONMENT = environ.choice("DEFAULT_ENVIRONMENT", "", _ENVIRONMENTS)
PUBLIC_URL = environ.url("PUBLIC_URL", f"http://localhost:{PORT}")
ISSUERS = {
    name: environ.url(
        "ISSUER_" + name.replace("-", "_").upper(),
        PUBLIC_URL if name == DEFAULT_ENVIRONMENT else f"http://{name}.localhost:{PORT}",
    )
    for name in _ENVIRONMENTS
}
ENVIRONMENT_HOSTS = {
    **{f"{name}.localhost": name for name in _ENVIRONMENTS},
    **{str(urlsplit(issuer).hostname): name for name, issuer in ISSUERS.items()},
    **environ.host_map("ENVIRONMENT_HOSTS", _ENVIRONMENTS),
}

# --- Secrets: from the environment, or made once in VAR_DIR (which `check --deploy` refuses) ---

SECRETS_FROM_FILES = not all(
    environ.string(name) for name in ("SECRET_KEY", "KEY_ENCRYPTION_KEYS", "CLIENT_SECRET_PEPPERS")
)
SECRET_KEY = environ.string("SECRET_KEY") or environ.made_once(VAR_DIR / "secret_key", get_random_secret_key)
KEY_ENCRYPTION_KEYS = environ.fernet_keys(
    "KEY_ENCRYPTION_KEYS", lambda: environ.made_once(VAR_DIR / "key_encryption_key", environ.random_base64)
)
CLIENT_SECRET_PEPPERS = environ.keyring(
    "CLIENT_SECRET_PEPPERS",
    lambda: environ.made_once(VAR_DIR / "client_secret_pepper", lambda: "p1:" + environ.random_base64()),
)

# --- The protocol ---

STATEMENT_ALG = environ.choice("STATEMENT_ALG", "RS256", jose.ALGORITHMS)
TOKEN_ALG = environ.choice("TOKEN_ALG", "ES256", jose.ALGORITHMS)
ACCESS_TOKEN_SECONDS = environ.integer("ACCESS_TOKEN_SECONDS", 21_600, least=60, most=86_400)
ACCESS_TOKEN_AUDIENCE = environ.string("ACCESS_TOKEN_AUDIENCE")  # empty: each issuer + "/api"
TVE_QUERY_CREDENTIALS = environ.boolean("TVE_QUERY_CREDENTIALS", default=False)
THROTTLE_ENABLED = environ.boolean("THROTTLE_ENABLED", default=True)
THROTTLE_BURST = environ.integer("THROTTLE_BURST", 11, least=1, most=1_000_000)
THROTTLE_RATE = environ.number("THROTTLE_RATE", 1.0, least=0.001, most=1_000_000)
THROTTLE_TRUSTED_CLIENTS = environ.networks("THROTTLE_TRUSTED_CLIENTS")
TRUSTED_PROXIES = environ.networks("TRUSTED_PROXIES")
REDIS_URL = environ.service("REDIS_URL", ("redis", "rediss", "unix"), "redis://host:6379")

# --- Django ---

_public = urlsplit(PUBLIC_URL)
LOOPBACK = HOST in {"127.0.0.1", "::1", "localhost"} and _public.hostname in {"127.0.0.1", "::1", "localhost"}
ALLOWED_HOSTS = sorted({str(_public.hostname), *ENVIRONMENT_HOSTS, "localhost", "127.0.0.1", "[::1]"})
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]
# A certificate is the one file that a page takes. This handler writes none to the disk; the default would, also for
# anybody who posts one to sign-in.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
ROOT_URLCONF = "config.urls"
PROTOCOL_URLCONF = "config.protocol_urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

INSTALLED_APPS = [
    "dashboard",
    "registration",
    "oauth",
    "oauth2_provider",
    "rest_framework",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "oauth.middleware.ProtocolMiddleware",
    "dashboard.middleware.RequestLineMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "dashboard.middleware.PrivateMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "dashboard.middleware.TimeZoneMiddleware",
    "dashboard.middleware.SecondFactorMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dashboard.context.shell",
            ],
        },
    }
]

DATABASE_PREPARE = environ.boolean("DATABASE_PREPARE", default=True)
DATABASES = {
    "default": dj_database_url.parse(
        environ.service("DATABASE_URL", ("postgres", "postgresql", "sqlite"), "postgres://user:password@host:5432/name")
        or f"sqlite:///{VAR_DIR / 'db.sqlite3'}",
        conn_max_age=None,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;",
    }
elif DATABASE_PREPARE:
    # Django's default is None, under which the driver does not prepare even what a cursor asks it to.
    DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = 5

# It counts failed sign-ins. Django's default of 300 entries is emptied, counts and all, by trying 300 addresses.
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 100_000}}
}
if REDIS_URL:
    CACHES["default"] = {
        "BACKEND": "config.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "tve-dashboard",
        "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
    }

# --- People ---

AUTHENTICATION_BACKENDS = ["dashboard.entrance.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "dashboard.entrance.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
OIDC_ISSUER = environ.url("OIDC_ISSUER", "")
OIDC_CLIENT_ID, OIDC_CLIENT_SECRET = environ.string("OIDC_CLIENT_ID"), environ.string("OIDC_CLIENT_SECRET")
OIDC_NAME = environ.string("OIDC_NAME", "your company")
if len({bool(each) for each in (OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET)}) > 1:
    raise SystemExit("settings: OIDC_ISSUER must be set together with OIDC_CLIENT_ID and OIDC_CLIENT_SECRET")
COMPANY = "company"  # the provider's name in URLs
SOCIALACCOUNT_ADAPTER = "dashboard.company.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": COMPANY,
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {"server_url": OIDC_ISSUER},
            }
        ],
    }
}
REQUIRE_SECOND_FACTOR = environ.boolean("REQUIRE_SECOND_FACTOR", default=False)
MFA_ADAPTER = "dashboard.entrance.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "dashboard.forms.second_factors.AddForm",
    "edit_webauthn": "dashboard.forms.second_factors.RenameForm",
    "login_webauthn": "dashboard.forms.second_factors.LoginForm",
    "authenticate_webauthn": "dashboard.forms.second_factors.AuthenticateForm",
    "reauthenticate_webauthn": "dashboard.forms.second_factors.ReauthenticateForm",
}
MFA_TOTP_ISSUER = "TVE Dashboard"

SESSION_ENGINE = "dashboard.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "dashboard.views.failures.forged"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _public.scheme == "https"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT
# Only a proxy that one runs oneself may say that the browser spoke https.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
X_FRAME_OPTIONS = "DENY"

_provider = urlsplit(OIDC_ISSUER)
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # A form's redirects count: sign-in through the company's provider starts with one of ours.
        "form-action": [SELF, *([f"{_provider.scheme}://{_provider.netloc}"] if OIDC_ISSUER else [])],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# --- django-oauth-toolkit: its application model is the seam (docs/decisions/0001-client-model.md) ---

OAUTH2_PROVIDER_APPLICATION_MODEL = "registration.Client"
OAUTH2_PROVIDER = {
    "SCOPES_BACKEND_CLASS": "registration.scopes.ApplicationScopes",
    "PKCE_REQUIRED": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
}

# --- Mail, static files, language, logs ---

_email = urlsplit(
    environ.service("EMAIL_URL", ("smtp", "smtp+tls", "smtps"), "smtp+tls://user:password@host:587?from=address")
)
if _email.scheme:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _email.hostname or "localhost"
    EMAIL_PORT = _email.port or {"smtp": 25, "smtp+tls": 587, "smtps": 465}[_email.scheme]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_email.username or ""), unquote(_email.password or "")
    EMAIL_USE_TLS, EMAIL_USE_SSL = _email.scheme == "smtp+tls", _email.scheme == "smtps"
    EMAIL_TIMEOUT = 10
    DEFAULT_FROM_EMAIL = parse_qs(_email.query).get("from", [f"tve-dashboard@{_public.hostname}"])[0]
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
    DEFAULT_FROM_EMAIL = f"tve-dashboard@{_public.hostname}"
MAIL_IS_SENT = bool(_email.scheme)

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"  # made from this checkout, whatever VAR_DIR is
STATICFILES_DIRS = [BASE_DIR / "static"]
TESTING = "pytest" in sys.modules
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "oauth.logs.JSONFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"level": "WARNING"},
        # Each request has a line of ours, each failure another. Django's quote paths, and an invitation's is a secret.
        "django.request": {"level": "CRITICAL"},
        "django.security": {"level": "CRITICAL"},
    },
}
