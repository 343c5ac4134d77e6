"""What every change of a ticket has in common: rights, load, version, a line in the timeline, the audit."""

from django.db.models import F

from support_management.audit import record
from support_management.core.errors import NotAllowed, NotFound
from support_management.core.locking import lock
from support_management.core.text import to_html
from support_management.core.time import now
from support_management.people import load
from support_management.people.models import User
from support_management.people.viewer import viewer_of
from support_management.tickets import queries
from support_management.tickets.models import Ticket, TicketMessage, TicketParticipation
from support_management.tickets.status import COUNTS_AS_LOAD, IS_OPEN


def take(ticket: int, *, by: User | None, version: int | None = None) -> Ticket:
    """The row, locked. NotFound when `by` may not see it, Stale when looked at an older version."""
    row = lock(Ticket, ticket, None, related=("type", "assignee"))
    if by is not None and not queries.may_see(viewer_of(by), row):
        raise NotFound("This ticket")
    if version is not None and version != row.version:
        lock(Ticket, ticket, version, related=("type", "assignee"))
    return row


def require_may_change(row: Ticket, by: User | None) -> None:
    """Own and unassigned work, or a lead. The system (None) may."""
    if by is None or queries.may_change(viewer_of(by), row):
        return
    raise NotAllowed("not_yours", f"This ticket is with {row.assignee}. You may read it and leave notes.")


def store(row: Ticket, **changes) -> None:
    """Write the changes and the new version in one statement; the row object follows."""
    moment = now()
    Ticket.objects.filter(pk=row.pk).update(**changes, version=F("version") + 1, updated_at=moment)
    for name, value in changes.items():
        setattr(row, name, value)
    row.is_open = row.status in IS_OPEN
    row.version += 1
    row.updated_at = moment


def settle_load(row: Ticket, before: tuple[int | None, int], *, within_capacity: bool = False) -> None:
    """Bring the load of old and new owner in line with what the row says now."""
    units = units_of(row)
    load.move(before=before, after=(row.assignee_id, units), within_capacity=within_capacity)
    if units != row.units:
        Ticket.objects.filter(pk=row.pk).update(units=units)
        row.units = units


def units_of(row: Ticket) -> int:
    """Units that the ticket takes from its owner: its queue's weight while it needs work."""
    if row.assignee_id is None or row.status not in COUNTS_AS_LOAD:
        return 0
    return row.type.weight


def say(row: Ticket, text: str, *, by: User | None) -> TicketMessage:
    """A line of the timeline that tells what happened."""
    return TicketMessage.objects.create(ticket=row, kind="system", author=by, body=text, html=to_html(text))


def took_part(row: Ticket, user: User | None) -> None:
    """Keeps the ticket readable for an agent who worked on it."""
    if user is None or not user.is_desk:
        return
    moment = now()
    if not TicketParticipation.objects.filter(ticket=row, user=user).update(at=moment):
        TicketParticipation.objects.get_or_create(ticket=row, user=user, defaults={"at": moment})


def audit(row: Ticket, verb: str, *, by: User | None, before: dict, after: dict) -> None:
    record.record(by=by, verb=verb, on=row, before=before, after=after)
