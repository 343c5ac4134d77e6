"""Status, priority, type and tags."""

from support_management.core import text
from support_management.core.errors import Invalid
from support_management.core.priority import rank_of
from support_management.core.time import now
from support_management.events.bus import publish
from support_management.events.catalogue import TicketMoved, TicketTriaged
from support_management.events.live import capability
from support_management.people.models import User
from support_management.tickets import changing, intake
from support_management.tickets.models import Tag, Ticket
from support_management.tickets.status import Status, check_move

MAX_TAGS = 20


@capability
def set_status(*, ticket: int, status: str, by: User | None, version: int | None = None) -> Ticket:
    """Move the ticket. Conflict illegal_move says why not; the status it has already is no change."""
    if status not in Status.values:
        raise Invalid("unknown_status", f"Status is one of {', '.join(Status.values)}.", field="status")
    row = changing.take(ticket, by=by, version=version)
    changing.require_may_change(row, by)
    if status != row.status:
        move(row, status, by=by)
    return row


def move(row: Ticket, status: str, *, by: User | None) -> None:
    """The one door of status changes, for a row already locked inside a capability."""
    check_move(row.status, status)
    before, owned = row.status, (row.assignee_id, row.units)
    moment = now()
    facts = {"resolved_at": moment} if status == Status.RESOLVED else {}
    if before == Status.RESOLVED and status == Status.OPEN:
        facts = {"resolved_at": None}
    changing.store(row, status=status, **facts)
    changing.settle_load(row, owned)
    names = dict(Status.choices)
    changing.say(row, f"Status: {names[before]} → {names[status]}", by=by)
    changing.took_part(row, by)
    changing.audit(row, "status", by=by, before={"status": before}, after={"status": status})
    publish(
        TicketMoved(
            ticket_id=row.pk, before=before, after=status, agent_id=row.assignee_id, by_id=by.pk if by else None
        )
    )


@capability
def set_priority(*, ticket: int, priority: str, by: User | None, version: int | None = None) -> Ticket:
    """Change how urgent it is."""
    rank = rank_of(priority)
    row = changing.take(ticket, by=by, version=version)
    changing.require_may_change(row, by)
    before = row.priority_word
    if before != priority:
        changing.store(row, priority=rank)
        _triaged(row, "priority", before.title(), priority.title(), by=by)
    return row


@capability
def set_type(*, ticket: int, type: str, by: User | None, version: int | None = None) -> Ticket:
    """Move the ticket to another queue."""
    kind = intake.type_of(type)
    row = changing.take(ticket, by=by, version=version)
    changing.require_may_change(row, by)
    if kind != row.type:
        before, owned = row.type.name, (row.assignee_id, row.units)
        changing.store(row, type=kind)
        changing.settle_load(row, owned)
        _triaged(row, "type", before, kind.name, by=by)
    return row


@capability
def set_tags(*, ticket: int, tags: list[str], by: User | None, version: int | None = None) -> Ticket:
    """Replace the tags; a word not seen before becomes one."""
    wanted = tags_of(tags)
    row = changing.take(ticket, by=by, version=version)
    changing.require_may_change(row, by)
    before = row.tag_list
    after = sorted(tag.name for tag in wanted)
    if before != after:
        row.tags.set(wanted)
        changing.store(row)
        _triaged(row, "tags", ", ".join(before) or "none", ", ".join(after) or "none", by=by)
    return row


def tags_of(words) -> list[Tag]:
    """Tags for plain words. Invalid when it is no list of short words."""
    if not isinstance(words, (list, tuple)) or len(words) > MAX_TAGS:
        raise Invalid("bad_tags", f"Tags are a list of at most {MAX_TAGS} words.", field="tags")
    names = {text.clean(word, field="tags", limit=40, one_line=True).lower() for word in words}
    return [Tag.objects.get_or_create(name=name)[0] for name in sorted(names)]


def _triaged(row: Ticket, field: str, before: str, after: str, *, by: User | None) -> None:
    changing.say(row, f"{field.title()}: {before} → {after}", by=by)
    changing.took_part(row, by)
    changing.audit(row, field, by=by, before={field: before}, after={field: after})
    publish(
        TicketTriaged(ticket_id=row.pk, fields=(field,), agent_id=row.assignee_id, by_id=by.pk if by else None)
    )
