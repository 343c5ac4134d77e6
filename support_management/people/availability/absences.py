"""Plan and withdraw absences, by the agent or by a lead."""

from datetime import datetime, timedelta

from support_management.audit import log
from support_management.core import text
from support_management.core.errors import Conflict, Invalid, NotAllowed, NotFound
from support_management.core.time import now, require_range
from support_management.events.capability import capability
from support_management.people.availability import service
from support_management.people.availability.models import AvailabilityInterval, PlannedAbsence
from support_management.people.models import SupportAvailability, User

MAX_LENGTH = timedelta(days=366)
MAX_AHEAD = timedelta(days=3 * 366)
Cause = AvailabilityInterval.Cause


@capability
def plan(*, user: int, begins_at: datetime, ends_at: datetime, by: User, reason: str = "") -> PlannedAbsence:
    """Plan an absence from `begins_at` until `ends_at`; it may have begun already.

    Invalid backwards, over, too_long, too_far, overlaps. NotFound unless the user is an agent. NotAllowed not_yours
    unless the actor is the agent or a lead.
    """
    reason = text.clean(reason, field="reason", limit=80, one_line=True, blank=True)
    _check(begins_at, ends_at)
    availability = SupportAvailability.objects.select_for_update().filter(user=user).first()
    if availability is None:
        raise NotFound("This agent")
    _require_may_plan(user, by)
    if PlannedAbsence.objects.filter(user=user, begins_at__lt=ends_at, ends_at__gt=begins_at).exists():
        raise Invalid("overlaps", "This overlaps another planned absence.", field="begins_at")
    row = PlannedAbsence.objects.create(user_id=user, begins_at=begins_at, ends_at=ends_at, reason=reason, by=by)
    log.record(by=by, verb="plan", on=row, after=_audit_values(row))
    service.settle(user, cause=Cause.ABSENCE, by_id=by.pk)
    return row


@capability
def withdraw(*, absence: int, by: User) -> None:
    """Delete a future absence, or end a current one now. Conflict over when it has ended, NotFound if not one's own."""
    row = PlannedAbsence.objects.select_for_update().filter(pk=absence).first()
    if row is None or (row.user_id != by.pk and not by.is_lead):
        raise NotFound("This absence")
    moment = now()
    if row.ends_at <= moment:
        raise Conflict("over", "This absence has ended.")
    if row.begins_at < moment:
        PlannedAbsence.objects.filter(pk=row.pk).update(ends_at=moment)
    else:
        PlannedAbsence.objects.filter(pk=row.pk).delete()
    log.record(by=by, verb="withdraw", on=row, before=_audit_values(row))
    service.settle(row.user_id, cause=Cause.ABSENCE, by_id=by.pk)


def _check(begins_at: datetime, ends_at: datetime) -> None:
    moment = now()
    require_range(begins_at, field="begins_at")
    require_range(ends_at, field="ends_at")
    if ends_at <= begins_at:
        raise Invalid("backwards", "The end is before the start.", field="ends_at")
    if ends_at <= moment:
        raise Invalid("over", "The absence is in the past.", field="ends_at")
    if ends_at - begins_at > MAX_LENGTH:
        raise Invalid("too_long", "An absence can be at most one year long.", field="ends_at")
    if begins_at - moment > MAX_AHEAD:
        raise Invalid("too_far", "Absences can be planned at most three years ahead.", field="begins_at")


def _require_may_plan(user: int, by: User) -> None:
    if user != by.pk and not by.is_lead:
        raise NotAllowed("not_yours", "Only team leads can plan absences for others.")


def _audit_values(row: PlannedAbsence) -> dict:
    times = {"begins_at": row.begins_at.isoformat(), "ends_at": row.ends_at.isoformat()}
    return {"user": row.user_id} | times
