"""Extends the target of a clock by a lead, with a reason."""

from datetime import timedelta

from support_management.audit import log
from support_management.core import text
from support_management.core.errors import Conflict, Invalid, NotFound
from support_management.core.time import now
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import ClockChanged
from support_management.people import roles
from support_management.people.models import User
from support_management.people.viewer import viewer_of
from support_management.sla import queries
from support_management.sla.clock import next_due, transitions
from support_management.sla.clock import terms as policy_terms
from support_management.sla.clock.owners import event_fields, owner_of
from support_management.sla.models import WORK_FIELDS, OrderDisputeSLA, work_model
from support_management.sla.policy import validation

MOST_MINUTES = 30 * 24 * 60
LONGEST = timedelta(minutes=validation.MOST_MINUTES)
REASON_LIMIT = 200


@capability
def extend(*, clock: int, by: User, minutes: int, reason: str) -> OrderDisputeSLA:
    """Add up to 30 days of business minutes; warnings before the new deadline come again.

    Invalid; Conflict breached, completed; NotAllowed unless by a lead.
    """
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= MOST_MINUTES:
        raise Invalid("out_of_range", "Enter a whole number of minutes, from 1 up to 30 days.", field="minutes")
    why = text.clean(reason, field="reason", limit=REASON_LIMIT, one_line=True)
    row = lock_visible(clock, by=by)
    roles.require_lead(by, "Only team leads can extend a target.")
    if row.completed_at is not None:
        raise Conflict("completed", "This target is already completed.")
    terms = policy_terms.of_clock(row)
    longer = terms.longer(minutes * 60)
    if longer.target > LONGEST:
        raise Invalid("out_of_range", "A target can be at most ten years.", field="minutes")
    moment, cause = now(), f"extended by {minutes} min: {why}"
    transitions.fire_before(row, moment)
    row.extra_seconds, row.extensions = row.extra_seconds + minutes * 60, row.extensions + 1
    if not transitions.retarget(row, terms.hours, longer, at=moment, cause=cause, by_id=by.pk):
        raise Conflict("breached", "This target is already breached and can't be extended.")
    OrderDisputeSLA.objects.filter(pk=row.pk).update(extra_seconds=row.extra_seconds, extensions=row.extensions)
    log.record(by=by, verb="extend", on=row, after={"minutes": minutes})
    next_due.work_of(row)
    publish_change(row, by_id=by.pk)
    return row


def lock_visible(clock: int, *, by: User) -> OrderDisputeSLA:
    """The clock, locked after its work as in every capability. NotFound unless `by` may see it."""
    work = queries.visible_to(viewer_of(by)).filter(pk=clock).values(*WORK_FIELDS).first()
    if work is None:
        raise NotFound("This SLA clock")
    for name, pk in work.items():
        if pk:
            work_model(name)._default_manager.select_for_update().filter(pk=pk).order_by().values_list("pk").first()
    return OrderDisputeSLA.objects.select_for_update().get(pk=clock)


def publish_change(clock: OrderDisputeSLA, *, by_id: int | None) -> None:
    """Publish that the clock has changed, so that the screens of its work update."""
    publish(ClockChanged(**event_fields(clock, owner_of(clock)), by_id=by_id))
