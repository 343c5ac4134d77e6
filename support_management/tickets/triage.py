"""Changes of status, priority, queue and tags."""

from datetime import timedelta

from support_management.core.priority import rank_of
from support_management.core.time import now
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import TicketMoved, TicketTriaged
from support_management.people.models import User
from support_management.tickets import editing, lookup
from support_management.tickets.models import Ticket
from support_management.tickets.status import Status, check_move, parse_status, sentence


@capability
def set_status(*, ticket: int, status: str, by: User | None, version: int | None = None) -> Ticket:
    """Change the status; the current status is no change. Conflict illegal_move, Stale, NotAllowed not_yours."""
    status = parse_status(status)
    row = editing.lock_visible(ticket, by=by, version=version)
    editing.require_may_change(row, by)
    if status != row.status:
        move(row, status, by=by)
    return row


def move(row: Ticket, status: str, *, by: User | None) -> None:
    """Change only the status of a row that is locked inside a capability."""
    before, resolver_id = row.status, row.resolved_by_id
    editing.store(row, **step(row, status, by=by))
    editing.record_participants(row, by)
    moved(row, before, by=by, resolver_id=resolver_id)


def step(row: Ticket, status: str, *, by: User | None) -> dict:
    """The values that a status change writes; all status changes use them. Conflict illegal_move.

    A resolution is credited to whoever makes it, one by the system to the assignee.
    """
    check_move(row.status, status)
    if status == Status.RESOLVED:
        return {"status": status, "resolved_at": now(), "resolved_by": by or row.assignee}
    if row.status == Status.RESOLVED and status == Status.OPEN:
        lay = now() - row.resolved_at if row.resolved_at and row.first_replied_at is None else timedelta(0)
        return {"status": status, "resolved_at": None, "resolved_by": None, "lay_resolved": row.lay_resolved + lay}
    return {"status": status}


def moved(row: Ticket, before: str, *, by: User | None, resolver_id: int | None) -> None:
    """Record a stored status change: timeline entry, audit and event. `resolver_id`: of the resolution before it."""
    [entry_id] = editing.add_system_entries(row, sentence(before, row.status), by=by)
    editing.audit(row, "status", by=by, before={"status": before}, after={"status": row.status})
    publish(
        TicketMoved(
            ticket_id=row.pk,
            before=before,
            after=row.status,
            agent_id=row.assignee_id,
            by_id=by.pk if by else None,
            message_id=entry_id,
            resolver_id=row.resolved_by_id or resolver_id,
        )
    )


@capability
def set_priority(*, ticket: int, priority: str, by: User | None, version: int | None = None, rule: str = "") -> Ticket:
    """Change the priority. `rule`: the escalation rule that does it, for the timeline."""
    rank = rank_of(priority)
    row = editing.lock_visible(ticket, by=by, version=version)
    editing.require_may_change(row, by)
    before = row.priority_word
    if before != priority:
        editing.store(row, priority=rank)
        _triaged(row, "priority", before, priority, by=by, rule=rule)
    return row


@capability
def set_type(*, ticket: int, type: str, by: User | None, version: int | None = None) -> Ticket:
    """Move the ticket to another queue."""
    queue = lookup.type_of(type)
    row = editing.lock_visible(ticket, by=by, version=version)
    editing.require_may_change(row, by)
    if queue != row.type:
        before = row.type
        editing.store(row, type=queue)
        _triaged(row, "type", before.slug, queue.slug, by=by, shown=(before.name, queue.name))
    return row


@capability
def set_tags(*, ticket: int, tags: list[str], by: User | None, version: int | None = None, rule: str = "") -> Ticket:
    """Replace the tags; missing ones are created. `rule`: the escalation rule that does it, for the timeline."""
    new_tags = lookup.tags_of(tags)
    row = editing.lock_visible(ticket, by=by, version=version)
    editing.require_may_change(row, by)
    before, after = sorted(row.tag_list), sorted(tag.name for tag in new_tags)
    if before != after:
        row.tags.set(new_tags)
        editing.store(row)
        shown = (", ".join(before) or "none", ", ".join(after) or "none")
        _triaged(row, "tags", before, after, by=by, shown=shown, rule=rule)
    return row


def _triaged(
    row: Ticket, field: str, before, after, *, by: User | None, shown: tuple[str, str] | None = None, rule: str = ""
) -> None:
    old, new = shown or (before.title(), after.title())
    text = f"{field.title()}: {old} → {new}" + (f" · rule {rule}" if rule else "")
    [entry_id] = editing.add_system_entries(row, text, by=by)
    editing.record_participants(row, by)
    editing.audit(row, field, by=by, before={field: before}, after={field: after})
    by_id = by.pk if by else None
    publish(
        TicketTriaged(ticket_id=row.pk, fields=(field,), agent_id=row.assignee_id, by_id=by_id, message_id=entry_id)
    )
