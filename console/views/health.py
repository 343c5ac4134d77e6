"""Health checks: whether this process is up, and whether every part of the product works."""

import redis
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from psycopg_pool import PoolTimeout

from support_management.core import heartbeats

LATE_SECONDS = 15
REDIS_SECONDS = 1
NEED_REDIS = ("redis", "worker", "beat")


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Liveness: 200 while this process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Readiness: 503 names the failing parts. Without Redis the status is "degraded": pages stay current by polling.

    Worker and beat send no heartbeats without Redis. The web processes sweep the SLA clocks meanwhile, so a missing
    worker or beat is then no failure.
    """
    parts = _parts()
    failing = [name for name, word in parts.items() if word != "ok"]
    excused = NEED_REDIS if parts.get("redis", "ok") != "ok" else ()
    broken = [name for name in failing if name not in excused]
    status = "failing" if broken else "degraded" if failing else "ok"
    answer = {"status": status, "parts": parts} | ({"failing": broken} if broken else {})
    response = JsonResponse(answer, status=503 if broken else 200)
    # Django would log each 503; the caller reads the answer.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _parts() -> dict[str, str]:
    parts = dict.fromkeys(("database", "tail", "worker", "beat"), "unknown")
    try:
        ages = heartbeats.ages()
    except (DatabaseError, PoolTimeout):
        parts["database"] = "failing"
    else:
        parts["database"] = "ok"
        names = {"tail": f"tail:{settings.PORT}", "worker": "worker", "beat": "beat"}
        for part, name in names.items():
            parts[part] = _word(ages.get(name))
    if settings.REDIS_URL:
        parts["redis"] = _redis_word()
    return parts


def _word(age: float | None) -> str:
    if age is None:
        return "never seen"
    return "ok" if age <= LATE_SECONDS else f"last seen {age:.0f} s ago"


def _redis_word() -> str:
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS, retry=None
    )
    try:
        client.ping()
    except (redis.RedisError, OSError):
        return "lost"
    finally:
        client.close()
    return "ok"
