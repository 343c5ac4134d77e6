"""Django settings, in order. Defaults are for embedded mode; production is set by environment (table in README)."""

import contextlib
import os
import re
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celery.schedules import crontab
from django.utils.csp import CSP
from whitenoise.compress import Compressor

from console.addresses import bracketed
from console.environment import SECRET, CannotStart, written
from console.variables import public_url, read_all

BASE_DIR = Path(__file__).resolve().parent.parent


def _embedded_secret() -> str:
    """The secret of this data folder: created once, readable by its owner only."""
    file = DATA_DIR / "secret_key"
    if not file.exists():
        fresh = DATA_DIR / f".secret_key.{secrets.token_hex(4)}"
        fresh.touch(mode=0o600)
        try:
            fresh.write_text(secrets.token_urlsafe(48))
            with contextlib.suppress(FileExistsError):  # another process was first: its secret is used
                file.hardlink_to(fresh)
        finally:
            fresh.unlink()
    return SECRET.read(str(file), file.read_text(errors="replace"))


def _required(name: str) -> Any:
    if not given[name]:
        raise CannotStart(f"{name} must be set when DATABASE_URL is set.")
    return given[name]


def _mail_host() -> str:
    """The host of PUBLIC_URL; localhost when it is an IP address."""
    host = urlsplit(PUBLIC_URL).hostname or ""
    return host if re.search(r"[a-z]", host) and ":" not in host else "localhost"


# --- Files, addresses, secrets ----------------------------------------------
os.umask(0o077)  # what the product writes is for its own user only
given = read_all()
DATA_DIR = given["DATA_DIR"]
EMBEDDED = given["DATABASE_URL"] is None
DEBUG = given["DEBUG"]
DEMO = EMBEDDED if given["DEMO"] is None else given["DEMO"]
DEMO_PASSWORD = given["DEMO_PASSWORD"]
HOST, PORT, WEB = given["HOST"], given["PORT"], given["WEB"]
PUBLIC_URL = public_url(given)
HTTPS = PUBLIC_URL.startswith("https://")
with written(DATA_DIR):
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    SECRET_KEY = given["SECRET_KEY"] or (_embedded_secret() if EMBEDDED else _required("SECRET_KEY"))
SECRET_KEY_FALLBACKS = given["SECRET_KEY_FALLBACKS"]
EMBEDDED_HOSTS = ["localhost", "127.0.0.1", "[::1]", bracketed(HOST)]
ALLOWED_HOSTS = given["ALLOWED_HOSTS"] or (EMBEDDED_HOSTS if EMBEDDED else _required("ALLOWED_HOSTS"))
CSRF_TRUSTED_ORIGINS = given["CSRF_TRUSTED_ORIGINS"] or ([PUBLIC_URL] if HTTPS else [])

# --- What is installed -----------------------------------------------------
INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "support_management.admin_site.DeskAdminConfig",
    "channels",
    "django_htmx",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "support_management",
    "console",
]
MIDDLEWARE = [
    "console.middleware.permissions_policy",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "console.middleware.CompressedPages",
    "console.middleware.write_outcome",
    "console.middleware.DatabaseUnavailable",
    "console.middleware.TooManyAttempts",
    "console.middleware.body_limit",
    "console.cookies.HostSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "console.middleware.request_context",
    "django.contrib.messages.middleware.MessageMiddleware",
    "console.middleware.method_pages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "console.urls"
ASGI_APPLICATION = "asgi.application"
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
                "django.template.context_processors.csp",
                "console.page_context.frame",
            ],
        },
    }
]

# --- Stores ----------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]]
if EMBEDDED:
    DATABASES = {
        "default": {
            "ENGINE": "console.sqlite3",
            "NAME": DATA_DIR / "desk.sqlite3",
            "CONN_MAX_AGE": None,  # opening the file again costs more than most requests
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16384;",
            },
        }
    }
else:
    DATABASES = {"default": given["DATABASE_URL"] | {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}}
    DATABASES["default"]["ENGINE"] = "console.postgresql"
    DATABASES["default"]["OPTIONS"].update(
        connect_timeout=3,
        # A host that is lost: idle connections are noticed after 20 s, what was sent after 10 s.
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=2,
        tcp_user_timeout=10_000,
        # A lock is waited for less long than WEB_DATABASE_SECONDS: who waits is told that somebody else is at work.
        options="-c statement_timeout=30000 -c lock_timeout=4000 -c idle_in_transaction_session_timeout=15000",
        # After three seconds without success a new attempt begins, so that none is made too late.
        pool={"min_size": 1, "max_size": given["DATABASE_POOL"], "timeout": 5, "reconnect_timeout": 3},
    )
WEB_DATABASE_SECONDS, EXPORT_DATABASE_SECONDS = given["WEB_DATABASE_SECONDS"], given["EXPORT_DATABASE_SECONDS"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL, LIVE_PREFIX = given["REDIS_URL"], given["LIVE_PREFIX"]
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {
                "hosts": [{"address": REDIS_URL, "socket_connect_timeout": 2, "health_check_interval": 10}],
                "prefix": LIVE_PREFIX,
            },
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Celery ----------------------------------------------------------------
SWEEP_SECONDS = given["SLA_SWEEP_MILLISECONDS"] / 1000
DASHBOARD_REFRESH_SECONDS = given["DASHBOARD_REFRESH_SECONDS"]
CELERY_BROKER_URL = REDIS_URL or "folder://localhost"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 120,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_timeout": 10,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "global_keyprefix": f"{LIVE_PREFIX}:",
    }
else:
    with written(DATA_DIR):
        for folder in ("queue", "control"):
            (DATA_DIR / "broker" / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(DATA_DIR / "broker" / "queue"),
        "data_folder_out": str(DATA_DIR / "broker" / "queue"),
        "control_folder": str(DATA_DIR / "broker" / "control"),
        "polling_interval": 0.1,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "console.beat:Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 5
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "sla": {
        "task": "support_management.tasks.check_sla_breaches",
        "schedule": SWEEP_SECONDS,
        "options": {"expires": 5},
    },
    "promises": {"task": "support_management.tasks.follow_promises", "schedule": 2.0, "options": {"expires": 2}},
    "rules": {"task": "support_management.tasks.run_escalations", "schedule": 5.0, "options": {"expires": 5}},
    "dashboards": {
        "task": "support_management.tasks.refresh_all_support_dashboards",
        "schedule": DASHBOARD_REFRESH_SECONDS,
        "options": {"expires": DASHBOARD_REFRESH_SECONDS},
    },
    "loads": {
        "task": "support_management.tasks.check_loads",
        "schedule": DASHBOARD_REFRESH_SECONDS,
        "options": {"expires": DASHBOARD_REFRESH_SECONDS},
    },
    "route": {
        "task": "support_management.tasks.route_waiting_work",
        "schedule": 2.0,
        "options": {"expires": 2},
    },
    "availability": {
        "task": "support_management.tasks.follow_availability",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "reassign": {
        "task": "support_management.tasks.auto_reassign_unresolved_tasks",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "orders": {"task": "support_management.tasks.follow_orders", "schedule": 2.0, "options": {"expires": 2}},
    "payment_issues": {
        "task": "support_management.tasks.follow_payment_issues",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "mail": {"task": "support_management.tasks.send_mail", "schedule": 5.0, "options": {"expires": 5}},
    "resolved": {"task": "support_management.tasks.close_resolved_tickets", "schedule": crontab(minute=7)},
    # Every ten minutes: after downtime on a Monday morning the report is still made soon. Most runs find nothing to do.
    "reports": {
        "task": "support_management.tasks.make_sla_reports",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "search": {"task": "support_management.tasks.check_search", "schedule": crontab(minute=22)},
    "prune": {"task": "support_management.tasks.prune", "schedule": crontab(minute=37)},
}

# --- Settings of the product -----------------------------------------------
KEEP_EVENTS_HOURS = given["KEEP_EVENTS_HOURS"]
KEEP_KEYS_HOURS = given["KEEP_KEYS_HOURS"]
KEEP_SESSIONS = given["KEEP_EXPIRED_SESSIONS"]
CLOSE_RESOLVED_DAYS = given["CLOSE_RESOLVED_DAYS"]
BREAK_MINUTES = given["BREAK_MINUTES"]
COOL_DOWN_MINUTES = given["COOL_DOWN_MINUTES"]
HOLD_MINUTES = given["HOLD_MINUTES"]
HOLD_TARGET_PERCENT = given["HOLD_TARGET_PERCENT"]
DISPUTE_MODE = given["DISPUTE_MODE"]
DEFAULT_WEBSITE = given["DEFAULT_WEBSITE"]
AGENTS_READ_ALL = given["AGENTS_READ_ALL"]
AWAY_SECONDS = given["AWAY_SECONDS"]
ABSENT_MINUTES = given["ABSENT_MINUTES"]
MAX_BODY_BYTES = 1024 * 1024
API_THROTTLE = given["API_THROTTLE"]
PARTY_TICKETS_PER_MINUTE = given["PARTY_TICKETS_PER_MINUTE"]
PARTY_OPEN_TICKETS = given["PARTY_OPEN_TICKETS"]
PARTY_REPLIES_PER_MINUTE = given["PARTY_REPLIES_PER_MINUTE"]
SIGN_IN_MINUTES = given["SIGN_IN_MINUTES"]
SIGN_IN_FAILURES = given["SIGN_IN_FAILURES"]
SIGN_IN_NETWORK_FAILURES = given["SIGN_IN_NETWORK_FAILURES"]
SIGN_IN_SLOW_AFTER = given["SIGN_IN_SLOW_AFTER"]

# --- People ----------------------------------------------------------------
AUTH_USER_MODEL = "support_management.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTHENTICATION_BACKENDS = [
    "support_management.people.passwords.checking.GuardedBackend",
    "django.contrib.auth.backends.ModelBackend",  # named in earlier sessions; the first one answers every sign-in
]
PASSWORD_HASHERS = ["support_management.people.passwords.hashing.QueuedHasher"]
PASSWORD_MIN = 10
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_MIN},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "support_management.people.passwords.policy.VarietyValidator"},
    {"NAME": "support_management.people.passwords.policy.NamesValidator"},
]

# --- The web ---------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), "
    "geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), "
    "screen-wake-lock=(), usb=(), xr-spatial-tracking=()"
)
SESSION_COOKIE_NAME = "__Host-desk_session" if HTTPS else "desk_session"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_BYTES
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
CSRF_FAILURE_VIEW = "console.views.errors.csrf_failure"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
with written(DATA_DIR):
    STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "console.storage.ModuleManifestStorage"},
}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "map")
MEDIA_ROOT = DATA_DIR / "uploads"
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700  # of static files as well

LANGUAGE_CODE = "en-gb"
USE_TZ = True
TIME_ZONE = given["TIME_ZONE"]

# --- E-mail ----------------------------------------------------------------
MAIL_FROM = given["MAIL_FROM"] or f"Support Console <desk@{_mail_host()}>"
MAIL_REPLY_TO = given["MAIL_REPLY_TO"] or MAIL_FROM
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM
if mail_server := given["EMAIL_URL"]:
    MAILERS = {
        "default": {
            "BACKEND": "support_management.notifications.email.backend.Backend",
            "OPTIONS": asdict(mail_server) | {"timeout": 10},
        }
    }
else:
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": str(DATA_DIR / "mail")},
        }
    }

# --- REST ------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "support_management.api.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["support_management.api.permissions.IsDesk"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["support_management.api.parsers.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "support_management.api.pagination.KeysetPagination",
    "DEFAULT_THROTTLE_CLASSES": ["support_management.api.throttling.PersonThrottle"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "support_management.api.problems.problem_response",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Support Console",
    "DESCRIPTION": "Tickets, orders, disputes, SLAs, routing and figures of the support team.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/support-management",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "AvailabilityStateEnum": "support_management.people.models.SupportAvailability.Says",
        "TicketStatusEnum": "support_management.tickets.status.Status",
        "OrderStatusEnum": "support_management.orders.status.Status",
        "MoneyEffectStateEnum": "support_management.orders.money.status.State",
        "MoneyEffectKindEnum": "support_management.orders.money.models.Kind",
        "MoneyEffectCauseEnum": "support_management.orders.money.models.Cause",
        "DisputeStatusEnum": "support_management.disputes.status.Status",
        "PriorityEnum": "support_management.api.serializers.tickets.PRIORITIES",
        "ClockStateEnum": "support_management.sla.models.OrderDisputeSLA.State",
        "OrderActionEnum": "support_management.order_management.models.SupportOrderManagement.Action",
        "OrderStatusAfterEnum": "support_management.disputes.order_status.AFTER",
        "OutcomeEnum": "support_management.disputes.status.OUTCOMES",
        "DecisionOutcomeEnum": "support_management.routing.models.AssignmentDecision.Outcome",
        "FoundKindEnum": "support_management.search.kinds.CHOICES",
        "PaymentIssueStatusEnum": "support_management.payment_issues.status.Status",
        "PaymentStepKindEnum": "support_management.payment_issues.models.PaymentIssueStep.Kind",
        "PaymentStepOutcomeEnum": "support_management.payment_issues.models.PaymentIssueStep.Outcome",
        "WorkKindEnum": "support_management.sla.models.WorkKind",
        "SLAEventKindEnum": "support_management.sla.models.SLAEvent.Kind",
        "NotificationPriorityEnum": "support_management.notifications.models.SupportNotification.Priority",
    },
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- Logs ------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"hostile": {"()": "console.logs.HostileRequests"}},
    "handlers": {"stderr": {"class": "console.logs.FoldingHandler", "formatter": "line", "filters": ["hostile"]}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.channels.server": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "daphne": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
    },
}
