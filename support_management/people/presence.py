"""Who is there: what the system sees of people, and what is kept of it."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from support_management.core.time import now
from support_management.events.quiet import quietly
from support_management.people.availability import eyes, keeping
from support_management.people.models import SupportAvailability, User


def seen(user_ids: Iterable[int]) -> None:
    """These people have the console open now. No screen shows it by itself, so it raises no event."""
    with quietly():
        SupportAvailability.objects.filter(user__in=set(user_ids)).update(last_seen_at=now())


def look_around(user_ids: Iterable[int]) -> None:
    """These people are seen now, and by that who is not; states follow."""
    eyes.look()
    seen(user_ids)
    keeping.settle_all()


def is_away(user: User) -> bool:
    """Not online for longer than ABSENT_MINUTES."""
    availability: SupportAvailability | None = getattr(user, "availability", None)
    if availability is None:
        return True
    limit = now() - timedelta(minutes=settings.ABSENT_MINUTES)
    return availability.state != SupportAvailability.Says.ONLINE and availability.state_since < limit


def is_there() -> Q:
    """Of users: to whom rules may give work, as far as availability goes."""
    return Q(availability__available=True)
