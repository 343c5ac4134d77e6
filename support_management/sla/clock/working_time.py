"""Calendars for the arithmetic of clocks: lengths as timedelta, exact to the microsecond."""

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
    """A calendar with all its versions, each applied to the time in which it was in force."""

    calendar: BusinessHours

    def add(self, start: datetime, worked: timedelta) -> datetime:
        """The instant at which `worked` of open time has passed; NEVER when it never does.

        Policies and calendars with such targets are refused. A clock can still have one when its calendar was emptied
        without a capability; it must not stop the sweep for all others.
        """
        try:
            return moment(self.calendar.due(ticks(start), worked // MICRO))
        except (NeverOpens, OutOfReach):
            return NEVER

    def between(self, start: datetime, until: datetime) -> timedelta:
        """Open time between two instants."""
        return timedelta(microseconds=self.calendar.served(ticks(start), ticks(until)))


def hours_of(calendar_id: int) -> WorkingTime:
    """Working time of a calendar. NotFound."""
    return WorkingTime(versions.hours_of(calendar_id))


def hours_of_each(calendar_ids: Iterable[int]) -> dict[int, WorkingTime]:
    """Working time by calendar id, in one query."""
    return {pk: WorkingTime(hours) for pk, hours in versions.hours_of_each(calendar_ids).items()}


def known_hours() -> Callable[[int, datetime], WorkingTime]:
    """Calendars as they were stored at an instant: a function of calendar id and instant."""
    business_hours = versions.known_hours()
    return lambda calendar_id, at: WorkingTime(business_hours(calendar_id, at))
