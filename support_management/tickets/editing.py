"""Shared steps of ticket changes: permissions, load, version, timeline entries and audit."""

from functools import cache

from django.db.models import F

from support_management.audit import log
from support_management.audit.seen_version import require_seen
from support_management.core.errors import NotAllowed, NotFound, Stale
from support_management.core.locking import lock
from support_management.core.prepared_statements import Parameter, PreparedInsert, PreparedUpdate
from support_management.core.time import now
from support_management.people import load, participation
from support_management.people.models import User
from support_management.people.viewer import viewer_of
from support_management.tickets import queries
from support_management.tickets.models import Ticket, TicketMessage, TicketParticipation
from support_management.tickets.status import IS_OPEN

RELATED = ("type", "requester", "assignee")
"""Related rows that permission checks and responses need."""
_insert = PreparedInsert(TicketMessage)


def lock_visible(ticket: int, *, by: User | None, version: int | None = None) -> Ticket:
    """The locked row. NotFound when `by` may not see it, Stale when `version` is outdated."""
    row = lock(Ticket, ticket, related=RELATED)
    if by is not None and not queries.may_see(viewer_of(by), row):
        raise NotFound("This ticket")
    require_seen(row, version, by=by)
    return row


def require_may_change(row: Ticket, by: User | None) -> None:
    """NotAllowed not_yours unless the ticket is unassigned or the actor's own, or the actor is a lead or the system."""
    if by is None or queries.may_change(viewer_of(by), row):
        return
    if not by.is_desk or row.assignee_id is None:
        raise NotAllowed("not_yours", "Only support staff can change tickets.")
    raise NotAllowed("not_yours", f"Assigned to {row.assignee}. You can add internal notes.")


def store(row: Ticket, *, within_capacity: bool = False, public: bool = False, **changes) -> None:
    """Write the changes, the resulting load units and the new version in one statement; then the assignees' load.

    `public`: a message that the customer reads comes with it; whether they see the changes follows from their fields.
    Stale when another change was first; Conflict no_room with `within_capacity` when free capacity is too small.
    """
    load_before, version, moment = (row.assignee_id, row.units), row.version, now()
    for name, value in changes.items():
        setattr(row, name, value)
    row.is_open, row.units = row.status in IS_OPEN, units_of(row)
    row.version, row.updated_at = version + 1, moment
    values = changes | {"units": row.units, "updated_at": moment}
    if public or Ticket.is_public(changes):
        row.public_updated_at = values["public_updated_at"] = moment
    if not _update_statement(tuple(values))(pk=row.pk, seen=version, **values):
        raise Stale(Ticket.objects.filter(pk=row.pk).first())
    load.move(load.TICKET, before=load_before, after=(row.assignee_id, row.units), within_capacity=within_capacity)


@cache
def _update_statement(names: tuple[str, ...]) -> PreparedUpdate:
    """The statement that updates these columns if the version is still the one that was read."""
    parameters = {name: Parameter(name, Ticket._meta.get_field(name)) for name in names}
    rows = lambda: Ticket.objects.filter(pk=Parameter("pk"), version=Parameter("seen"))  # noqa: E731
    return PreparedUpdate(rows, **parameters, version=F("version") + 1)


def units_of(row: Ticket) -> int:
    """Load units that the ticket counts for its assignee now."""
    return row.owned_units if row.assignee_id is not None else 0


def add_system_entries(row: Ticket, *texts: str, by: User | None) -> list[int]:
    """Add system entries to the timeline; returns their ids for the events."""
    entries = [_entry(row, TicketMessage.Kind.SYSTEM, text, by) for text in texts]
    if entries:
        _insert(*entries)
    return [entry.pk for entry in entries]


def add_message(row: Ticket, kind: str, body: str, *, by: User) -> TicketMessage:
    """Add a message of a person to the timeline."""
    entry = _entry(row, kind, body, by)
    _insert(entry)
    return entry


def _entry(row: Ticket, kind: str, body: str, by: User | None) -> TicketMessage:
    return TicketMessage(ticket=row, kind=kind, author=by, body=body)


def record_participants(row: Ticket, *people: User | None) -> None:
    """Record that these people worked on the ticket, which keeps it visible to them for a while."""
    participation.record(TicketParticipation, row, *people)


def audit(row: Ticket, verb: str, *, by: User | None, before: dict, after: dict) -> None:
    log.record(by=by, verb=verb, on=row, before=before, after=after)
