"""Settings of an agent that admins change: capacity in total and by kind, websites, skills, shift."""

from support_management.audit import log
from support_management.calendars.models import BusinessCalendar
from support_management.core.errors import Invalid
from support_management.core.locking import lock
from support_management.events.capability import recorded_write
from support_management.people import accounts, roles
from support_management.people.models import SupportProfile, User, Website
from support_management.people.skills import editing

MAX_CAPACITY = 500
"""Maximum capacity in units."""
CAPACITIES = ("capacity", "ticket_capacity", "dispute_capacity")


@recorded_write
def change(
    *,
    profile: int,
    by: User,
    version: int | None = None,
    websites: list[int] | None = None,
    skills: dict[str, int] | None = None,
    **values,
) -> SupportProfile:
    """Set any of: capacities (None: no separate limit), shift (id of a calendar or None), websites, skills.

    Websites (ids; empty: all) and skills (levels by slug) are replaced as a whole. Open work on websites that the agent
    no longer serves becomes unassigned, other work stays.
    Invalid names the field, NotAllowed admins_only, Stale for an older version.
    """
    roles.require_admin(by, "Only admins can change agent settings.")
    row = lock(SupportProfile, profile, version, related=("user",))
    accounts.check_may_manage(row.user, by=by)
    before = _audit_values(row)
    fields = _validated(values)
    if any(getattr(row, name) != value for name, value in fields.items()):
        for name, value in fields.items():
            setattr(row, name, value)
        row.save(update_fields=list(fields))
    if websites is not None:
        row.websites.set(_websites(websites))
    if skills is not None:
        editing.set_levels(row, skills)
    if before != (after := _audit_values(row)):
        log.record(by=by, verb="seat", on=row, before=before, after=after)
    return row


def _validated(values: dict) -> dict:
    fields = {name: _units(name, values[name]) for name in CAPACITIES if name in values}
    if "shift" in values:
        fields["shift_id"] = _calendar(values["shift"])
    return fields


def _units(name: str, units: object) -> int | None:
    if units is None and name != "capacity":
        return None
    if not isinstance(units, int) or isinstance(units, bool) or not 0 <= units <= MAX_CAPACITY:
        raise Invalid("out_of_range", f"Enter units from 0 to {MAX_CAPACITY}.", field=name)
    return units


def _calendar(pk: int | None) -> int | None:
    if pk is not None and not BusinessCalendar.objects.filter(pk=pk).exists():
        raise Invalid("unknown_calendar", "This calendar does not exist.", field="shift")
    return pk


def _websites(ids: list[int]) -> list[Website]:
    rows = list(Website.objects.filter(pk__in=ids))
    if len(rows) != len(set(ids)):
        raise Invalid("unknown_website", "This website does not exist.", field="websites")
    return rows


def _audit_values(row: SupportProfile) -> dict:
    skills = row.skills.values_list("specialization__slug", "level")  # type: ignore[attr-defined]
    sites = row.websites.order_by("pk").values_list("pk", flat=True)
    capacities = {name: getattr(row, name) for name in CAPACITIES}
    return capacities | {"shift": row.shift_id, "websites": list(sites), "skills": dict(skills)}
