"""Signs of life, read by `/readyz`."""

import time

from support_management.core.models import Heartbeat
from support_management.core.time import now


def beat(part: str, **facts) -> None:
    """This part is alive now."""
    Heartbeat.objects.update_or_create(part=part, defaults={"at": now(), "facts": facts})


def ages() -> dict[str, float]:
    """Seconds since each part was last seen."""
    moment = now()
    return {row.part: (moment - row.at).total_seconds() for row in Heartbeat.objects.all()}


_last: dict[str, float] = {}


def beat_every(seconds: float, part: str) -> None:
    """`beat`, at most once in so many seconds from this process."""
    moment = time.monotonic()
    if moment - _last.get(part, -seconds) >= seconds:
        _last[part] = moment
        beat(part)
