"""What every change of a ticket has in common: rights, load, version, a line in the timeline, the audit."""

from functools import cache

from django.db.models import F

from support_management.audit import log
from support_management.core.errors import NotAllowed, NotFound, Stale
from support_management.core.locking import lock, require_version
from support_management.core.prepared_statements import Parameter, PreparedInsert, PreparedUpdate
from support_management.core.text import to_html
from support_management.core.time import now
from support_management.people import load, participation
from support_management.people.models import User
from support_management.people.viewer import viewer_of
from support_management.tickets import queries
from support_management.tickets.models import Ticket, TicketMessage, TicketParticipation
from support_management.tickets.status import IS_OPEN

RELATED = ("type", "requester", "assignee")
"""What rules ask and answers show of a ticket that is being changed."""
_say = PreparedInsert(TicketMessage)


def take(ticket: int, *, by: User | None, version: int | None = None) -> Ticket:
    """The row, locked. NotFound when `by` may not see it, Stale when looked at an older version."""
    row = lock(Ticket, ticket, related=RELATED)
    if by is not None and not queries.may_see(viewer_of(by), row):
        raise NotFound("This ticket")
    require_version(row, version)
    return row


def require_may_change(row: Ticket, by: User | None) -> None:
    """Own and unassigned work, or a lead. The system (None) may."""
    if by is None or queries.may_change(viewer_of(by), row):
        return
    if not by.is_desk or row.assignee_id is None:
        raise NotAllowed("not_yours", "Only support staff can change tickets.")
    raise NotAllowed("not_yours", f"Assigned to {row.assignee}. You can add internal notes.")


def store(row: Ticket, *, within_capacity: bool = False, **changes) -> None:
    """Write the changes, the units they mean and the new version in one statement; then the load of the owners.

    Conflict no_room, when `within_capacity` asks for room and there is none.
    """
    owned, seen, moment = (row.assignee_id, row.units), row.version, now()
    for name, value in changes.items():
        setattr(row, name, value)
    row.is_open, row.units = row.status in IS_OPEN, units_of(row)
    row.version, row.updated_at = seen + 1, moment
    facts = changes | {"units": row.units, "updated_at": moment}
    if not _stored(tuple(facts))(pk=row.pk, seen=seen, **facts):
        raise Stale(Ticket.objects.filter(pk=row.pk).first())
    load.move(load.TICKET, before=owned, after=(row.assignee_id, row.units), within_capacity=within_capacity)


@cache
def _stored(names: tuple[str, ...]) -> PreparedUpdate:
    """The statement that writes these columns, unless somebody else was first."""
    values = {name: Parameter(name, Ticket._meta.get_field(name)) for name in names}
    rows = lambda: Ticket.objects.filter(pk=Parameter("pk"), version=Parameter("seen"))  # noqa: E731
    return PreparedUpdate(rows, **values, version=F("version") + 1)


def units_of(row: Ticket) -> int:
    """Units of load that the ticket counts on its owner now."""
    return row.owned_units if row.assignee_id is not None else 0


def say(row: Ticket, *texts: str, by: User | None) -> list[int]:
    """Lines of the timeline that tell what happened; their keys, for the events to name them."""
    lines = [_line(row, TicketMessage.Kind.SYSTEM, text, by) for text in texts]
    _say(*lines)
    return [line.pk for line in lines]


def speak(row: Ticket, kind: str, body: str, *, by: User) -> TicketMessage:
    """Somebody's own words in the timeline."""
    line = _line(row, kind, body, by)
    _say(line)
    return line


def _line(row: Ticket, kind: str, body: str, by: User | None) -> TicketMessage:
    return TicketMessage(ticket=row, kind=kind, author=by, body=body, html=to_html(body))


def took_part(row: Ticket, *people: User | None) -> None:
    """Keeps the ticket readable for agents who worked on it."""
    participation.record(TicketParticipation, row, *people)


def audit(row: Ticket, verb: str, *, by: User | None, before: dict, after: dict) -> None:
    log.record(by=by, verb=verb, on=row, before=before, after=after)
