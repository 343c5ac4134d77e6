"""Whose a ticket is. Every way of changing hands comes through here."""

from dataclasses import dataclass

from support_management.core import text
from support_management.core.errors import Conflict, Invalid, NotAllowed, NotFound
from support_management.core.locking import lock, require_version
from support_management.events.bus import publish_all
from support_management.events.capability import capability
from support_management.events.catalogue import Event, TicketAssigned, TicketMoved
from support_management.people import load
from support_management.people.agents import require_can_own
from support_management.people.models import User
from support_management.people.viewer import viewer_of
from support_management.tickets import editing
from support_management.tickets.models import Ticket
from support_management.tickets.status import Status, sentence

REASON_LIMIT = 80
_PLAIN = ("assigned", "claimed", "released")


@dataclass(frozen=True, slots=True)
class _Why:
    """Why it changes hands: a sentence, a word of ReassignmentLog.Cause, and a note for whoever takes over."""

    reason: str
    cause: str
    note: str = ""


@capability
def claim(*, ticket: int, by: User, version: int | None = None) -> Ticket:
    """Make an unowned ticket the agent's own.

    Conflict taken when somebody was first (told even when the ticket is out of sight by now),
    Conflict no_room when it exceeds the agent's capacity. Already mine: nothing changes.
    """
    row = lock(Ticket, ticket, related=editing.RELATED)
    viewer = viewer_of(by)
    if not viewer.is_desk or not viewer.serves(row.website_id):
        raise NotFound("This ticket")
    if not by.is_agent:
        raise NotAllowed("not_an_agent", "Only agents and team leads can be assigned work.")
    if row.assignee_id == by.pk:
        return row
    if row.assignee_id is not None:
        raise Conflict("taken", f"Already assigned to {row.assignee}.", current=row, extra={"owner": str(row.assignee)})
    require_version(row, version)
    _require_open(row)
    return _hand_to(row, by, by=by, why=_Why("claimed", "claimed"), within_capacity=True)


@capability
def assign(
    *,
    ticket: int,
    to: User | None,
    by: User | None,
    reason: str = "",
    version: int | None = None,
    within_capacity: bool | None = None,
    cause: str = "",
    note: str = "",
) -> Ticket:
    """Give the ticket to an agent, or to nobody. Leads move everybody's work; agents hand over theirs and say why.

    A lead's hand may go over capacity; automation (by None) and agents may not. `cause` is a word of
    ReassignmentLog.Cause, by hand unless said; `note` is what whoever takes over should know.
    """
    if to is None:
        return release(ticket=ticket, by=by, version=version, reason=reason, cause=cause, note=note)
    reason = _clean(reason)
    row = editing.take(ticket, by=by, version=version)
    _require_may_hand_over(row, by, to, reason)
    _require_open(row)
    if row.assignee_id == to.pk:
        return row
    require_can_own(to, website_id=row.website_id)
    if within_capacity is None:
        within_capacity = by is None or not by.is_lead
    why = _Why(reason or "assigned", cause or _cause(to, by), note)
    return _hand_to(row, to, by=by, why=why, within_capacity=within_capacity)


@capability
def release(
    *, ticket: int, by: User | None, version: int | None = None, reason: str = "", cause: str = "", note: str = ""
) -> Ticket:
    """Put the ticket back for everybody."""
    reason = _clean(reason)
    row = editing.take(ticket, by=by, version=version)
    editing.require_may_change(row, by)
    _require_open(row)
    if row.assignee_id is None:
        return row
    why = _Why(reason or "released", cause or "released", note)
    return _hand_to(row, None, by=by, why=why, within_capacity=False)


def _clean(reason: str) -> str:
    return text.clean(reason, field="reason", limit=REASON_LIMIT, one_line=True, blank=True)


def _cause(to: User, by: User | None) -> str:
    if by is None:
        return "assigned"
    return "claimed" if to.pk == by.pk else "manual"


def _require_open(row: Ticket) -> None:
    if not row.is_open:
        raise Conflict("not_open", f"This ticket is {row.get_status_display().lower()}.", current=row)


def _require_may_hand_over(row: Ticket, by: User | None, to: User, reason: str) -> None:
    if by is None or by.is_lead:
        return
    if not by.is_desk or (row.assignee_id != by.pk and (row.assignee_id is not None or to.pk != by.pk)):
        raise NotAllowed("not_yours", "Only team leads can reassign other agents' work.")
    if to.pk != by.pk and not reason:
        raise Invalid("reason_missing", "Enter a reason for the handoff.", field="reason")


def _hand_to(row: Ticket, to: User | None, *, by: User | None, why: _Why, within_capacity: bool) -> Ticket:
    previous, before = row.assignee, row.status
    after = Status.OPEN if to is not None and before == Status.NEW else before
    editing.store(row, assignee=to, status=after, within_capacity=within_capacity)
    texts = [_sentence(previous, to, by, why.reason)] + ([sentence(before, after)] if after != before else [])
    lines = editing.say(row, *texts, by=by)
    editing.took_part(row, by, previous)
    editing.audit(
        row,
        "assign",
        by=by,
        before={"assignee": str(previous or ""), "status": before},
        after={"assignee": str(to or ""), "status": after, "why": why.reason},
    )
    above = to is not None and not within_capacity and row.units > 0 and load.is_over(to.pk)
    publish_all(_events(row, previous, before, by, why, lines, above))
    return row


def _events(
    row: Ticket, previous: User | None, before: str, by: User | None, why: _Why, lines: list[int], above: bool
) -> list[Event]:
    agent_id, by_id = row.assignee_id, by.pk if by else None
    events: list[Event] = []
    if row.status != before:
        events.append(
            TicketMoved(
                ticket_id=row.pk,
                before=before,
                after=row.status,
                agent_id=agent_id,
                by_id=by_id,
                message_id=lines[-1],
            )
        )
    events.append(
        TicketAssigned(
            ticket_id=row.pk,
            agent_id=agent_id,
            previous_id=previous.pk if previous else None,
            by_id=by_id,
            reason=why.reason,
            message_id=lines[0],
            cause=why.cause,
            note=why.note,
            above_capacity=above,
            units=row.units,
        )
    )
    return events


def _sentence(previous: User | None, to: User | None, by: User | None, reason: str) -> str:
    why = "" if reason in _PLAIN else f": {reason}"
    if to is None:
        return f"Unassigned by {previous}{why}" if by == previous else f"Unassigned from {previous}{why}"
    if to == by:
        return f"Self-assigned by {to}"
    return f"Assigned to {to}{why}"
