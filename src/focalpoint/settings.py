"""The one settings file: all comes from the environment or the instance's folder."""

from pathlib import Path

from django.conf import locale
from django.utils.translation import gettext_lazy as _

from focalpoint import env

PACKAGE = Path(__file__).resolve().parent
CHECKOUT = PACKAGE.parents[1]

# ---- the instance: database, keys, attachments and indexes lie in this one folder
HOME = Path(
    env.envstr(
        "FOCALPOINT_HOME",
        str(
            (CHECKOUT if (CHECKOUT / "pyproject.toml").is_file() else Path.cwd())
            / "var"
        ),
        "folder that holds all state of the instance",
    )
).resolve()
KEYS = HOME / "keys"
ATTACHMENTS = HOME / "attachments"

SECRET_KEY = (
    env.envsecret("FOCALPOINT_SECRET_KEY", KEYS / "secret-key", "signs sessions")
    # Only for commands that need no instance, such as help; init writes a real key
    # and checks.py refuses to serve without one.
    or "no-key-yet"
)
MASTER_KEY_FILE = Path(
    env.envstr(
        "FOCALPOINT_MASTER_KEY_FILE",
        str(KEYS / "master-key"),
        "file with the key that wraps the keys of attachments",
    )
)

DEBUG = False
ALLOWED_HOSTS = env.envlist(
    "FOCALPOINT_HOSTS",
    "localhost,127.0.0.1,[::1]",
    "host names the instance answers to",
)
SECURE = env.envbool(
    "FOCALPOINT_HTTPS", False, "served over HTTPS: secure cookies and HSTS"
)
INSTANCE_NAME = env.envstr(
    "FOCALPOINT_NAME", "Focalpoint", "name of the instance, in the page's title"
)

# ---- applications
INSTALLED_APPS = [
    "focalpoint.web",
    "focalpoint.records",
    "focalpoint.accounts",
    "focalpoint.jobs",
    "focalpoint.audit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "ninja",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
# Apps that stand above the core and may be built beside it.
INSTALLED_APPS = [
    f"focalpoint.{name}"
    for name in ("demo", "identity", "intake", "leads")
    if (PACKAGE / name / "apps.py").is_file()
] + INSTALLED_APPS

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "focalpoint.accounts.middleware.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "focalpoint.accounts.middleware.UserSessionsMiddleware",
    "focalpoint.accounts.middleware.LoginRequiredMiddleware",
    "focalpoint.accounts.middleware.SessionRulesMiddleware",
    "focalpoint.audit.context.ContextMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "focalpoint.urls"
WSGI_APPLICATION = "focalpoint.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "focalpoint.web.context.instance",
            ],
        },
    }
]

# ---- database
DATABASES = {
    "default": env.database(
        env.envstr(
            "FOCALPOINT_DATABASE",
            f"sqlite://{HOME / 'focalpoint.sqlite3'}",
            "sqlite:///path or postgresql://user:password@host/name",
        )
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    }
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "focalpoint.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
# django-axes counts failed sign-ins for all processes; two limiters would disagree.
ACCOUNT_RATE_LIMITS = {"login_failed": None, "login": None}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_ADAPTER = "focalpoint.accounts.adapter.MfaAdapter"
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_TOTP_ISSUER = INSTANCE_NAME
MFA_TOTP_TOLERANCE = 1  # one step of 30 s, for telephones whose clock is not exact
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE  # loopback only
USERSESSIONS_TRACK_ACTIVITY = True
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "account/locked_out.html"
AXES_VERBOSE = False

SESSION_COOKIE_AGE = (
    env.envint(
        "FOCALPOINT_SESSION_HOURS", 10, "hours after which everybody signs in again"
    )
    * 3600
)
SESSION_IDLE_SECONDS = (
    env.envint(
        "FOCALPOINT_IDLE_MINUTES",
        30,
        "minutes without a page after which a session ends",
    )
    * 60
)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "focalpoint-session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "focalpoint-csrf"
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^health$"]  # asked by the proxy itself
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# ---- languages and time: stored in UTC, shown in the jurisdiction's zone
locale.LANG_INFO.setdefault(
    "cnr",
    {
        "bidi": False,
        "code": "cnr",
        "name": "Montenegrin",
        "name_local": "crnogorski",
        "fallback": ["sr-latn"],
    },
)
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("sq", _("Albanian")),
    ("bs", _("Bosnian")),
    ("sr-latn", _("Serbian (Latin)")),
    ("sr", _("Serbian (Cyrillic)")),
    ("cnr", _("Montenegrin")),
    ("mk", _("Macedonian")),
    ("ro", _("Romanian")),
]
LOCALE_PATHS = [PACKAGE / "locale"]
LANGUAGE_COOKIE_NAME = "focalpoint-language"
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_HTTPONLY = SECURE, True
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = USE_TZ = True
TIME_ZONE = env.envstr(
    "FOCALPOINT_TIME_ZONE", "Europe/Belgrade", "zone times are shown in"
)

# ---- files
STATIC_URL = "/static/"
STATICFILES_DIRS: list[Path] = []
STATIC_ROOT = None
# The files carry a digest in their names already, and lie in the package: nothing is
# collected on the user's machine.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = HOME / "uploads"
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_PERMISSIONS = 0o600
MAX_UPLOAD_BYTES = (
    env.envint("FOCALPOINT_MAX_UPLOAD_MB", 100, "largest file a person may send, in MB")
    * 1_048_576
)
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# ---- work in the background
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "intake"],
    }
}
# name of the task, how often it runs (seconds), first run at this local time or at once
SCHEDULE: list[tuple[str, int, str]] = [
    ("focalpoint.accounts.tasks.seal_audit", 86_400, "00:05"),
    ("focalpoint.accounts.tasks.forget_old_runs", 86_400, "03:30"),
    ("focalpoint.accounts.tasks.draw_samples", 604_800, "04:00"),
    ("focalpoint.records.tasks.find_due_for_review", 86_400, "02:30"),
    ("focalpoint.records.tasks.add_up_counts", 86_400, "03:00"),
    ("focalpoint.records.tasks.tell_of_new_results", 900, ""),
    ("focalpoint.intake.tasks.forget_abandoned", 86_400, "03:45"),
    ("focalpoint.identity.tasks.suggest_nightly", 86_400, "01:00"),
    ("focalpoint.leads.tasks.tidy", 3_600, ""),
]

# ---- what follows on floors above when records change, by name (records.followers)
RECORDS_FOLLOWED_AT_ONCE = "focalpoint.identity.following.settled"
RECORDS_FOLLOWED_LATER = "focalpoint.identity.tasks.suggest"
IMPORT_FOLLOWED_LATER = "focalpoint.identity.tasks.suggest_of_import"
ERASURE_FOLLOWED = [
    "focalpoint.leads.raising.forget",
    "focalpoint.identity.actions.forget",
]
REMOVAL_FOLLOWED = "focalpoint.leads.raising.drop"

# Written by `focalpoint demo`: the passwords of its invented people.
DEMONSTRATION_ACCOUNTS = HOME / "demonstration-accounts.json"
DEMONSTRATION = DEMONSTRATION_ACCOUNTS.exists()

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"axes": {"level": "ERROR"}},
}
