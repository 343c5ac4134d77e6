"""Who is there: what the system sees of people, and what is kept of it."""

from collections.abc import Iterable

from support_management.core.time import now
from support_management.events.suppression import quietly
from support_management.people.availability import observation, service
from support_management.people.models import SupportAvailability


def seen(user_ids: Iterable[int]) -> None:
    """These people have the console open now. No screen shows it by itself, so it raises no event."""
    with quietly():
        SupportAvailability.objects.filter(user__in=set(user_ids)).update(last_seen_at=now())


def refresh(user_ids: Iterable[int]) -> None:
    """These people are seen now, and by that who is not; states follow."""
    observation.look()
    seen(user_ids)
    service.settle_all()
