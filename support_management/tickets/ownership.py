"""Assignment of tickets. All changes of the assignee go through here."""

from support_management.audit.seen_version import require_seen
from support_management.core.errors import Conflict, NotAllowed, NotFound
from support_management.core.locking import lock
from support_management.events.bus import publish_all
from support_management.events.capability import capability
from support_management.events.catalogue import Event, TicketAssigned, TicketMoved
from support_management.people import assignment_rules
from support_management.people.agents import can_own, require_can_own
from support_management.people.assignment_rules import UNSTATED, TransferReason
from support_management.people.models import User
from support_management.people.viewer import viewer_of
from support_management.tickets import editing, last_unassigned, queries
from support_management.tickets.models import Ticket
from support_management.tickets.status import Status, sentence


@capability
def claim(*, ticket: int, by: User, version: int | None = None, decision: object | None = None) -> Ticket:
    """Assign an unassigned ticket to the actor; nothing changes when it is already theirs.

    Conflict taken when another agent was first, Conflict no_room when it exceeds the agent's capacity. A ticket that
    the actor may not see is not found, unless they have just lost it to another agent: then taken tells the name only.
    `decision`: the routing decision that the claim applies, if any.
    """
    row = lock(Ticket, ticket, related=editing.RELATED)
    viewer = viewer_of(by)
    if not viewer.is_desk or not queries.may_see(viewer, row):
        raise _taken(row) if last_unassigned.could_see(viewer, row) else NotFound("This ticket")
    if not by.is_agent:
        raise NotAllowed("not_an_agent", "Only agents and team leads can be assigned work.")
    if row.assignee_id == by.pk:
        return row
    if row.assignee_id is not None:
        raise _taken(row)
    require_seen(row, version, by=by)
    _require_open(row)
    return _set_assignee(
        row, by, by=by, why=TransferReason("claimed", "claimed", decision=decision), within_capacity=True
    )


def taken_by_reply(row: Ticket, by: User) -> bool:
    """Whether a public reply of this agent also assigns the ticket to them: it is unassigned, and its queue says so."""
    return row.assignee_id is None and row.type.reply_takes and can_own(by, website_id=row.website_id)


def take(row: Ticket, *, by: User) -> Ticket:
    """Assign a row that is locked inside a capability to the actor, whatever their capacity and its status."""
    return _set_assignee(row, by, by=by, why=TransferReason("claimed", "claimed"), within_capacity=False)


@capability
def assign(
    *,
    ticket: int,
    to: User | None,
    by: User | None,
    reason: str = "",
    version: int | None = None,
    within_capacity: bool | None = None,
    why: TransferReason | None = None,
) -> Ticket:
    """Assign the ticket, or unassign it (`to` None). Leads reassign any work, agents their own with a reason.

    A lead may exceed the agent's capacity; automation (`by` None) and agents may not: Conflict no_room. `why` replaces
    `reason` with more details.
    """
    if to is None:
        return release(ticket=ticket, by=by, version=version, reason=reason, why=why)
    transfer_reason = why or TransferReason(reason=reason)
    completed = transfer_reason.completed(to=to, by=by)
    row = editing.lock_visible(ticket, by=by, version=version)
    assignment_rules.require_may_transfer(row.assignee_id, to=to, by=by, reason=transfer_reason.reason)
    _require_open(row)
    if row.assignee_id == to.pk:
        return row
    require_can_own(to, website_id=row.website_id, by=by)
    enforce_capacity = assignment_rules.respects_capacity(within_capacity, by)
    return _set_assignee(row, to, by=by, why=completed, within_capacity=enforce_capacity)


@capability
def release(
    *, ticket: int, by: User | None, version: int | None = None, reason: str = "", why: TransferReason | None = None
) -> Ticket:
    """Unassign the ticket."""
    completed = (why or TransferReason(reason=reason)).completed(to=None, by=by)
    row = editing.lock_visible(ticket, by=by, version=version)
    editing.require_may_change(row, by)
    _require_open(row)
    if row.assignee_id is None:
        return row
    return _set_assignee(row, None, by=by, why=completed, within_capacity=False)


def _taken(row: Ticket) -> Conflict:
    return Conflict("taken", f"Already assigned to {row.assignee}.", current=row, extra={"owner": str(row.assignee)})


def _require_open(row: Ticket) -> None:
    if not row.is_open:
        raise Conflict("not_open", f"This ticket is {row.get_status_display().lower()}.", current=row)


def _set_assignee(
    row: Ticket, to: User | None, *, by: User | None, why: TransferReason, within_capacity: bool
) -> Ticket:
    previous, before = row.assignee, row.status
    after = Status.OPEN if to is not None and before == Status.NEW else before
    editing.store(row, assignee=to, status=after, within_capacity=within_capacity)
    texts = [_sentence(previous, to, by, why.reason)] + ([sentence(before, after)] if after != before else [])
    entry_ids = editing.add_system_entries(row, *texts, by=by)
    editing.record_participants(row, by, previous)
    editing.audit(
        row,
        "assign",
        by=by,
        before={"assignee": previous.pk if previous else None, "status": before},
        after={"assignee": row.assignee_id, "status": after},
    )
    above = assignment_rules.is_above_capacity(to, units=row.units, within_capacity=within_capacity)
    publish_all(_events(row, previous, before, by, why, entry_ids, above))
    return row


def _events(
    row: Ticket,
    previous: User | None,
    before: str,
    by: User | None,
    why: TransferReason,
    entry_ids: list[int],
    above: bool,
) -> list[Event]:
    change = assignment_rules.event_fields(row.assignee_id, previous, by, why)
    events: list[Event] = []
    if row.status != before:
        events.append(
            TicketMoved(
                ticket_id=row.pk,
                before=before,
                after=row.status,
                agent_id=row.assignee_id,
                by_id=change["by_id"],
                message_id=entry_ids[-1],
            )
        )
    events.append(
        TicketAssigned(ticket_id=row.pk, message_id=entry_ids[0], above_capacity=above, units=row.units, **change)
    )
    return events


def _sentence(previous: User | None, to: User | None, by: User | None, reason: str) -> str:
    why = "" if reason in UNSTATED else f": {reason}"
    if to is None:
        return f"Unassigned by {previous}{why}" if by == previous else f"Unassigned from {previous}{why}"
    if to == by:
        return f"Claimed by {to}"
    return f"Assigned to {to}{why}"
