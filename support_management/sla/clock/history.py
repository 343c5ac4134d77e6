"""Lines of a clock's history."""

from datetime import datetime

from support_management.core.prepared_statements import PreparedInsert
from support_management.core.time import now
from support_management.sla.models import OrderDisputeSLA, SLAEvent

CAUSE_LIMIT = 300


def line(
    clock: OrderDisputeSLA, kind: str, *, at: datetime, cause: str, by_id: int | None = None, threshold: str = ""
) -> SLAEvent:
    """What happened at an instant, unsaved; a start and a re-target say what holds from then on."""
    row = SLAEvent(
        clock=clock,
        kind=kind,
        at=at,
        fired_at=now(),
        due_at=clock.due_at,
        threshold=threshold,
        cause=cause[:CAUSE_LIMIT],
        actor_id=by_id,
    )
    if kind in ("started", "retargeted"):
        row.target_seconds, row.calendar_id = clock.target_seconds, clock.calendar_id
        row.policy_id, row.policy_version = clock.policy_id, clock.policy_version
    return row


def note(clock: OrderDisputeSLA, kind: str, **facts) -> None:
    """The same, stored."""
    _insert(line(clock, kind, **facts))


_insert = PreparedInsert(SLAEvent)
