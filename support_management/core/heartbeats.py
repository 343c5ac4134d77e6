"""Heartbeats of the processes, read by `/readyz`."""

import time

from support_management.core.models import Heartbeat
from support_management.core.time import now


def beat(part: str, **facts) -> None:
    """Store that this part is alive now, with figures about it."""
    Heartbeat.objects.update_or_create(part=part, defaults={"at": now(), "facts": facts})


def ages() -> dict[str, float]:
    """Seconds since the last heartbeat of each part."""
    moment = now()
    return {row.part: (moment - row.at).total_seconds() for row in Heartbeat.objects.all()}


_last: dict[str, float] = {}


def beat_every(seconds: float, part: str) -> None:
    """`beat`, at most once per `seconds` and part in this process."""
    moment = time.monotonic()
    if moment - _last.get(part, -seconds) >= seconds:
        _last[part] = moment
        beat(part)
