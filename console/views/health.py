"""Health checks: whether this process is up, and whether every part of the product works."""

import time

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from psycopg_pool import PoolTimeout

from console import redis_check
from support_management import health
from support_management.core import heartbeats
from support_management.events import history

STARTED_AT = time.monotonic()
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

    A Redis that refuses REDIS_URL does not come back by itself: that is a failing part. Worker and beat send no
    heartbeats without Redis. The web processes do their duties meanwhile, so a missing worker or beat is then no
    failure; a duty that nobody does is one.
    """
    parts = _parts()
    failing = [name for name, word in parts.items() if word != "ok"]
    excused = NEED_REDIS if parts.get("redis", "ok") != "ok" else ()
    broken = [name for name in failing if name not in excused or parts[name] == redis_check.State.REFUSED]
    status = "failing" if broken else "degraded" if failing else "ok"
    answer = {"status": status, "parts": parts} | ({"failing": broken} if broken else {})
    response = JsonResponse(answer, status=503 if broken else 200)
    # Django would log each 503; the caller reads the answer.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _parts() -> dict[str, str]:
    parts = dict.fromkeys(("database", "tail", "worker", "beat"), "unknown")
    try:
        beats = heartbeats.latest()
    except (DatabaseError, PoolTimeout):
        parts["database"] = "failing"
    else:
        parts["database"] = "ok"
        names = {"tail": f"tail:{settings.PORT}", "worker": "worker", "beat": "beat"}
        for part, name in names.items():
            last = beats.get(name)
            parts[part] = health.of_heartbeat(last.at if last else None, limit=LATE_SECONDS)
        if parts["tail"] == "ok" and not history.is_at(**beats[names["tail"]].facts):
            parts["tail"] = "follows another history"
        parts |= health.of_duties(beats, running_for=time.monotonic() - STARTED_AT)
    if settings.REDIS_URL:
        parts["redis"] = redis_check.ask(settings.REDIS_URL, REDIS_SECONDS)[0].value
    return parts
