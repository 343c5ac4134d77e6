"""Why a promise was not kept, told from the clock's own history."""

from collections.abc import Sequence

from support_management.core.durations import length_text
from support_management.sla.models import Metric, OrderDisputeSLA, SLAEvent

Kind = SLAEvent.Kind
_DONE = {Metric.FIRST_RESPONSE: "Answered", Metric.NEXT_RESPONSE: "Answered", Metric.RESOLUTION: "Resolved"}
_OWED = {Metric.FIRST_RESPONSE: "answered", Metric.NEXT_RESPONSE: "answered", Metric.RESOLUTION: "resolved"}


def causes(clock: OrderDisputeSLA, history: Sequence[SLAEvent], *, over_seconds: float) -> list[str]:
    """Sentences, the end first: how late by whom, what changed the promise on the way, and what stood still."""
    return [_end(clock, history, over_seconds), *_changes(history), *_pauses(clock, history), *_nobody(clock)]


def _end(clock: OrderDisputeSLA, history: Sequence[SLAEvent], over_seconds: float) -> str:
    metric, late = Metric(clock.metric), f"{length_text(over_seconds)} late"
    last = next((row for row in reversed(history) if row.kind in (Kind.MET, Kind.CANCELLED)), None)
    if last is not None and last.kind == Kind.CANCELLED:
        return f"Never {_OWED[metric]}; {late} at the end{f' ({last.cause})' if last.cause else ''}"
    by = f" by {last.actor}" if last is not None and last.actor else ""
    return f"{_DONE[metric]} {late}{by}"


def _changes(history: Sequence[SLAEvent]) -> list[str]:
    found, target = [], None
    for row in history:
        if row.kind not in (Kind.STARTED, Kind.RETARGETED) or row.target_seconds is None:
            continue
        if target is not None and row.target_seconds != target:
            word = "shortened" if row.target_seconds < target else "lengthened"
            found.append(
                f"Target {word} from {length_text(target)} to {length_text(row.target_seconds)}{_because(row)}"
            )
        target = row.target_seconds
    return found


def _because(row: SLAEvent) -> str:
    parts = [str(row.actor) if row.actor else "", row.cause]
    words = ", ".join(part for part in parts if part)
    return f" ({words})" if words else ""


def _pauses(clock: OrderDisputeSLA, history: Sequence[SLAEvent]) -> list[str]:
    times = sum(row.kind == Kind.PAUSED for row in history)
    if not times:
        return []
    return [f"Paused {'once' if times == 1 else f'{times} times'}, {length_text(clock.paused_seconds)} in total"]


def _nobody(clock: OrderDisputeSLA) -> list[str]:
    return [] if clock.completed_agent_id or clock.order_id else ["Unassigned at the end"]
