"""Events of a clock's history."""

from datetime import datetime

from support_management.core.prepared_statements import PreparedInsert
from support_management.core.time import now
from support_management.sla.clock.runs import TERMS
from support_management.sla.models import OrderDisputeSLA, SLAEvent

CAUSE_LIMIT = 300


def build_event(
    clock: OrderDisputeSLA, kind: str, *, at: datetime, cause: str, by_id: int | None = None, threshold: str = ""
) -> SLAEvent:
    """An unsaved event at an instant; starts, re-targets and restores carry the terms from then on."""
    event = SLAEvent(
        clock=clock,
        kind=kind,
        at=at,
        fired_at=now(),
        due_at=clock.due_at,
        threshold=threshold,
        cause=cause[:CAUSE_LIMIT],
        actor_id=by_id,
    )
    if kind in TERMS:
        event.target_seconds, event.calendar_id = clock.target_seconds, clock.calendar_id
        event.policy_id, event.policy_version = clock.policy_id, clock.policy_version
    return event


def record(clock: OrderDisputeSLA, kind: str, **fields) -> None:
    """Store an event with the fields of `build_event`."""
    _insert(build_event(clock, kind, **fields))


_insert = PreparedInsert(SLAEvent)
