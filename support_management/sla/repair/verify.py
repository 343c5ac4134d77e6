"""Compares every clock with its own history (`manage.py verify_sla`)."""

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
    """A field of a clock whose stored value differs from its history."""

    clock_id: int
    field: str
    stored: object
    replayed: object

    def __str__(self):
        return f"clock {self.clock_id}: {self.field} is {self.stored}, its history says {self.replayed}"


def differences(clocks: Iterable[OrderDisputeSLA] | None = None) -> Iterator[ClockDifference]:
    """Every field of every clock that differs from its history."""
    versions = {
        (policy, number): warnings_of(thresholds)
        for policy, number, thresholds in SLAPolicyVersion.objects.values_list("policy", "number", "thresholds")
    }
    calendar = known_hours()
    rows = OrderDisputeSLA.objects.order_by("pk").iterator(CHUNK) if clocks is None else clocks
    for chunk in batched(rows, CHUNK, strict=False):
        events = defaultdict(list)
        for event in SLAEvent.objects.filter(clock__in=[clock.pk for clock in chunk]).order_by("id"):
            events[event.clock_id].append(event)
        for clock in chunk:
            replay = Replay(calendar, lambda policy, number: versions[policy, number])
            yield from _compared(clock, events[clock.pk], replay)


def _compared(clock: OrderDisputeSLA, events: list[SLAEvent], replay: Replay) -> Iterator[ClockDifference]:
    if not events or events[0].kind != "started":
        yield ClockDifference(clock.pk, "history", "there", "has no start event")
        return
    try:
        for event in events:
            replay.read(event)
    except KeyError as error:
        yield ClockDifference(clock.pk, "history", "there", f"names a version or calendar that was not stored: {error}")
        return
    replay.settle(clock.reached)
    replay.next_fire_at = replay.next_fire_at or NEVER
    for name in COMPARED:
        stored, replayed = getattr(clock, name), getattr(replay, name)
        if stored != replayed:
            yield ClockDifference(clock.pk, name, stored, replayed)
