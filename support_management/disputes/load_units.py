"""Units of load that open disputes take, by priority."""

from django.db.models import Case, When

from support_management.core.prepared_statements import PreparedSelect
from support_management.core.priority import Priority
from support_management.disputes.models import UNITS, DisputeWeight

_rows = PreparedSelect(lambda: DisputeWeight.objects.order_by("priority"))


def by_priority() -> dict[int, int]:
    """Of every priority; `UNITS` where nobody said otherwise."""
    return dict.fromkeys(Priority.values, UNITS) | {row.priority: row.units for row in _rows()}


def of(priority: int) -> int:
    """Of one."""
    return by_priority()[priority]


def as_case() -> Case:
    """The same for a statement about many disputes."""
    return Case(*(When(priority=rank, then=units) for rank, units in by_priority().items()), default=UNITS)
