"""Heartbeats of processes and duties, read by `/readyz`. Each is left after the work, with figures about it."""

import time

from support_management.core.models import Heartbeat
from support_management.core.time import now


def beat(part: str, **facts) -> None:
    """Store that this part is alive now, with figures about it."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(part=part, at=now(), facts=facts)],
        update_conflicts=True,
        unique_fields=["part"],
        update_fields=["at", "facts"],
    )


def latest() -> dict[str, Heartbeat]:
    """The last heartbeat of each part. One query."""
    return {row.part: row for row in Heartbeat.objects.all()}


_last: dict[str, float] = {}


def beat_every(seconds: float, part: str, **facts) -> None:
    """`beat`, at most once per `seconds` and part in this process."""
    moment = time.monotonic()
    if moment - _last.get(part, -seconds) >= seconds:
        _last[part] = moment
        beat(part, **facts)
