"""Every variable of the README's table: its kind and its default. `console/settings.py` and `bin/run` read it here."""

import os
from pathlib import Path
from typing import Any, NamedTuple

from console import addresses, environment
from console.environment import Kind, choice, listed, number, text

ROOT = Path(__file__).resolve().parent.parent


class Variable(NamedTuple):
    kind: Kind
    default: Any = None


VARIABLES = {
    "HOST": Variable(addresses.HOST, "127.0.0.1"),
    "PORT": Variable(number(most=65535), 8000),
    "DATA_DIR": Variable(environment.FOLDER, ROOT / "var"),
    "WEB": Variable(number(most=64), 1),
    "DATABASE_URL": Variable(addresses.POSTGRESQL),
    "DATABASE_POOL": Variable(number(), 16),
    "WEB_DATABASE_SECONDS": Variable(number(most=60), 5),
    "EXPORT_DATABASE_SECONDS": Variable(number(most=3600), 60),
    "REDIS_URL": Variable(addresses.REDIS, ""),
    "LIVE_PREFIX": Variable(environment.KEY_PREFIX, "desk"),
    "SECRET_KEY": Variable(environment.SECRET),
    "SECRET_KEY_FALLBACKS": Variable(listed(environment.SECRET), []),
    "ALLOWED_HOSTS": Variable(listed(addresses.ALLOWED_HOST)),
    "PUBLIC_URL": Variable(addresses.WEB_ADDRESS),
    "CSRF_TRUSTED_ORIGINS": Variable(listed(addresses.ORIGIN)),
    "DEBUG": Variable(environment.YES_NO, False),
    "DEMO": Variable(environment.YES_NO),
    "DEMO_PASSWORD": Variable(text(most=128, secret=True), ""),
    "EMAIL_URL": Variable(addresses.MAIL_SERVER),
    "MAIL_FROM": Variable(addresses.MAIL_ADDRESS),
    "MAIL_REPLY_TO": Variable(addresses.MAIL_ADDRESS),
    "TIME_ZONE": Variable(environment.ZONE, "UTC"),
    "API_THROTTLE": Variable(environment.RATE, (3000, 60)),
    "PARTY_TICKETS_PER_MINUTE": Variable(number(), 5),
    "PARTY_OPEN_TICKETS": Variable(number(), 50),
    "PARTY_REPLIES_PER_MINUTE": Variable(number(), 30),
    "SIGN_IN_MINUTES": Variable(number(most=1440), 15),
    "SIGN_IN_FAILURES": Variable(number(), 10),
    "SIGN_IN_NETWORK_FAILURES": Variable(number(), 100),
    "SIGN_IN_SLOW_AFTER": Variable(number(), 20),
    "DASHBOARD_REFRESH_SECONDS": Variable(number(), 300),
    "KEEP_EVENTS_HOURS": Variable(number(), 24),
    "KEEP_KEYS_HOURS": Variable(number(), 72),
    "KEEP_EXPIRED_SESSIONS": Variable(environment.YES_NO, False),
    "CLOSE_RESOLVED_DAYS": Variable(number(least=0), 4),
    "SLA_SWEEP_MILLISECONDS": Variable(number(least=100, most=5000), 500),
    "AWAY_SECONDS": Variable(number(least=30), 120),
    "ABSENT_MINUTES": Variable(number(), 10),
    "BREAK_MINUTES": Variable(number(), 60),
    "COOL_DOWN_MINUTES": Variable(number(), 15),
    "DEFAULT_WEBSITE": Variable(text(most=80), ""),
    "AGENTS_READ_ALL": Variable(environment.YES_NO, True),
    "HOLD_MINUTES": Variable(number(least=0), 10),
    "HOLD_TARGET_PERCENT": Variable(number(least=0, most=100), 25),
    "DISPUTE_MODE": Variable(choice("automatic", "pull", "manual"), "pull"),
}


def read(name: str) -> Any:
    """The value of this variable; its default when it is not set or empty. CannotStart when it cannot be meant."""
    kind, default = VARIABLES[name]
    text = os.environ.get(name, "")
    return kind.read(name, text) if text else default


def read_all() -> dict[str, Any]:
    return {name: read(name) for name in VARIABLES}


def public_url(given: dict[str, Any]) -> str:
    """PUBLIC_URL, or the address on which the first web process listens."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(given["HOST"], given["HOST"])  # noqa: S104
    return given["PUBLIC_URL"] or f"http://{addresses.bracketed(host)}:{given['PORT']}"
