"""Presence: people with an open console, and the availability that follows."""

from collections.abc import Iterable

from support_management.core.time import now
from support_management.events.suppression import quietly
from support_management.people.availability import observation, service
from support_management.people.models import SupportAvailability


def seen(user_ids: Iterable[int]) -> None:
    """Record that these people have the console open now. No event: no screen shows the time itself."""
    with quietly():
        SupportAvailability.objects.filter(user__in=set(user_ids)).update(last_seen_at=now())


def refresh(user_ids: Iterable[int]) -> None:
    """Record who is present now and update the availability of all agents."""
    observation.look()
    seen(user_ids)
    service.settle_all()
