"""The filter of the SLA board, and its short form shared by page, URL and stream."""

from dataclasses import astuple, dataclass

from django.db.models import Q, QuerySet

from support_management.core.priority import PRIORITY_WORDS
from support_management.sla.models import WORK_FIELDS, Metric, OrderDisputeSLA, WorkKind

NOBODY = 0
"""As an owner: unassigned work."""
_LARGEST = 2**63
WEBSITES = {"ticket": "website", "order": "website", "dispute": "order__website", "payment": "order__website"}
"""Field of each kind of work with its website."""
_OWNERS = ("ticket__assignee", "dispute__assignee", "payment__assignee")


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """Kind of work, metric, priority (rank), and ids of website, queue and owner. Empty means all."""

    kind: str = ""
    metric: str = ""
    priority: int | None = None
    website: int | None = None
    queue: int | None = None
    owner: int | None = None

    @property
    def word(self) -> str:
        """The short form: `ticket-resolution--3--0`; `all` without conditions."""
        return "-".join("" if value is None else str(value) for value in astuple(self)) if self != ALL else "all"


ALL = BoardFilter()


def narrow_of(word: str) -> BoardFilter | None:
    """The filter of a short form; None if it is not valid."""
    if word == "all":
        return ALL
    parts = word.split("-")
    if len(parts) != 6 or not all(_is_key(part) for part in parts[2:]):
        return None
    kind, metric, *numbers = parts
    narrow = BoardFilter(kind, metric, *(int(part) if part else None for part in numbers))
    valid = kind in ("", *WorkKind.values) and metric in ("", *Metric.values)
    return narrow if valid and narrow.priority in (None, *PRIORITY_WORDS) and narrow.word == word else None


def _is_key(part: str) -> bool:
    return not part or (part.isascii() and part.isdigit() and len(part) < 20 and int(part) < _LARGEST)


def clocks(rows: QuerySet[OrderDisputeSLA], narrow: BoardFilter) -> QuerySet[OrderDisputeSLA]:
    """The clocks that match a filter."""
    if narrow.kind:
        rows = rows.filter(**{f"{narrow.kind}__isnull": False})
    if narrow.metric:
        rows = rows.filter(metric=narrow.metric)
    if narrow.priority:
        rows = rows.filter(_any(narrow.priority, *(f"{kind}__priority" for kind in WORK_FIELDS)))
    if narrow.website is not None:
        rows = rows.filter(_any(narrow.website, *(f"{kind}__{WEBSITES[kind]}" for kind in WORK_FIELDS)))
    if narrow.queue is not None:
        rows = rows.filter(ticket__type=narrow.queue)
    if narrow.owner == NOBODY:
        rows = rows.filter(**dict.fromkeys(_OWNERS))
    elif narrow.owner is not None:
        rows = rows.filter(_any(narrow.owner, *_OWNERS))
    return rows


def works(rows: QuerySet, kind: str, narrow: BoardFilter) -> QuerySet:
    """The work of a kind that matches a filter, except its metric: work without a clock has none."""
    if narrow.kind not in ("", kind) or (narrow.queue is not None and kind != WorkKind.TICKET):
        return rows.none()
    if narrow.priority:
        rows = rows.filter(priority=narrow.priority)
    if narrow.website is not None:
        rows = rows.filter(**{WEBSITES[kind]: narrow.website})
    if narrow.queue is not None:
        rows = rows.filter(type=narrow.queue)
    if narrow.owner is None:
        return rows
    if kind == WorkKind.ORDER:  # orders have no owner
        return rows if narrow.owner == NOBODY else rows.none()
    return rows.filter(assignee=narrow.owner or None)


def _any(value: int, *fields: str) -> Q:
    condition = Q()
    for field in fields:
        condition |= Q(**{field: value})
    return condition
