"""Every clock against its own history (`manage.py verify_sla`)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import batched

from support_management.core.time import NEVER
from support_management.sla.clock.terms import warnings_of
from support_management.sla.clock.working_time import known_hours
from support_management.sla.models import OrderDisputeSLA, SLAEvent, SLAPolicyVersion
from support_management.sla.repair.replay import Replay

COMPARED = (
    "state",
    "started_at",
    "target_seconds",
    "due_at",
    "paused_at",
    "paused_seconds",
    "breached_at",
    "completed_at",
    "served",
    "since",
    "calendar_id",
    "policy_id",
    "policy_version",
    "stage",
    "next_fire_at",
)
CHUNK = 500


@dataclass(frozen=True, slots=True)
class ClockDifference:
    """A clock whose row says something else than its history."""

    clock_id: int
    field: str
    stored: object
    replayed: object

    def __str__(self):
        return f"clock {self.clock_id}: {self.field} is {self.stored}, its history says {self.replayed}"


def differences(clocks: Iterable[OrderDisputeSLA] | None = None) -> Iterator[ClockDifference]:
    """Every field of every clock that its history does not explain."""
    versions = {
        (policy, number): warnings_of(thresholds)
        for policy, number, thresholds in SLAPolicyVersion.objects.values_list("policy", "number", "thresholds")
    }
    calendar = known_hours()
    rows = OrderDisputeSLA.objects.order_by("pk").iterator(CHUNK) if clocks is None else clocks
    for some in batched(rows, CHUNK, strict=False):
        lines = defaultdict(list)
        for line in SLAEvent.objects.filter(clock__in=[row.pk for row in some]).order_by("id"):
            lines[line.clock_id].append(line)
        for row in some:
            made = Replay(calendar, lambda policy, number: versions[policy, number])
            yield from _compared(row, lines[row.pk], made)


def _compared(row: OrderDisputeSLA, lines: list[SLAEvent], made: Replay) -> Iterator[ClockDifference]:
    if not lines or lines[0].kind != "started":
        yield ClockDifference(row.pk, "history", "there", "has no start event")
        return
    try:
        for line in lines:
            made.read(line)
    except KeyError as error:
        yield ClockDifference(row.pk, "history", "there", f"names a version or calendar that was not stored: {error}")
        return
    made.settle(row.reached)
    made.next_fire_at = made.next_fire_at or NEVER
    for name in COMPARED:
        stored, replayed = getattr(row, name), getattr(made, name)
        if stored != replayed:
            yield ClockDifference(row.pk, name, stored, replayed)
