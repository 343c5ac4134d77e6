"""Business time, slow and obvious: one minute after the other, each asked what the wall clock shows."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


class SlowCalendar:
    """`week`: per weekday from Monday, pairs of minutes of the day. Zones whose clocks change on whole minutes."""

    def __init__(self, week, zone: str, holidays=frozenset()):
        self.week, self.zone, self.holidays = week, ZoneInfo(zone), holidays

    def is_open(self, at: datetime) -> bool:
        wall = at.astimezone(self.zone)
        minute = wall.hour * 60 + wall.minute
        return wall.date() not in self.holidays and any(a <= minute < b for a, b in self.week[wall.weekday()])

    def between(self, start: datetime, until: datetime) -> timedelta:
        total, at = timedelta(), start
        while at < until:
            following = min(_next_minute(at), until)
            total += following - at if self.is_open(at) else timedelta()
            at = following
        return total

    def add(self, start: datetime, amount: timedelta, *, give_up: datetime) -> datetime | None:
        """None when it is not reached before `give_up`."""
        at = start
        while at < give_up:
            if self.is_open(at):
                room = _next_minute(at) - at
                if amount <= room:
                    return at + amount
                amount -= room
            at = _next_minute(at)
        return None


def _next_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0) + MINUTE


@cache
def changes_of(zone: str, year: int) -> list[datetime]:
    """The hours of a year after which the zone's clock shows another offset."""
    there, at = ZoneInfo(zone), datetime(year, 1, 1, tzinfo=UTC)
    found, before = [], at.astimezone(there).utcoffset()
    while at.year == year:
        at += timedelta(hours=6)
        offset = at.astimezone(there).utcoffset()
        if offset != before:
            found.append(at)
        before = offset
    return found
