"""Working time on a stored calendar: as it was, version by version, and as it is now."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from support_management.calendars import country_holidays, validation
from support_management.calendars.engine import week
from support_management.calendars.engine.business_time import BusinessHours
from support_management.calendars.engine.hours import CalendarHours
from support_management.calendars.models import BEGINNING, BusinessCalendar, BusinessCalendarVersion, CalendarFacts
from support_management.core.errors import NotFound
from support_management.core.prepared_statements import Parameter, PreparedSelect
from support_management.events.end_of_change import change_cache

_READ = "calendars"
_ORDER, _KEY = ("calendar", "effective_from", "number"), ("calendar", "pk", "effective_from", "at")
type Key = tuple[int, int, datetime, datetime]
"""Calendar, version, the instants from which it holds and at which it was made: names what it says for ever."""


def hours_of(calendar_id: int) -> BusinessHours:
    """The calendar as it was, for clocks. One query; what was computed before is kept in the process. NotFound."""
    try:
        return hours_of_each([calendar_id])[calendar_id]
    except KeyError:
        raise NotFound("This business calendar") from None


def hours_of_each(calendar_ids: Iterable[int]) -> dict[int, BusinessHours]:
    """The same for many, in one query; a change asks once for each."""
    wanted, read = set(calendar_ids), change_cache(_READ)
    if missing := wanted - read.keys():
        for pk, versions in groupby(_keys_of(missing), key=lambda key: key[0]):
            read[pk] = _as_it_was(tuple(versions))
    return {pk: read[pk] for pk in wanted & read.keys()}


def known_hours() -> Callable[[int, datetime], BusinessHours]:
    """Calendars as they were known at an instant: `at_the_time(calendar_id, at)`. One query for all of them."""
    versions = {pk: tuple(found) for pk, found in groupby(_keys(), key=lambda key: key[0])}

    def at_the_time(calendar_id: int, at: datetime) -> BusinessHours:
        found = versions[calendar_id]
        return _as_it_was(tuple(key for key in found if key[3] <= at) or found[:1])

    return at_the_time


def hours_now(calendar: BusinessCalendar) -> BusinessHours:
    """As the calendar was last saved, whatever the instant: what a preview of these hours shows."""
    newest = calendar.versions.order_by("-number").values_list(*_KEY).first()
    return BusinessHours([(BEGINNING, _hours(newest) if newest else compiled(calendar))])


def compiled(row: CalendarFacts) -> CalendarHours:
    """The arithmetic of what a row says."""
    code = row.holiday_country
    return CalendarHours(
        week.seconds(row.hours),
        ZoneInfo(row.time_zone),
        [date.fromisoformat(day) for day in row.holidays],
        (lambda year: country_holidays.of_year(code, year).keys()) if code else None,
    )


def keep(row: BusinessCalendar, *, by_id: int | None, effective_from: datetime) -> None:
    """Add a version if the calendar says something else than its newest one. The first holds from the beginning."""
    newest = row.versions.order_by("-number").first()
    if newest is None or newest.facts() != row.facts():
        row.versions.create(
            number=newest.number + 1 if newest else 1,
            effective_from=effective_from if newest else BEGINNING,
            author_id=by_id,
            **row.facts(),
        )
        change_cache(_READ).pop(row.pk, None)


def follow(calendar_id: int, *, by_id: int | None, at: datetime) -> None:
    """After a write without a capability: the version it should have made. Invalid for what cannot be computed."""
    row = BusinessCalendar.objects.filter(pk=calendar_id).first()
    if row is not None:
        read = validation.read(**row.facts())
        if read != row.facts():
            for name, value in read.items():
                setattr(row, name, value)
            row.save(update_fields=[*read])
        keep(row, by_id=by_id, effective_from=at)


def _keys() -> QuerySet:
    return BusinessCalendarVersion.objects.order_by(*_ORDER).values_list(*_KEY)


_keys_of_one = PreparedSelect(lambda: _keys().filter(calendar=Parameter("calendar")))


def _keys_of(calendar_ids: set[int]) -> Iterable[Key]:
    if len(calendar_ids) == 1:
        return _keys_of_one(calendar=min(calendar_ids))
    return _keys().filter(calendar__in=calendar_ids)


@lru_cache(maxsize=512)
def _as_it_was(keys: tuple[Key, ...]) -> BusinessHours:
    return BusinessHours([(effective_from, _hours(key)) for key in keys for effective_from in [key[2]]])


@lru_cache(maxsize=1024)
def _hours(key: Key) -> CalendarHours:
    return compiled(BusinessCalendarVersion.objects.get(pk=key[1]))
