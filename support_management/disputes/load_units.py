"""Load units of open disputes, by priority."""

from django.db.models import Case, When

from support_management.core.prepared_statements import PreparedSelect
from support_management.core.priority import Priority
from support_management.disputes.models import UNITS, DisputeWeight

_rows = PreparedSelect(lambda: DisputeWeight.objects.order_by("priority"))


def by_priority() -> dict[int, int]:
    """Load units of each priority; `UNITS` where no weight is configured."""
    return dict.fromkeys(Priority.values, UNITS) | {row.priority: row.units for row in _rows()}


def of(priority: int) -> int:
    """Load units of one priority."""
    return by_priority()[priority]


def as_case() -> Case:
    """Load units as an SQL expression on the priority."""
    return Case(*(When(priority=rank, then=units) for rank, units in by_priority().items()), default=UNITS)
