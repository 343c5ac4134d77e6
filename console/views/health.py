"""Signs of life for machines: is the process up, and does every part of the product work."""

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
    """200 while this process answers at all."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """503 names what is not working. A lost Redis is "degraded": pages stay right by polling.

    Worker and beat cannot be heard without it. The web processes keep the clocks meanwhile, so their silence then
    is no reason to send people away.
    """
    parts = _parts()
    failing = [name for name, word in parts.items() if word != "ok"]
    excused = NEED_REDIS if parts.get("redis", "ok") != "ok" else ()
    broken = [name for name in failing if name not in excused]
    status = "failing" if broken else "degraded" if failing else "ok"
    answer = {"status": status, "parts": parts} | ({"failing": broken} if broken else {})
    response = JsonResponse(answer, status=503 if broken else 200)
    # Who asks reads the answer; a line in the log for each "not yet" would only frighten.
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
