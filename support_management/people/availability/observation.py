"""Since when somebody looks who is there. Web processes share one row: a restart of all of them begins anew."""

from datetime import datetime, timedelta

from django.conf import settings

from support_management.core.models import Heartbeat
from support_management.core.time import now

PART = "eyes"
BLIND_SECONDS = 45
"""So long without a look, and what was not seen meanwhile says nothing."""


def patience() -> timedelta:
    """How long an agent may be unseen before they count as away."""
    return timedelta(seconds=settings.AWAY_SECONDS)


def look() -> None:
    """Somebody looks now."""
    moment = now()
    if watching_since(moment) is None:
        facts = {"since": moment.isoformat()}
        Heartbeat.objects.update_or_create(part=PART, defaults={"at": moment, "facts": facts})
    else:
        Heartbeat.objects.filter(part=PART, at__lt=moment).update(at=moment)


def watching_since(moment: datetime) -> datetime | None:
    """Since when there was always somebody who looked; None when nobody does."""
    row = Heartbeat.objects.filter(part=PART).first()
    blind = min(timedelta(seconds=BLIND_SECONDS), patience() / 2)
    if row is None or row.at < moment - blind:
        return None
    return datetime.fromisoformat(row.facts["since"])
