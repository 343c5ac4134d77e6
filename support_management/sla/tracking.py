"""Clocks follow the work: they start, are met or cancelled in the transaction of the change that causes it."""

from datetime import datetime

from support_management.core.time import NEVER, now
from support_management.disputes.models import Dispute
from support_management.disputes.status import OUTCOMES
from support_management.sla import policy as policies
from support_management.sla import show
from support_management.sla.firing import fire, owner_of
from support_management.sla.models import Metric, OrderDisputeSLA, SLAEvent
from support_management.tickets.models import Ticket

TICKET_METRICS = (Metric.FIRST_RESPONSE, Metric.RESOLUTION)
State = OrderDisputeSLA.State


def ticket_created(ticket_id: int, *, by_id: int | None) -> None:
    """Start what was promised for a ticket of this priority."""
    ticket = Ticket.objects.get(pk=ticket_id)
    promise = policies.find(kind="ticket", priority=ticket.priority)
    for metric in TICKET_METRICS:
        _start(promise, metric, at=ticket.created_at, cause="created", by_id=by_id, ticket=ticket)
    show.ticket(ticket_id)


def ticket_answered(ticket_id: int, *, at: datetime | None = None, by_id: int | None) -> None:
    """The first public answer meets the first response."""
    which = {"ticket": ticket_id, "metric": Metric.FIRST_RESPONSE}
    if _end(which, at=at or now(), cause="reply", by_id=by_id):
        show.ticket(ticket_id)


def ticket_moved(ticket_id: int, *, after: str, by_id: int | None, at: datetime | None = None) -> None:
    """Resolving meets the resolution, and ends a first response that was never given."""
    if after not in ("resolved", "closed"):
        return
    moment, cause = at or now(), f"status {after}"
    met = _end({"ticket": ticket_id, "metric": Metric.RESOLUTION}, at=moment, cause=cause, by_id=by_id)
    left = _end({"ticket": ticket_id}, at=moment, cause=cause, by_id=by_id, delivered=False)
    if met or left:
        show.ticket(ticket_id)


def dispute_opened(dispute_id: int, *, by_id: int | None) -> None:
    dispute = Dispute.objects.get(pk=dispute_id)
    promise = policies.find(kind="dispute", priority=dispute.priority)
    _start(promise, Metric.RESOLUTION, at=dispute.created_at, cause="opened", by_id=by_id, dispute=dispute)
    show.dispute(dispute_id)


def dispute_moved(dispute_id: int, *, after: str, by_id: int | None) -> None:
    """An outcome meets the clock."""
    if after in OUTCOMES and _end({"dispute": dispute_id}, at=now(), cause=f"status {after}", by_id=by_id):
        show.dispute(dispute_id)


def _start(promise, metric: str, *, at: datetime, cause: str, by_id: int | None, **work) -> None:
    target = policies.target(promise, metric)
    if target is None:
        return
    clock = OrderDisputeSLA(
        **work,
        metric=metric,
        started_at=at,
        target_seconds=int(target.total_seconds()),
        due_at=at + target,
        policy=promise,
        policy_version=promise.version,
    )
    clock.next_fire_at = clock.plan.due_soon
    clock.save()
    _note(clock, "started", at=at, cause=cause, by_id=by_id)


def _end(which: dict, *, at: datetime, cause: str, by_id: int | None, delivered: bool = True) -> bool:
    """Close open clocks at an instant. Whether there were any.

    What fell due before is fired first, so the history has every threshold in order. A late clock is breached
    for good, its history ends all the same; another one is met, or cancelled when nothing was delivered.
    """
    clocks = list(OrderDisputeSLA.objects.select_for_update().filter(**which, is_open=True).order_by("pk"))
    for clock in clocks:
        fire(clock, until=at - datetime.resolution)
        late = clock.breached_at is not None
        state = State.BREACHED if late else State.MET if delivered else State.CANCELLED
        OrderDisputeSLA.objects.filter(pk=clock.pk, is_open=True).update(
            state=state, completed_at=at, next_fire_at=NEVER, completed_agent=owner_of(clock)
        )
        _note(clock, "met" if delivered else "cancelled", at=at, cause=cause, by_id=by_id)
    return bool(clocks)


def _note(clock: OrderDisputeSLA, kind: str, *, at: datetime, cause: str, by_id: int | None) -> None:
    SLAEvent.objects.create(
        clock=clock, kind=kind, at=at, fired_at=now(), due_at=clock.due_at, cause=cause, actor_id=by_id
    )
