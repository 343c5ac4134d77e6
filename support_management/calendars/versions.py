"""Versions of stored calendars: business hours across all versions, and those of the newest."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from support_management.calendars import country_holidays, validation
from support_management.calendars.engine import weekly_hours
from support_management.calendars.engine.business_time import BusinessHours
from support_management.calendars.engine.hours import CalendarHours
from support_management.calendars.models import BEGINNING, BusinessCalendar, BusinessCalendarVersion, CalendarFields
from support_management.core.errors import NotFound
from support_management.core.prepared_statements import Parameter, PreparedSelect
from support_management.events.end_of_change import change_cache

_CACHE = "calendars"
_ORDER, _KEY = ("calendar", "effective_from", "number"), ("calendar", "pk", "effective_from", "at")
type Key = tuple[int, int, datetime, datetime]
"""Calendar id, version id, and the instants from which it is in force and at which it was created. Never reused."""


def hours_of(calendar_id: int) -> BusinessHours:
    """Business hours across all versions of a calendar. One query; the process caches computed tables. NotFound."""
    try:
        return hours_of_each([calendar_id])[calendar_id]
    except KeyError:
        raise NotFound("This business calendar") from None


def hours_of_each(calendar_ids: Iterable[int]) -> dict[int, BusinessHours]:
    """Business hours by calendar id, in one query; within a change each calendar is read once."""
    ids, cached = set(calendar_ids), change_cache(_CACHE)
    if missing := ids - cached.keys():
        for pk, versions in groupby(_keys_of(missing), key=lambda key: key[0]):
            cached[pk] = _across_versions(tuple(versions))
    return {pk: cached[pk] for pk in ids & cached.keys()}


def known_hours() -> Callable[[int, datetime], BusinessHours]:
    """Calendars as they were stored at an instant: a function of calendar id and instant. One query for all."""
    versions_by_calendar = {pk: tuple(keys) for pk, keys in groupby(_keys(), key=lambda key: key[0])}

    def at_the_time(calendar_id: int, at: datetime) -> BusinessHours:
        versions = versions_by_calendar[calendar_id]
        return _across_versions(tuple(key for key in versions if key[3] <= at) or versions[:1])

    return at_the_time


def hours_now(calendar: BusinessCalendar) -> BusinessHours:
    """Business hours of the newest version, applied to any instant, for previews."""
    newest = calendar.versions.order_by("-number").values_list(*_KEY).first()
    return BusinessHours([(BEGINNING, _hours(newest) if newest else compiled(calendar))])


def compiled(row: CalendarFields) -> CalendarHours:
    """The hours of a row, ready for arithmetic."""
    code = row.holiday_country
    return CalendarHours(
        weekly_hours.seconds(row.hours),
        ZoneInfo(row.time_zone),
        [date.fromisoformat(day) for day in row.holidays],
        (lambda year: country_holidays.of_year(code, year).keys()) if code else None,
    )


def store(row: BusinessCalendar, *, by_id: int | None, effective_from: datetime) -> None:
    """Add a version if the calendar differs from its newest one. The first is in force from the beginning."""
    newest = row.versions.order_by("-number").first()
    if newest is None or newest.working_time() != row.working_time():
        row.versions.create(
            number=newest.number + 1 if newest else 1,
            effective_from=effective_from if newest else BEGINNING,
            author_id=by_id,
            **row.working_time(),
        )
        change_cache(_CACHE).pop(row.pk, None)


def reconcile(calendar_id: int, *, by_id: int | None, at: datetime) -> None:
    """After a write without a capability: normalise the calendar and store its version. Invalid for invalid values."""
    row = BusinessCalendar.objects.filter(pk=calendar_id).first()
    if row is not None:
        validated = validation.read(**row.working_time())
        if validated != row.working_time():
            for name, value in validated.items():
                setattr(row, name, value)
            row.save(update_fields=[*validated])
        store(row, by_id=by_id, effective_from=at)


def _keys() -> QuerySet:
    return BusinessCalendarVersion.objects.order_by(*_ORDER).values_list(*_KEY)


_keys_of_one = PreparedSelect(lambda: _keys().filter(calendar=Parameter("calendar")))


def _keys_of(calendar_ids: set[int]) -> Iterable[Key]:
    if len(calendar_ids) == 1:
        return _keys_of_one(calendar=min(calendar_ids))
    return _keys().filter(calendar__in=calendar_ids)


@lru_cache(maxsize=512)
def _across_versions(keys: tuple[Key, ...]) -> BusinessHours:
    return BusinessHours([(effective_from, _hours(key)) for key in keys for effective_from in [key[2]]])


@lru_cache(maxsize=1024)
def _hours(key: Key) -> CalendarHours:
    return compiled(BusinessCalendarVersion.objects.get(pk=key[1]))
