"""A cache of row HTML, rendered once per change and shared by pages and frames.

A key contains everything that the HTML shows, so entries are never stale. The position differs each time: it is in
the element's first tag and is inserted afterwards.
"""

from collections.abc import Callable, Hashable

from support_management.core.time import now
from support_management.tickets.lane_counts import LaneSummary
from support_management.tickets.models import Ticket

MAX_ENTRIES = 5000
SLOT = "\x00"
_cache: dict[Hashable, str] = {}


def html(key: Hashable, make: Callable[[str], str], *, pos: int) -> str:
    """The HTML of this key with `pos` inserted; `make(slot)` renders it with a placeholder for the position."""
    cached = _cache.get(key)
    if cached is None:
        cached = make(SLOT)
        if len(_cache) >= MAX_ENTRIES:
            _cache.clear()
        _cache[key] = cached
    return cached.replace(SLOT, str(pos), 1)


def row_key(place: str, ticket: Ticket) -> tuple:
    """Everything that a row of a lane shows."""
    names = (str(ticket.requester), str(ticket.type), str(ticket.assignee or ""), ticket.assignee_id)
    nobody = getattr(ticket, "nobody", "")
    left = (ticket.next_due_at - now()).total_seconds()
    deadline = (ticket.due_state, ticket.next_due_at, ticket.due_metric, _displayed_time(left))
    return (place, ticket.pk, ticket.version, ticket.number, ticket.subject, ticket.priority, *names, *deadline, nobody)


def head_key(slug: str, summary: LaneSummary) -> tuple:
    """Everything that the head of a lane shows."""
    age = (now() - summary.oldest_at).total_seconds() // 60 if summary.oldest_at else 0
    return (slug, summary, age)


def _displayed_time(left: float) -> tuple[str, int]:
    """The remaining time as precisely as it is shown: seconds in the last five minutes only."""
    return ("s", int(left)) if 0 <= left < 300 else ("m", int(left // 60))
