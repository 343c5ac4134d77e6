"""The causes of a breach, from the clock's own history."""

from collections.abc import Sequence

from support_management.core.durations import length_text
from support_management.sla.models import Metric, OrderDisputeSLA, SLAEvent

Kind = SLAEvent.Kind
_DONE = {Metric.FIRST_RESPONSE: "Answered", Metric.NEXT_RESPONSE: "Answered", Metric.RESOLUTION: "Resolved"}
_NOT_DONE = {Metric.FIRST_RESPONSE: "answered", Metric.NEXT_RESPONSE: "answered", Metric.RESOLUTION: "resolved"}


def causes(clock: OrderDisputeSLA, history: Sequence[SLAEvent], *, over_seconds: float) -> list[str]:
    """The causes as sentences: how late and by whom, changes of the target, pauses, and a missing assignee."""
    return [_end(clock, history, over_seconds), *_changes(history), *_pauses(clock, history), *_unassigned(clock)]


def _end(clock: OrderDisputeSLA, history: Sequence[SLAEvent], over_seconds: float) -> str:
    metric, late = Metric(clock.metric), f"{length_text(over_seconds)} late"
    end = next((event for event in reversed(history) if event.kind in (Kind.MET, Kind.CANCELLED)), None)
    if end is not None and end.kind == Kind.CANCELLED:
        return f"Never {_NOT_DONE[metric]}; {late} at the end{f' ({end.cause})' if end.cause else ''}"
    by = f" by {end.actor}" if end is not None and end.actor else ""
    return f"{_DONE[metric]} {late}{by}"


def _changes(history: Sequence[SLAEvent]) -> list[str]:
    changes, target = [], None
    for event in history:
        if event.kind not in (Kind.STARTED, Kind.RETARGETED, Kind.RESTORED) or event.target_seconds is None:
            continue
        if target is not None and event.target_seconds != target:
            word = "shortened" if event.target_seconds < target else "lengthened"
            lengths = f"from {length_text(target)} to {length_text(event.target_seconds)}"
            changes.append(f"Target {word} {lengths}{_because(event)}")
        target = event.target_seconds
    return changes


def _because(event: SLAEvent) -> str:
    parts = [str(event.actor) if event.actor else "", event.cause]
    words = ", ".join(part for part in parts if part)
    return f" ({words})" if words else ""


def _pauses(clock: OrderDisputeSLA, history: Sequence[SLAEvent]) -> list[str]:
    times = sum(event.kind == Kind.PAUSED for event in history)
    if not times:
        return []
    return [f"Paused {'once' if times == 1 else f'{times} times'}, {length_text(clock.paused_seconds)} in total"]


def _unassigned(clock: OrderDisputeSLA) -> list[str]:
    return [] if clock.completed_agent_id or clock.order_id else ["Unassigned at the end"]
