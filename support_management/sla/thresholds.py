"""Each threshold of each clock fires once, at its own second, whoever sweeps and how often."""

from datetime import timedelta

from django.db import connection, transaction

from support_management.core.time import NEVER, now
from support_management.disputes.models import Dispute
from support_management.events.bus import publish
from support_management.events.catalogue import ClockReached
from support_management.events.quiet import quietly
from support_management.sla import tracking
from support_management.sla.models import OrderDisputeSLA, SLAEvent
from support_management.tickets.models import Ticket

BATCH = 200
_EVENT_KIND = {"due_soon": "warned", "at_risk": "at_risk", "breached": "breached"}


def fire_due() -> int:
    """Fire everything due by now, oldest first. How many thresholds fired."""
    fired = 0
    while _due().exists():  # a read only: an idle sweep takes no write lock
        count = _fire_batch()
        if not count:
            break
        fired += count
    return fired


def fire_if_late(grace: float) -> int:
    """The second trigger: fire when something fell due `grace` seconds ago and nobody has swept since."""
    limit = now() - timedelta(seconds=grace)
    late = OrderDisputeSLA.objects.filter(is_open=True, next_fire_at__lte=limit).exists()
    return fire_due() if late else 0


def _due():
    return OrderDisputeSLA.objects.filter(is_open=True, next_fire_at__lte=now())


def _fire_batch() -> int:
    skip = connection.features.has_select_for_update_skip_locked
    with transaction.atomic(), quietly():
        rows = _due().order_by("next_fire_at", "id").select_for_update(skip_locked=skip)
        return sum(_fire(clock) for clock in rows[:BATCH])


def _fire(clock: OrderDisputeSLA) -> int:
    moment = now()
    plan = clock.plan
    passed = plan.passed(clock.reached, moment)
    reached = clock.reached + len(passed)
    breached = reached == 3
    facts = {"state": "breached", "breached_at": clock.due_at} if breached else {}
    won = OrderDisputeSLA.objects.filter(pk=clock.pk, next_fire_at=clock.next_fire_at, is_open=True).update(
        reached=reached, next_fire_at=plan.next_after(reached) or NEVER, **facts
    )
    if not won:
        return 0
    SLAEvent.objects.bulk_create(
        SLAEvent(clock=clock, kind=_EVENT_KIND[name], at=at, fired_at=moment, due_at=clock.due_at, cause="time")
        for name, at in passed
    )
    _tell(clock, passed)
    return len(passed)


def _tell(clock: OrderDisputeSLA, passed) -> None:
    agent_id = None
    if clock.ticket_id:
        tracking.show_ticket(clock.ticket_id)
        agent_id = Ticket.objects.values_list("assignee", flat=True).get(pk=clock.ticket_id)
    if clock.dispute_id:
        tracking.show_dispute(clock.dispute_id)
        agent_id = Dispute.objects.values_list("assignee", flat=True).get(pk=clock.dispute_id)
    for name, at in passed:
        publish(
            ClockReached(
                clock_id=clock.pk,
                threshold=name,
                due_at=at.isoformat(),
                ticket_id=clock.ticket_id,
                order_id=clock.order_id,
                dispute_id=clock.dispute_id,
                agent_id=agent_id,
            )
        )
