"""Clocks with the history they would have had: past thresholds are recorded as fired, later ones fire by themselves."""

from datetime import datetime, timedelta

from support_management.core.time import NEVER
from support_management.management.demo.row_batch import EventRow
from support_management.sla.clock.arithmetic import AROUND_THE_CLOCK, ClockProgress, stage, thresholds_of
from support_management.sla.clock.arithmetic import passed as passed_of
from support_management.sla.models import OrderDisputeSLA, SLAPolicy


def clock_with_history(
    *,
    start: datetime,
    target: timedelta,
    done: datetime | None,
    now: datetime,
    policy: SLAPolicy,
    metric: str,
    by,
    paused: datetime | None = None,
    **work,
) -> tuple[OrderDisputeSLA, list[EventRow]]:
    """A clock as the engine would have left it, and its history. `by`: who completed it; `done`: when, None if open.

    `paused`: since when the clock is paused, None if it is not.
    """
    plan, course = thresholds_of(target), ClockProgress(start, AROUND_THE_CLOCK)
    passed = passed_of(course, plan, 0, done or paused or now)
    due, late = start + target, len(passed) == len(plan)
    row = OrderDisputeSLA(
        **work,
        metric=metric,
        state="breached" if late else "met" if done else "running",
        started_at=start,
        since=start,
        target_seconds=int(target.total_seconds()),
        due_at=due,
        breached_at=due if late else None,
        completed_at=done,
        reached=len(passed),
        stage=stage(plan, len(passed)),
        next_fire_at=NEVER if done or late else course.instant(plan[len(passed)].mark),
        completed_agent=by if done else None,
        policy=policy,
        policy_version=policy.version,
        calendar_id=policy.calendar_id,
    )
    return row, _history_of(row, passed, by, None if done or late else paused)


def _history_of(row: OrderDisputeSLA, passed: list, by, paused: datetime | None) -> list[EventRow]:
    history = [_event(row, "started", row.started_at, "created", None)]
    history += [_event(row, step.kind, at, "time", None, step.name) for step, at in passed]
    if paused:
        history.append(_pause(row, paused, by))
    if row.completed_at:
        cause = "reply" if row.metric == "first_response" else "status resolved"
        history.append(_event(row, "met", row.completed_at, cause, by))
    return history


def _pause(row: OrderDisputeSLA, since: datetime, by) -> EventRow:
    row.served, row.state, row.next_fire_at = since - row.since, "paused", NEVER
    row.paused_at = row.since = since
    return _event(row, "paused", since, "status pending", by)


def _event(row: OrderDisputeSLA, kind: str, at: datetime, cause: str, actor, threshold: str = "") -> EventRow:
    event = EventRow(row, kind, at, at, row.due_at, cause, actor, threshold)
    if kind != "started":
        return event
    return event._replace(
        target_seconds=row.target_seconds,
        calendar=row.calendar_id,
        policy=row.policy_id,
        policy_version=row.policy_version,
    )


def shown(clocks: list[OrderDisputeSLA]) -> dict:
    """The fields of the work's own row that show its clocks: the open clock that is due first."""
    open_clocks = [row for row in clocks if row.completed_at is None]
    running = sorted((row for row in open_clocks if row.state != "paused"), key=lambda row: row.due_at)
    if not running:
        return {
            "next_due_at": NEVER,
            "due_state": "paused" if open_clocks else "",
            "due_metric": open_clocks[0].metric if open_clocks else "",
        }
    return {"next_due_at": running[0].due_at, "due_state": running[0].screen_state, "due_metric": running[0].metric}
