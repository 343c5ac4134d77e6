"""Status, priority, type and tags."""

from support_management.core.priority import rank_of
from support_management.core.time import now
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import TicketMoved, TicketTriaged
from support_management.people.models import User
from support_management.tickets import editing, lookup
from support_management.tickets.models import Ticket
from support_management.tickets.status import Status, check_move, known, sentence


@capability
def set_status(*, ticket: int, status: str, by: User | None, version: int | None = None) -> Ticket:
    """Move the ticket. Conflict illegal_move says why not; the status it has already is no change."""
    status = known(status)
    row = editing.take(ticket, by=by, version=version)
    editing.require_may_change(row, by)
    if status != row.status:
        move(row, status, by=by)
    return row


def move(row: Ticket, status: str, *, by: User | None) -> None:
    """A status change alone, for a row already locked inside a capability."""
    before = row.status
    editing.store(row, **step(row, status))
    editing.took_part(row, by)
    moved(row, before, by=by)


def step(row: Ticket, status: str) -> dict:
    """The one door of status changes: what a legal move writes. Conflict illegal_move."""
    check_move(row.status, status)
    if status == Status.RESOLVED:
        return {"status": status, "resolved_at": now()}
    if row.status == Status.RESOLVED and status == Status.OPEN:
        return {"status": status, "resolved_at": None}
    return {"status": status}


def moved(row: Ticket, before: str, *, by: User | None) -> None:
    """Timeline, audit and event of a move that is stored."""
    [line] = editing.say(row, sentence(before, row.status), by=by)
    editing.audit(row, "status", by=by, before={"status": before}, after={"status": row.status})
    publish(
        TicketMoved(
            ticket_id=row.pk,
            before=before,
            after=row.status,
            agent_id=row.assignee_id,
            by_id=by.pk if by else None,
            message_id=line,
        )
    )


@capability
def set_priority(*, ticket: int, priority: str, by: User | None, version: int | None = None) -> Ticket:
    """Change how urgent it is."""
    rank = rank_of(priority)
    row = editing.take(ticket, by=by, version=version)
    editing.require_may_change(row, by)
    before = row.priority_word
    if before != priority:
        editing.store(row, priority=rank)
        _triaged(row, "priority", before, priority, by=by)
    return row


@capability
def set_type(*, ticket: int, type: str, by: User | None, version: int | None = None) -> Ticket:
    """Move the ticket to another queue."""
    kind = lookup.type_of(type)
    row = editing.take(ticket, by=by, version=version)
    editing.require_may_change(row, by)
    if kind != row.type:
        before = row.type
        editing.store(row, type=kind)
        _triaged(row, "type", before.slug, kind.slug, by=by, shown=(before.name, kind.name))
    return row


@capability
def set_tags(*, ticket: int, tags: list[str], by: User | None, version: int | None = None) -> Ticket:
    """Replace the tags; a word not seen before becomes one."""
    wanted = lookup.tags_of(tags)
    row = editing.take(ticket, by=by, version=version)
    editing.require_may_change(row, by)
    before, after = sorted(row.tag_list), sorted(tag.name for tag in wanted)
    if before != after:
        row.tags.set(wanted)
        editing.store(row)
        shown = (", ".join(before) or "none", ", ".join(after) or "none")
        _triaged(row, "tags", before, after, by=by, shown=shown)
    return row


def _triaged(row: Ticket, field: str, before, after, *, by: User | None, shown: tuple[str, str] | None = None) -> None:
    old, new = shown or (before.title(), after.title())
    [line] = editing.say(row, f"{field.title()}: {old} → {new}", by=by)
    editing.took_part(row, by)
    editing.audit(row, field, by=by, before={field: before}, after={field: after})
    by_id = by.pk if by else None
    publish(TicketTriaged(ticket_id=row.pk, fields=(field,), agent_id=row.assignee_id, by_id=by_id, message_id=line))
