"""Since when presence is observed. Web processes share one row; a restart of all of them starts a new observation."""

from datetime import datetime, timedelta

from django.conf import settings

from support_management.core.models import Heartbeat
from support_management.core.time import AHEAD, now

PART = "eyes"
MAX_GAP_SECONDS = 45
"""Gap between looks after which observation counts as interrupted."""


def patience() -> timedelta:
    """How long an agent may be unseen before they count as away."""
    return timedelta(seconds=settings.AWAY_SECONDS)


def look() -> None:
    """Record that presence is observed now."""
    moment = now()
    if watching_since(moment) is None:
        defaults = {"at": moment, "facts": {"since": moment.isoformat()}}
        Heartbeat.objects.update_or_create(part=PART, defaults=defaults)
    else:
        Heartbeat.objects.filter(part=PART, at__lt=moment).update(at=moment)


def watching_since(moment: datetime) -> datetime | None:
    """Start of the current uninterrupted observation; None when nothing observes, or the clock was set back since."""
    row = Heartbeat.objects.filter(part=PART).first()
    longest_gap = min(timedelta(seconds=MAX_GAP_SECONDS), patience() / 2)
    if row is None or not moment - longest_gap <= row.at <= moment + AHEAD:
        return None
    return datetime.fromisoformat(row.facts["since"])
