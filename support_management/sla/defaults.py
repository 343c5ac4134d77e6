"""The promises of a fresh desk; an admin changes them."""

from support_management.calendars.models import BusinessCalendar
from support_management.core.priority import Priority
from support_management.sla.models import SLAPolicy
from support_management.sla.policy_editing import keep_version

TICKETS = {
    Priority.URGENT: (30, 60, 4 * 60),
    Priority.HIGH: (60, 2 * 60, 8 * 60),
    Priority.NORMAL: (4 * 60, 8 * 60, 24 * 60),
    Priority.LOW: (8 * 60, 24 * 60, 72 * 60),
}
"""Minutes: first response, next response, resolution."""
CASES = 72 * 60
"""Minutes to the outcome of a dispute, or of an order that needs the desk."""


def make(always: BusinessCalendar) -> None:
    """One policy for each priority of tickets, one for disputes, one for orders; on a calendar that never closes."""
    if SLAPolicy.objects.exists():
        return
    for position, row in enumerate([*_tickets(), *_cases()], 1):
        row.position, row.calendar = position, always
        row.save()
        keep_version(row, by=None)


def _tickets():
    for priority, (first, following, resolution) in TICKETS.items():
        yield SLAPolicy(
            name=f"Tickets, {priority.label.lower()}",
            conditions={"kind": "ticket", "priority": priority.label.lower()},
            targets={"first_response": first, "next_response": following, "resolution": resolution},
        )


def _cases():
    for kind in ("dispute", "order"):
        yield SLAPolicy(name=f"{kind.title()}s", conditions={"kind": kind}, targets={"resolution": CASES})
