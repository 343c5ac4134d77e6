"""Return untouched work to an agent who comes back within the cool-down."""

from support_management.core.errors import DeskError
from support_management.core.time import AHEAD, now
from support_management.disputes.models import Dispute
from support_management.people.assignment_rules import REASON_LIMIT, TransferReason
from support_management.people.models import SupportAvailability, User
from support_management.routing.inputs import held_work
from support_management.routing.inputs.recent_owners import cool_down
from support_management.routing.models import ReassignmentLog
from support_management.routing.transfer.change_owner import change_owner, key_of
from support_management.tickets.models import Ticket

Cause = ReassignmentLog.Cause
_ABSENCE_CAUSES = (Cause.AWAY, Cause.OFFLINE, Cause.BREAK)


def restore_work(user_id: int) -> int:
    """Reassign to this agent the untouched work they lost by absence within the cool-down, up to their capacity.

    Returns the number of changes.
    """
    person = User.objects.get(pk=user_id)
    if not SupportAvailability.objects.filter(user=person, available=True).exists():
        return 0
    recent = ReassignmentLog.objects.filter(
        from_agent=person,
        to_agent__isnull=False,
        by__isnull=True,
        cause__in=_ABSENCE_CAUSES,
        at__gt=now() - cool_down(),
        at__lte=now() + AHEAD,
    )
    logs = {(log.ticket_id, log.dispute_id): log for log in recent.order_by("id")}
    tickets = Ticket.objects.filter(pk__in=[ticket for ticket, _ in logs if ticket], is_open=True)
    disputes = Dispute.objects.filter(pk__in=[dispute for _, dispute in logs if dispute], is_open=True)
    returned = 0
    for rows in (list(tickets.order_by("priority", "next_due_at", "pk")), list(disputes.order_by("next_due_at", "pk"))):
        touched = {work.id for work in held_work.describe(rows) if work.touched}
        for row in rows:
            log = logs[(row.pk, None) if isinstance(row, Ticket) else (None, row.pk)]
            if row.assignee_id == log.to_agent_id and row.pk not in touched:
                returned += _return_to(row, person)
    return returned


def _return_to(row: Ticket | Dispute, person: User) -> bool:
    why = TransferReason(Cause.RETURNED, f"{person} is back"[:REASON_LIMIT])
    try:
        change_owner(key_of(row), to=person, by=None, why=why, version=row.version, within_capacity=True)
    except DeskError:
        return False  # no capacity, or reassigned meanwhile
    return True
