"""Who comes back soon gets back what they had not lost for good: work that nobody touched meanwhile."""

from support_management.core.errors import DeskError
from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.people.models import SupportAvailability, User
from support_management.people.owner_changes import REASON_LIMIT, TransferReason
from support_management.routing.inputs import held_work
from support_management.routing.inputs.recent_owners import cool_down
from support_management.routing.models import ReassignmentLog
from support_management.routing.transfer.transfer import hand, key_of
from support_management.tickets.models import Ticket

Cause = ReassignmentLog.Cause
_FOR_ABSENCE = (Cause.AWAY, Cause.OFFLINE, Cause.BREAK)


def give_back(user_id: int) -> int:
    """Untouched work that left this agent within the cool-down for not being there, as far as there is room."""
    person = User.objects.get(pk=user_id)
    if not SupportAvailability.objects.filter(user=person, available=True).exists():
        return 0
    lately = ReassignmentLog.objects.filter(
        from_agent=person, to_agent__isnull=False, by__isnull=True, cause__in=_FOR_ABSENCE, at__gt=now() - cool_down()
    )
    logs = {(log.ticket_id, log.dispute_id): log for log in lately.order_by("id")}
    tickets = Ticket.objects.filter(pk__in=[ticket for ticket, _ in logs if ticket], is_open=True)
    cases = Dispute.objects.filter(pk__in=[case for _, case in logs if case], is_open=True)
    returned = 0
    for rows in (list(tickets.order_by("priority", "next_due_at", "pk")), list(cases.order_by("next_due_at", "pk"))):
        touched = {one.id for one in held_work.held(rows) if one.touched}
        for row in rows:
            log = logs[(row.pk, None) if isinstance(row, Ticket) else (None, row.pk)]
            if row.assignee_id == log.to_agent_id and row.pk not in touched:
                returned += _give(row, person)
    return returned


def _give(row: Ticket | Dispute, person: User) -> bool:
    why = TransferReason(Cause.RETURNED, f"{person} is back"[:REASON_LIMIT])
    try:
        hand(key_of(row), to=person, by=None, why=why, version=row.version, within_capacity=True)
    except DeskError:
        return False  # no room, or somebody else's by now
    return True
