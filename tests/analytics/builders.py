"""Clocks that ended long ago, made without the work's history: figures only look at how they ended."""

from datetime import UTC, datetime, timedelta
from itertools import count

from support_management.events.suppression import quietly
from support_management.sla.models import OrderDisputeSLA, SLAPolicy
from support_management.tickets.models import Ticket

_cycles = count(1000)
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    """An instant in UTC: 2026-11-24 23:30."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def ended(
    ticket: Ticket,
    completed_at: datetime,
    *,
    took: timedelta = HOUR,
    target: timedelta = 2 * HOUR,
    state: str | None = None,
    policy: SLAPolicy | None = None,
    metric: str = "next_response",
    **facts,
) -> OrderDisputeSLA:
    """Unsaved: it ran `took` on the wall and ended then; late when that is more than its target, unless told."""
    policy = policy or SLAPolicy.objects.order_by("position").first()
    state = state or ("breached" if took > target else "met")
    start = completed_at - took
    return OrderDisputeSLA(
        ticket=ticket,
        metric=metric,
        cycle=next(_cycles),
        state=state,
        started_at=start,
        since=start,
        due_at=start + target,
        target_seconds=target // timedelta(seconds=1),
        breached_at=start + target if state == "breached" else None,
        completed_at=completed_at,
        completed_agent=facts.pop("agent", None),
        policy=policy,
        policy_version=policy.version,
        calendar_id=facts.pop("calendar_id", policy.calendar_id),
        **facts,
    )


def keep(*clocks: OrderDisputeSLA) -> None:
    """Stored as they are, without anybody being told."""
    with quietly():
        OrderDisputeSLA.objects.bulk_create(clocks)
