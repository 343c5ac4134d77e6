"""Admins say what an agent can carry: capacity in all and of a kind, websites, skills, shift."""

from support_management.audit import log
from support_management.calendars.models import BusinessCalendar
from support_management.core.errors import Invalid
from support_management.core.locking import lock
from support_management.events.capability import recorded_write
from support_management.people import accounts, roles
from support_management.people.models import SupportProfile, User, Website
from support_management.people.skills import editing

MOST = 500
"""Units that anybody is trusted with."""
CAPACITIES = ("capacity", "ticket_capacity", "dispute_capacity")


@recorded_write
def change(
    *,
    profile: int,
    by: User,
    version: int | None = None,
    websites: list[int] | None = None,
    skills: dict[str, int] | None = None,
    **given,
) -> SupportProfile:
    """Set what is given: capacities (None: no limit of the kind), shift (a calendar's id or None), websites, skills.

    Websites and skills are given as a whole; no websites means all. Work that is theirs stays, whatever its units.
    Invalid names the field, NotAllowed admins_only, Stale for an older version.
    """
    roles.require_admin(by, "Only admins can change agent settings.")
    row = lock(SupportProfile, profile, version, related=("user",))
    accounts.check_may_manage(row.user, by=by)
    before = _told(row)
    facts = _facts(given)
    if any(getattr(row, name) != value for name, value in facts.items()):
        for name, value in facts.items():
            setattr(row, name, value)
        row.save(update_fields=list(facts))
    if websites is not None:
        row.websites.set(_websites(websites))
    if skills is not None:
        editing.set_levels(row, skills)
    if before != (after := _told(row)):
        log.record(by=by, verb="seat", on=row, before=before, after=after)
    return row


def _facts(given: dict) -> dict:
    facts = {name: _units(name, given[name]) for name in CAPACITIES if name in given}
    if "shift" in given:
        facts["shift_id"] = _calendar(given["shift"])
    return facts


def _units(name: str, units: object) -> int | None:
    if units is None and name != "capacity":
        return None
    if not isinstance(units, int) or isinstance(units, bool) or not 0 <= units <= MOST:
        raise Invalid("out_of_range", f"Enter units from 0 to {MOST}.", field=name)
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


def _told(row: SupportProfile) -> dict:
    skills = row.skills.values_list("specialization__slug", "level")  # type: ignore[attr-defined]
    sites = row.websites.order_by("pk").values_list("pk", flat=True)
    facts = {name: getattr(row, name) for name in CAPACITIES}
    return facts | {"shift": row.shift_id, "websites": list(sites), "skills": dict(skills)}
