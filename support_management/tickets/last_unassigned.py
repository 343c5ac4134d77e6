"""Whether an agent could see a ticket while it was last unassigned, so that a lost race for it names the winner."""

from datetime import timedelta

from support_management.audit import history
from support_management.core.time import now
from support_management.people.viewer import Viewer
from support_management.tickets.models import Ticket

JUST_NOW = timedelta(seconds=60)
"""How long the loser of a race is told who won it."""
_LINES = 20
"""Actions looked at; a ticket has fewer in a minute."""


def could_see(viewer: Viewer, ticket: Ticket) -> bool:
    """True for agents who serve its website when it was unassigned at most JUST_NOW ago.

    A ticket that was assigned within the request in which it came in or was released was never seen unassigned.
    """
    if not viewer.is_desk or not viewer.serves(ticket.website_id) or ticket.assignee_id is None:
        return False
    lines = [line for line in history.latest(ticket, _LINES) if line.verb in ("create", "assign")]
    while lines:
        assigned = lines.pop()
        if assigned.verb == "assign" and not assigned.before.get("assignee"):
            freed = lines[-1] if lines else None
            at_once = freed is not None and freed.request_id != "" and freed.request_id == assigned.request_id
            return not at_once and now() - assigned.at <= JUST_NOW
    return False
