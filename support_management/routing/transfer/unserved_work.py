"""Open work of agents who do not serve its website, after they lost one: it becomes unassigned."""

from collections.abc import Collection
from operator import attrgetter

from support_management.core.text import shown
from support_management.disputes.models import Dispute
from support_management.events.bulk_action import each
from support_management.people.agents import assignee_does_not_serve
from support_management.people.assignment_rules import REASON_LIMIT, TransferReason
from support_management.routing.models import ReassignmentLog
from support_management.routing.transfer import handoff_note
from support_management.routing.transfer.change_owner import change_owner, key_of
from support_management.tickets.models import Ticket

type Work = Ticket | Dispute


def release(agent_ids: Collection[int] | None = None) -> list[Work]:
    """Unassign the open work of these agents (None: all) on websites that they do not serve.

    Returns it as it was before, with its owner and website. Nothing to do costs two queries.
    """
    rows = _rows(agent_ids)
    if not rows:
        return []
    notes = handoff_note.notes(rows)

    def put_back(row: Work) -> str:
        website = row.website if isinstance(row, Ticket) else row.order.website
        reason = shown(f"no longer covers {website}", REASON_LIMIT)
        why = TransferReason(ReassignmentLog.Cause.UNSERVED, reason, notes[key_of(row)])
        change_owner(key_of(row), to=None, by=None, why=why)
        return "unassigned."

    return [outcome.item for outcome in each(rows, put_back) if outcome.done]


def _rows(agent_ids: Collection[int] | None) -> list[Work]:
    tickets = Ticket.objects.filter(assignee_does_not_serve("website"), is_open=True)
    disputes = Dispute.objects.filter(assignee_does_not_serve("order__website"), is_open=True)
    if agent_ids is not None:
        tickets, disputes = (rows.filter(assignee__in=agent_ids) for rows in (tickets, disputes))
    found: list[Work] = [*tickets.select_related("assignee", "website")]
    found += disputes.select_related("assignee", "order__website")
    return sorted(found, key=attrgetter("assignee_id", "next_due_at", "pk"))
