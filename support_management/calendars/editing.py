"""Creates, changes and deletes calendars. Every change of working time is a version of its own."""

from datetime import datetime

from django.db.models import ProtectedError

from support_management.audit import log
from support_management.calendars import queries, validation, versions
from support_management.calendars.engine import weekly_hours
from support_management.calendars.models import WORKING_TIME_FIELDS, BusinessCalendar
from support_management.core.errors import ADMINS_ONLY, Conflict, Invalid, NotAllowed
from support_management.core.locking import lock
from support_management.core.time import now, require_range
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import CalendarChanged


@capability
def create(*, by, name: str, time_zone: str, hours: dict, holidays=(), holiday_country=None) -> BusinessCalendar:
    """Create a calendar; `by` None: the system. Invalid names the field; NotAllowed unless `by` is an admin."""
    _require_admin(by)
    values = validation.read(
        name=name, time_zone=time_zone, hours=hours, holidays=holidays, holiday_country=holiday_country
    )
    _require_unused_name(values["name"])
    row = BusinessCalendar.objects.create(**values)
    versions.store(row, by_id=by.pk if by else None, effective_from=now())
    _record(row, by, "add", {}, values)
    return row


@capability
def change(
    *, calendar: int, by, version: int | None = None, effective_from: datetime | None = None, **values
) -> BusinessCalendar:
    """Change fields of a calendar, from now on or from a future instant. Time before then still counts as it was.

    Invalid; NotAllowed unless `by` is an admin; Conflict when `version` is outdated, when the calendar is in use and
    would never open, or when a later version is planned.
    """
    _require_admin(by)
    row = lock(BusinessCalendar, calendar, version)
    validated = validation.read(**values)
    changed = {name: value for name, value in validated.items() if getattr(row, name) != value}
    if not changed:
        return row
    if "name" in changed:
        _require_unused_name(changed["name"])
    if "hours" in changed and weekly_hours.never_opens(changed["hours"]) and queries.is_used(row):
        raise Conflict("in_use", "This calendar is in use. Without working hours, no target on it would ever come due.")
    since = _effective(row, effective_from) if changed.keys() & set(WORKING_TIME_FIELDS) else now()
    before = {name: getattr(row, name) for name in changed}
    for name, value in changed.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    versions.store(row, by_id=by.pk if by else None, effective_from=since)
    _record(row, by, "edit", before, changed)
    return row


@capability
def delete(*, calendar: int, by, version: int | None = None) -> None:
    """Delete a calendar that was never used and never changed.

    NotAllowed unless `by` is an admin; Conflict when it is in use, has earlier versions or `version` is outdated.
    """
    _require_admin(by)
    row = lock(BusinessCalendar, calendar, version)
    if queries.is_used(row):
        raise Conflict("in_use", f"{row.name} is in use. Assign another calendar to its policies and shifts first.")
    if queries.history_of(row).count() > 1:
        raise Conflict("has_history", f"{row.name} has earlier versions, which stay. It can't be deleted.")
    log.record(by=by, verb="delete", on=row, before={"name": row.name, **row.working_time()})
    publish(CalendarChanged(calendar_id=row.pk, by_id=by.pk if by else None, deleted=True))
    try:
        row.versions.all().delete_unused()
        row.delete()
    except ProtectedError:
        raise Conflict("in_use", f"{row.name} is now in use, so it can't be deleted.") from None


def _require_admin(by) -> None:
    if by is not None and not by.is_staff:
        raise NotAllowed(ADMINS_ONLY, "Only admins can change calendars.")


def _require_unused_name(name: str) -> None:
    if BusinessCalendar.objects.filter(name__iexact=name).exists():
        raise Invalid("taken", "A calendar with this name already exists.", field="name")


def _effective(row: BusinessCalendar, wanted: datetime | None) -> datetime:
    moment = now()
    require_range(wanted, field="effective_from")
    latest = row.versions.order_by("-effective_from").values_list("effective_from", flat=True).first()
    if wanted is not None and wanted < moment:
        raise Invalid("past", "Past versions can't be changed. Choose a time in the future.", field="effective_from")
    since = wanted or moment
    if latest is not None and latest > since:
        raise Conflict(
            "planned",
            f"A change is already planned from {latest:%Y-%m-%d %H:%M} UTC. Choose that time or a later one.",
            field="effective_from",
        )
    return since


def _record(row: BusinessCalendar, by, verb: str, before: dict, after: dict) -> None:
    log.record(by=by, verb=verb, on=row, before=before, after=after)
    publish(CalendarChanged(calendar_id=row.pk, by_id=by.pk if by else None))
