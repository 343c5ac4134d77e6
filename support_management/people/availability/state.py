"""Who is there now, from what they say and what the system sees. Pure: values in, values out.

An allow-list: an agent is available only when everything holds.
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
    """What is known of an agent.

    `seen_at`: their newest sign of life, if there ever was one; saying something (`since`) is one, too.
    `unseen_since`: since when they count as unseen already. `absences`: planned, as (begin, end).
    `shift`: working hours; None for whenever they say online.
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
    """`why_not` is empty exactly for who is available. `began`: when it began, if it was not just now.

    `until`: when it ends by itself, if that is known.
    """

    state: str
    available: bool
    why_not: str = ""
    began: datetime | None = None
    until: datetime | None = None


def state_of(facts: AgentSignals, *, now: datetime, watching_since: datetime | None, patience: timedelta) -> AgentState:
    """Nobody is judged unseen for a time in which nobody was looking: before `watching_since`, or ever (None).

    Whoever says online after an absence began or a shift ended works overtime: they are there.
    """
    found = _said(facts) or _planned(facts, now) or _unseen(facts, now, watching_since, patience)
    if found is None:
        found = AgentState(ONLINE, available=True)
    if facts.paused and found.available:
        return replace(found, available=False, why_not=PAUSED)
    return found


def cause_of(before: str, after: str) -> str:
    """Why a state changed by itself, from the reasons why the agent was not available; "" when neither tells."""
    for why, cause in _CAUSES.items():
        if (before == why) != (after == why):
            return cause
    if UNSEEN in (before, after) and before != after:
        return "silent" if after == UNSEEN else "seen"
    return ""


def _said(facts: AgentSignals) -> AgentState | None:
    if facts.says == ONLINE:
        return None
    return AgentState(facts.says, available=False, why_not=facts.says, began=facts.since)


def _planned(facts: AgentSignals, now: datetime) -> AgentState | None:
    running = [one for one in facts.absences if facts.since < one[0] <= now < one[1]]
    if running:
        begin, end = min(one[0] for one in running), max(one[1] for one in running)
        return AgentState(OFFLINE, available=False, why_not=ABSENT, began=begin, until=end)
    if facts.shift is None or facts.since > now:
        return None
    opens = _next_opening(facts.shift, now)
    if opens == now or facts.shift.between(facts.since, now) == 0:
        return None
    return AgentState(OFFLINE, available=False, why_not=OFF_SHIFT, until=opens)


def _next_opening(shift: BusinessHours, now: datetime) -> datetime | None:
    """`now` itself within a shift, None when none follows."""
    try:
        return shift.add(now, 0)
    except Invalid:
        return None


def _unseen(
    facts: AgentSignals, now: datetime, watching_since: datetime | None, patience: timedelta
) -> AgentState | None:
    sign = max(facts.since, facts.seen_at or facts.since)
    if facts.unseen_since is not None and sign <= facts.unseen_since:
        return AgentState(AWAY, available=False, why_not=UNSEEN, began=facts.unseen_since)
    if watching_since is None:
        return None
    silent_at = max(sign, watching_since) + patience
    return AgentState(AWAY, available=False, why_not=UNSEEN, began=silent_at) if silent_at < now else None
