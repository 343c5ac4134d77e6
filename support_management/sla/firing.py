"""A threshold of a clock passes: the clock, its history, the work's row and whoever listens are told, once."""

from datetime import datetime

from support_management.core.time import NEVER, now
from support_management.disputes.models import Dispute
from support_management.events.bus import publish_all
from support_management.events.catalogue import ClockReached
from support_management.sla import show
from support_management.sla.clock import THRESHOLDS
from support_management.sla.models import OrderDisputeSLA, SLAEvent
from support_management.tickets.models import Ticket

_HISTORY = {"due_soon": "warned", "at_risk": "at_risk", "breached": "breached"}


def fire(clock: OrderDisputeSLA, *, until: datetime) -> int:
    """Every threshold that fell due by `until`, in order; the object follows. How many: 0 when another was first."""
    plan = clock.plan
    passed = plan.passed(clock.reached, until)
    if not passed:
        return 0
    reached = clock.reached + len(passed)
    facts: dict = {"reached": reached, "next_fire_at": plan.next_after(reached) or NEVER}
    if reached == len(THRESHOLDS):
        facts |= {"state": OrderDisputeSLA.State.BREACHED, "breached_at": clock.due_at}
    if not OrderDisputeSLA.objects.filter(pk=clock.pk, reached=clock.reached, is_open=True).update(**facts):
        return 0
    for name, value in facts.items():
        setattr(clock, name, value)
    moment = now()
    SLAEvent.objects.bulk_create(
        SLAEvent(clock=clock, kind=_HISTORY[name], at=at, fired_at=moment, due_at=clock.due_at, cause="time")
        for name, at in passed
    )
    show.work_of(clock)
    owner = owner_of(clock)
    publish_all([_reached(clock, name, at, owner) for name, at in passed])
    return len(passed)


def owner_of(clock: OrderDisputeSLA) -> int | None:
    """Whose work the clock runs for now."""
    if clock.ticket_id:
        return Ticket.objects.values_list("assignee", flat=True).get(pk=clock.ticket_id)
    if clock.dispute_id:
        return Dispute.objects.values_list("assignee", flat=True).get(pk=clock.dispute_id)
    return None


def _reached(clock: OrderDisputeSLA, name: str, at: datetime, owner: int | None) -> ClockReached:
    return ClockReached(
        clock_id=clock.pk,
        threshold=name,
        due_at=at.isoformat(),
        ticket_id=clock.ticket_id,
        order_id=clock.order_id,
        dispute_id=clock.dispute_id,
        agent_id=owner,
    )
