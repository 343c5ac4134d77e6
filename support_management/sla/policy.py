"""Which promise holds for a piece of work."""

from datetime import timedelta

from support_management.core.priority import Priority
from support_management.sla.models import SLAPolicy

TICKET_DEFAULTS = {
    Priority.URGENT: (30, 60, 4 * 60),
    Priority.HIGH: (60, 2 * 60, 8 * 60),
    Priority.NORMAL: (4 * 60, 8 * 60, 24 * 60),
    Priority.LOW: (8 * 60, 24 * 60, 72 * 60),
}
"""Minutes: first response, next response, resolution."""
CASE_DEFAULT = 72 * 60
"""Minutes to the outcome of a dispute, or of an order that needs the desk."""


def find(*, kind: str, priority: int) -> SLAPolicy | None:
    """The active policy, or None: no promise, so no clock."""
    return SLAPolicy.objects.filter(kind=kind, priority=priority, active=True).first()


def target(policy: SLAPolicy | None, metric: str) -> timedelta | None:
    minutes = policy.minutes(metric) if policy else None
    return timedelta(minutes=minutes) if minutes else None


def make_defaults() -> None:
    """The promises of a fresh desk; an admin changes them."""
    if SLAPolicy.objects.exists():
        return
    for priority, (first, following, resolution) in TICKET_DEFAULTS.items():
        SLAPolicy.objects.create(
            name=f"Tickets, {priority.label.lower()}",
            kind="ticket",
            priority=priority,
            first_response_minutes=first,
            next_response_minutes=following,
            resolution_minutes=resolution,
        )
    for kind in ("dispute", "order"):
        for priority in Priority:
            SLAPolicy.objects.create(
                name=f"{kind.title()}s, {priority.label.lower()}",
                kind=kind,
                priority=priority,
                resolution_minutes=CASE_DEFAULT,
            )
