"""Whose a ticket is. Every way of changing hands comes through here."""

from support_management.core.errors import Conflict, NotAllowed, NotFound
from support_management.core.locking import lock
from support_management.events.bus import publish
from support_management.events.catalogue import TicketAssigned
from support_management.events.live import capability
from support_management.people import roles
from support_management.people.models import User
from support_management.people.viewer import viewer_of
from support_management.tickets import changing, triage
from support_management.tickets.models import Ticket
from support_management.tickets.status import Status


@capability
def claim(*, ticket: int, by: User, version: int | None = None) -> Ticket:
    """Make an unowned ticket the agent's own.

    Conflict taken when somebody was first (told even when the ticket is out of sight by now),
    Conflict no_room when it exceeds the agent's capacity. Already mine: nothing changes.
    """
    row = lock(Ticket, ticket, related=("type", "assignee"))
    if not by.is_desk or not viewer_of(by).serves(row.website_id):
        raise NotFound("This ticket")
    if not by.is_agent:
        raise NotAllowed("not_an_agent", "Only agents and team leads can own work.")
    if row.assignee_id == by.pk:
        return row
    if row.assignee_id is not None:
        raise Conflict("taken", f"{row.assignee} took it first.", current=row, extra={"owner": str(row.assignee)})
    row = changing.take(ticket, by=by, version=version)
    _require_open(row)
    return _hand_to(row, by, by=by, reason="claimed", within_capacity=True)


@capability
def assign(
    *, ticket: int, to: User | None, by: User | None, reason: str = "", version: int | None = None, within_capacity=None
) -> Ticket:
    """Give the ticket to an agent, or to nobody. Leads move everybody's work, agents hand over their own.

    A lead's hand may go over capacity; automation (by None) and agents may not.
    """
    if to is None:
        return release(ticket=ticket, by=by, version=version, reason=reason)
    row = changing.take(ticket, by=by, version=version)
    _require_may_hand_over(row, by, to)
    _require_open(row)
    if to.role not in roles.AGENTS or not to.is_active:
        raise Conflict("not_an_agent", f"{to} cannot own work.")
    if row.assignee_id == to.pk:
        return row
    if within_capacity is None:
        within_capacity = by is None or not by.is_lead
    return _hand_to(row, to, by=by, reason=reason or "assigned", within_capacity=within_capacity)


@capability
def release(*, ticket: int, by: User | None, version: int | None = None, reason: str = "") -> Ticket:
    """Put the ticket back for everybody."""
    row = changing.take(ticket, by=by, version=version)
    changing.require_may_change(row, by)
    _require_open(row)
    if row.assignee_id is None:
        return row
    return _hand_to(row, None, by=by, reason=reason or "released", within_capacity=False)


def _require_open(row: Ticket) -> None:
    if not row.is_open:
        raise Conflict("not_open", f"This ticket is {row.get_status_display().lower()}.", current=row)


def _require_may_hand_over(row: Ticket, by: User | None, to: User) -> None:
    if by is None or by.is_lead:
        return
    own = row.assignee_id == by.pk or (row.assignee_id is None and to.pk == by.pk)
    if not own:
        raise NotAllowed("not_yours", "Assigning others' work is for team leads.")


def _hand_to(row: Ticket, to: User | None, *, by: User | None, reason: str, within_capacity: bool) -> Ticket:
    previous, owned = row.assignee, (row.assignee_id, row.units)
    changing.store(row, assignee=to)
    changing.settle_load(row, owned, within_capacity=within_capacity)
    if to is not None and row.status == Status.NEW:
        triage.move(row, Status.OPEN, by=by)
    changing.say(row, _sentence(previous, to, by, reason), by=by)
    changing.took_part(row, by)
    changing.took_part(row, previous)
    changing.audit(
        row, "assign", by=by, before={"assignee": str(previous or "")}, after={"assignee": str(to or ""), "why": reason}
    )
    publish(
        TicketAssigned(
            ticket_id=row.pk,
            agent_id=to.pk if to else None,
            previous_id=previous.pk if previous else None,
            by_id=by.pk if by else None,
            reason=reason,
        )
    )
    return row


def _sentence(previous: User | None, to: User | None, by: User | None, reason: str) -> str:
    if to is None:
        return f"Released by {previous}" if by == previous else f"Taken from {previous}"
    if to == by:
        return f"Taken by {to}"
    why = "" if reason in ("assigned", "claimed") else f": {reason}"
    return f"Assigned to {to}{why}"
