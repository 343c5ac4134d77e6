"""The arithmetic of a clock. Values in, values out: no database, no settings, no question of what time it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SOON_SHARE, RISK_SHARE = 0.25, 0.10
RISK_AT_LEAST = timedelta(minutes=5)
THRESHOLDS = ("due_soon", "at_risk", "breached")
"""In the order in which they fall due. A clock's `reached` counts how many have fired."""
SCREEN_STATES = ("on_track", *THRESHOLDS)


@dataclass(frozen=True, slots=True)
class Plan:
    """When each threshold of a clock falls due."""

    due_soon: datetime
    at_risk: datetime
    breached: datetime

    def next_after(self, reached: int) -> datetime | None:
        """The instant of the next threshold, or None when all have fired."""
        return getattr(self, THRESHOLDS[reached]) if reached < len(THRESHOLDS) else None

    def passed(self, reached: int, at: datetime) -> list[tuple[str, datetime]]:
        """Thresholds not yet fired whose instant has come, in order."""
        waiting = [(name, getattr(self, name)) for name in THRESHOLDS[reached:]]
        return [(name, moment) for name, moment in waiting if moment <= at]


def plan(*, start: datetime, target: timedelta) -> Plan:
    """Due soon with a quarter left, at risk with a tenth but at least five minutes left, then breached.

    A percentage alone is meaningless on a short promise, hence the floor; no threshold lies before the start.
    """
    due = start + target
    risk_left = max(target * RISK_SHARE, RISK_AT_LEAST)
    soon_left = max(target * SOON_SHARE, risk_left)
    return Plan(
        due_soon=max(start, due - soon_left),
        at_risk=max(start, due - risk_left),
        breached=due,
    )
