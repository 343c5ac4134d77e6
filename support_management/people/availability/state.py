"""State of an agent from the status they set and what the system sees. Pure: values in, values out.

An agent is available only when no reason speaks against it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from support_management.calendars.engine.business_time import BusinessHours
from support_management.core.errors import Invalid

ONLINE, AWAY, OFFLINE = "online", "away", "offline"
UNSEEN, ABSENT, OFF_SHIFT, PAUSED = "unseen", "absent", "off_shift", "paused"
_CAUSES = {ABSENT: "absence", OFF_SHIFT: "shift", PAUSED: "pause"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSignals:
    """Inputs to the state of an agent.

    `says`: the status they set at `since`. `seen_at`: last activity, if any; setting a status counts as well.
    `unseen_since`: since when they already count as unseen. `absences`: planned, as (begin, end).
    `shift`: working hours; None: available whenever online.
    """

    says: str
    since: datetime
    seen_at: datetime | None = None
    unseen_since: datetime | None = None
    paused: bool = False
    absences: tuple[tuple[datetime, datetime], ...] = ()
    shift: BusinessHours | None = None


@dataclass(frozen=True, slots=True)
class AgentState:
    """`why_not` is empty if and only if the agent is available. `began`: start of the state; None: now.

    `until`: when the state ends by itself, if known.
    """

    state: str
    available: bool
    why_not: str = ""
    began: datetime | None = None
    until: datetime | None = None


def state_of(
    signals: AgentSignals, *, now: datetime, watching_since: datetime | None, patience: timedelta
) -> AgentState:
    """Inactivity counts only while the system was observing: since `watching_since` (None: not observing).

    An agent who sets online after an absence began or a shift ended works overtime and is available.
    """
    state = _set_status(signals) or _planned(signals, now) or _unseen(signals, now, watching_since, patience)
    if state is None:
        state = AgentState(ONLINE, available=True)
    if signals.paused and state.available:
        return replace(state, available=False, why_not=PAUSED)
    return state


def cause_of(before: str, after: str) -> str:
    """Cause of a change of state, from `why_not` before and after; "" when it was set manually."""
    for why, cause in _CAUSES.items():
        if (before == why) != (after == why):
            return cause
    if UNSEEN in (before, after) and before != after:
        return "silent" if after == UNSEEN else "seen"
    return ""


def _set_status(signals: AgentSignals) -> AgentState | None:
    if signals.says == ONLINE:
        return None
    return AgentState(signals.says, available=False, why_not=signals.says, began=signals.since)


def _planned(signals: AgentSignals, now: datetime) -> AgentState | None:
    running = [span for span in signals.absences if signals.since < span[0] <= now < span[1]]
    if running:
        begin, end = min(span[0] for span in running), max(span[1] for span in running)
        return AgentState(OFFLINE, available=False, why_not=ABSENT, began=begin, until=end)
    if signals.shift is None or signals.since > now:
        return None
    opens = _next_opening(signals.shift, now)
    if opens == now or signals.shift.between(signals.since, now) == 0:
        return None
    return AgentState(OFFLINE, available=False, why_not=OFF_SHIFT, until=opens)


def _next_opening(shift: BusinessHours, now: datetime) -> datetime | None:
    """Start of the next shift; `now` during a shift, None when no shift follows."""
    try:
        return shift.add(now, 0)
    except Invalid:
        return None


def _unseen(
    signals: AgentSignals, now: datetime, watching_since: datetime | None, patience: timedelta
) -> AgentState | None:
    last_sign = max(signals.since, signals.seen_at or signals.since)
    if signals.unseen_since is not None and last_sign <= signals.unseen_since:
        return AgentState(AWAY, available=False, why_not=UNSEEN, began=signals.unseen_since)
    if watching_since is None:
        return None
    silent_at = max(last_sign, watching_since) + patience
    return AgentState(AWAY, available=False, why_not=UNSEEN, began=silent_at) if silent_at < now else None
