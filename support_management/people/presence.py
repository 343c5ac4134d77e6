"""Who is there: what people say, and what the system sees of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from support_management.core.time import now
from support_management.events.quiet import quietly
from support_management.people.models import SupportAvailability, User


def seen(user_ids: Iterable[int]) -> None:
    """These people have the console open now. No screen shows it by itself, so it raises no event."""
    with quietly():
        SupportAvailability.objects.filter(user__in=set(user_ids)).update(last_seen_at=now())


def is_away(user: User) -> bool:
    """Said so long ago, or the system has neither seen nor heard of them for as long (ABSENT_MINUTES)."""
    availability: SupportAvailability | None = getattr(user, "availability", None)
    if availability is None:
        return True
    if availability.says != SupportAvailability.Says.ONLINE:
        return availability.since < _limit()
    signs = [availability.last_seen_at, user.workload.last_activity]
    return availability.last_seen_at is not None and max(sign for sign in signs if sign) < _limit()


def is_there() -> Q:
    """Of users: who says online and has not gone silent. Who was never seen yet is believed."""
    lately = Q(availability__last_seen_at__gte=_limit()) | Q(workload__last_activity__gte=_limit())
    never = Q(availability__last_seen_at__isnull=True)
    return Q(availability__says=SupportAvailability.Says.ONLINE) & (lately | never)


def _limit() -> datetime:
    return now() - timedelta(minutes=settings.ABSENT_MINUTES)
