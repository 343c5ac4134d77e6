"""The queue board: first rows of all lanes, and further rows of one, in work order."""

from datetime import datetime

from support_management.core.time import now
from support_management.core.window_queries import first_of
from support_management.people.viewer import Viewer
from support_management.tickets import queries
from support_management.tickets.models import Ticket

WINDOW = 100
type LanePlace = tuple[int, datetime, int]


def first_rows(viewer: Viewer) -> dict[str, list[Ticket]]:
    """The first rows of each lane, in one query."""
    moment = now()
    lists = [queries.lane(slug, viewer) for slug in queries.LANES]
    rows = sorted(queries.for_rows(first_of(lists, window=WINDOW)), key=_work_order)
    return {
        slug: [row for row in rows if queries.belongs(slug, viewer, row, moment)][:WINDOW] for slug in queries.LANES
    }


def rest(slug: str, viewer: Viewer, after: LanePlace) -> list[Ticket]:
    """The next rows of a lane after a place."""
    return list(queries.for_rows(queries.after(queries.lane(slug, viewer), after))[:WINDOW])


def _work_order(row: Ticket) -> tuple:
    return row.priority, row.next_due_at, row.pk
