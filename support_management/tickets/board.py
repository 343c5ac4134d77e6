"""The queue board: the first rows of every lane, and the rest of one, in work order."""

from datetime import UTC, datetime, timedelta

from support_management.core.errors import Invalid
from support_management.core.time import now
from support_management.core.window_queries import first_of
from support_management.people.viewer import Viewer
from support_management.tickets import queries
from support_management.tickets.models import Ticket

WINDOW = 100
Key = tuple[int, datetime, int]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def first_rows(viewer: Viewer) -> dict[str, list[Ticket]]:
    """Per lane its first rows. One query for all lanes."""
    moment = now()
    lists = [queries.lane(slug, viewer) for slug in queries.LANES]
    found = sorted(queries.for_rows(first_of(lists, window=WINDOW)), key=_work_order)
    return {
        slug: [row for row in found if queries.belongs(slug, viewer, row, moment)][:WINDOW] for slug in queries.LANES
    }


def rest(slug: str, viewer: Viewer, after: Key) -> list[Ticket]:
    """The next rows of a lane behind a key."""
    return list(queries.for_rows(queries.after(queries.lane(slug, viewer), after))[:WINDOW])


def key_of(text: str) -> Key:
    """The place in work order that `Ticket.order_key` writes. Invalid for anything else."""
    try:
        priority, micros, pk = (int(part) for part in text.split("|"))
        key = (priority, _EPOCH + timedelta(microseconds=micros), pk)
    except (ValueError, OverflowError):
        raise Invalid("bad_key", "This is not a valid position in the list.", field="after") from None
    if not (1 <= priority <= 4 and 0 <= pk < 2**63):
        raise Invalid("bad_key", "This is not a valid position in the list.", field="after")
    return key


def _work_order(row: Ticket) -> tuple:
    return row.priority, row.next_due_at, row.pk
