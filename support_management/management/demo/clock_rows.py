"""Clocks with the history they would have had: what has passed is recorded as fired, what is ahead fires by itself."""

from datetime import datetime, timedelta

from support_management.core.time import NEVER
from support_management.sla import clock as arithmetic
from support_management.sla.models import OrderDisputeSLA, SLAEvent, SLAPolicy

_KIND = {"due_soon": "warned", "at_risk": "at_risk", "breached": "breached"}


def clock_with_history(
    *,
    start: datetime,
    target: timedelta,
    done: datetime | None,
    now: datetime,
    policy: SLAPolicy,
    metric: str,
    by,
    **work,
) -> tuple[OrderDisputeSLA, list[SLAEvent]]:
    """A clock as the engine would have left it, and its history. `by` is who completed it, if it is `done`."""
    plan = arithmetic.plan(start=start, target=target)
    passed = plan.passed(0, done or now)
    late = len(passed) == len(arithmetic.THRESHOLDS)
    row = OrderDisputeSLA(
        **work,
        metric=metric,
        state="breached" if late else "met" if done else "running",
        started_at=start,
        target_seconds=int(target.total_seconds()),
        due_at=plan.breached,
        breached_at=plan.breached if late else None,
        completed_at=done,
        reached=len(passed),
        next_fire_at=NEVER if done else plan.next_after(len(passed)) or NEVER,
        completed_agent=by if done else None,
        policy=policy,
        policy_version=policy.version,
    )
    history = [_event(row, "started", start, "created", None)]
    history += [_event(row, _KIND[name], at, "time", None) for name, at in passed]
    if done:
        history.append(_event(row, "met", done, "reply" if metric == "first_response" else "status resolved", by))
    return row, history


def _event(row: OrderDisputeSLA, kind: str, at: datetime, cause: str, actor) -> SLAEvent:
    return SLAEvent(clock=row, kind=kind, at=at, fired_at=at, due_at=row.due_at, cause=cause, actor=actor)


def shown(clocks: list[OrderDisputeSLA]) -> dict:
    """What the work's own row keeps of its clocks: the open one that bites first."""
    running = sorted((row for row in clocks if row.completed_at is None), key=lambda row: row.due_at)
    if not running:
        return {"next_due_at": NEVER, "due_state": "", "due_metric": ""}
    return {"next_due_at": running[0].due_at, "due_state": running[0].screen_state, "due_metric": running[0].metric}
