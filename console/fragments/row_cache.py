"""HTML of rows, made once per change and shared by pages and frames.

A key names everything that the HTML shows, so what is kept is never wrong, only sometimes no longer asked for. The
position differs each time: it stands in the element's first tag and is put in afterwards.
"""

from collections.abc import Callable, Hashable

from support_management.core.time import now
from support_management.tickets.lane_counts import LaneSummary
from support_management.tickets.models import Ticket

MOST = 5000
SLOT = "\x00"
_kept: dict[Hashable, str] = {}


def html(key: Hashable, make: Callable[[str], str], *, pos: int) -> str:
    """The HTML under this key with `pos` in it; `make(slot)` renders it with the slot where the position goes."""
    known = _kept.get(key)
    if known is None:
        known = make(SLOT)
        if len(_kept) >= MOST:
            _kept.clear()
        _kept[key] = known
    return known.replace(SLOT, str(pos), 1)


def row_key(place: str, ticket: Ticket) -> tuple:
    """Everything that a row of a lane shows."""
    names = (str(ticket.requester), str(ticket.type), str(ticket.assignee or ""), ticket.assignee_id)
    nobody = getattr(ticket, "nobody", "")
    left = (ticket.next_due_at - now()).total_seconds()
    deadline = (ticket.due_state, ticket.next_due_at, ticket.due_metric, _as_fine_as_its_words(left))
    return (place, ticket.pk, ticket.version, ticket.number, ticket.subject, ticket.priority, *names, *deadline, nobody)


def head_key(slug: str, facts: LaneSummary) -> tuple:
    """Everything that the head of a lane shows."""
    age = (now() - facts.oldest_at).total_seconds() // 60 if facts.oldest_at else 0
    return (slug, facts, age)


def _as_fine_as_its_words(left: float) -> tuple[str, int]:
    """Seconds are shown in the last five minutes only."""
    return ("s", int(left)) if 0 <= left < 300 else ("m", int(left // 60))
