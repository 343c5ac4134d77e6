"""Retention of events: stored as long as a reconnecting browser may ask for them."""

from datetime import timedelta

from django.db.models import Max

from support_management.core.time import now
from support_management.events.models import DomainEvent

BATCH = 5000


def drop_older_than(age: timedelta) -> int:
    """Delete events older than `age` in batches; returns their number. The newest stays: positions continue from it."""
    newest = DomainEvent.objects.aggregate(at=Max("pos"))["at"] or 0
    old = DomainEvent.objects.filter(created_at__lt=now() - age, pos__lt=newest)
    dropped = 0
    while ids := list(old.order_by("pos").values_list("pk", flat=True)[:BATCH]):
        dropped += DomainEvent.objects.filter(pk__in=ids)._raw_delete(old.db)
    return dropped
