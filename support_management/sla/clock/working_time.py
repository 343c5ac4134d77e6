"""Calendars as the arithmetic of clocks wants them: spans as spans, exact to the microsecond."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from support_management.calendars import versions
from support_management.calendars.engine.business_time import BusinessHours
from support_management.calendars.engine.hours import NeverOpens
from support_management.calendars.engine.instants import OutOfReach, moment, ticks
from support_management.core.time import NEVER

MICRO = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """A calendar as it was and is, version by version."""

    calendar: BusinessHours

    def add(self, start: datetime, worked: timedelta) -> datetime:
        """The instant at which so much open time has passed; NEVER when it never does.

        Whoever writes a policy or a calendar is refused such a promise. A clock that has one all the same, because
        the calendar was emptied by hand, waits: it must not stop the sweep for all others.
        """
        try:
            return moment(self.calendar.due(ticks(start), worked // MICRO))
        except (NeverOpens, OutOfReach):
            return NEVER

    def between(self, start: datetime, until: datetime) -> timedelta:
        """Open time between two instants."""
        return timedelta(microseconds=self.calendar.served(ticks(start), ticks(until)))


def hours_of(calendar_id: int) -> WorkingTime:
    """Of a calendar by its id."""
    return WorkingTime(versions.hours_of(calendar_id))


def hours_of_each(calendar_ids: Iterable[int]) -> dict[int, WorkingTime]:
    """The same for many, in one query."""
    return {pk: WorkingTime(hours) for pk, hours in versions.hours_of_each(calendar_ids).items()}


def known_hours() -> Callable[[int, datetime], WorkingTime]:
    """Calendars as they were known at an instant."""
    known = versions.known_hours()
    return lambda calendar_id, at: WorkingTime(known(calendar_id, at))
