"""The default SLA policies of a new installation."""

from support_management.calendars.models import BusinessCalendar
from support_management.core.priority import Priority
from support_management.sla.models import SLAPolicy
from support_management.sla.policy_editing import store_version

TICKETS = {
    Priority.URGENT: (30, 60, 4 * 60),
    Priority.HIGH: (60, 2 * 60, 8 * 60),
    Priority.NORMAL: (4 * 60, 8 * 60, 24 * 60),
    Priority.LOW: (8 * 60, 24 * 60, 72 * 60),
}
"""Minutes: first response, next response, resolution."""
RESOLUTION = 72 * 60
"""Minutes to the outcome of a dispute, or until an order no longer needs the desk."""
PAYMENT = 24 * 60
"""Minutes until a payment issue is resolved."""


def make(always_open: BusinessCalendar) -> None:
    """One policy per ticket priority, one for each other kind. Does nothing if there are policies."""
    if SLAPolicy.objects.exists():
        return
    for position, policy in enumerate([*_ticket_policies(), *_other_policies()], 1):
        policy.position, policy.calendar = position, always_open
        policy.save()
        store_version(policy, by=None)


def _ticket_policies():
    for priority, (first, following, resolution) in TICKETS.items():
        yield SLAPolicy(
            name=f"Tickets, {priority.label.lower()}",
            conditions={"kind": "ticket", "priority": priority.label.lower()},
            targets={"first_response": first, "next_response": following, "resolution": resolution},
        )


def _other_policies():
    for kind in ("dispute", "order"):
        yield SLAPolicy(name=f"{kind.title()}s", conditions={"kind": kind}, targets={"resolution": RESOLUTION})
    yield SLAPolicy(name="Payment issues", conditions={"kind": "payment"}, targets={"resolution": PAYMENT})
