"""Clocks follow the work: they start, are met or cancelled in the transaction of the change that causes it."""

from datetime import datetime

from support_management.core.time import NEVER, now
from support_management.disputes.models import Dispute
from support_management.people.models import User
from support_management.sla import policy as policies
from support_management.sla.models import OrderDisputeSLA, SLAEvent
from support_management.tickets import due
from support_management.tickets.models import Ticket

TICKET_METRICS = ("first_response", "resolution")


def ticket_created(ticket_id: int, *, by_id: int | None) -> None:
    """Start what was promised for a ticket of this priority."""
    ticket = Ticket.objects.get(pk=ticket_id)
    promise = policies.find(kind="ticket", priority=ticket.priority)
    for metric in TICKET_METRICS:
        _start(promise, metric, at=ticket.created_at, cause="created", by_id=by_id, ticket=ticket)
    show_ticket(ticket_id)


def ticket_answered(ticket_id: int, *, at: datetime | None = None, by_id: int | None) -> None:
    """The first public answer meets the first response."""
    if _complete({"ticket": ticket_id, "metric": "first_response"}, at=at or now(), cause="reply", by_id=by_id):
        show_ticket(ticket_id)


def ticket_moved(ticket_id: int, *, after: str, by_id: int | None) -> None:
    """Resolving meets the resolution, and ends a first response that was never given."""
    if after not in ("resolved", "closed"):
        return
    moment = now()
    _complete({"ticket": ticket_id, "metric": "resolution"}, at=moment, cause=f"status {after}", by_id=by_id)
    _cancel({"ticket": ticket_id}, at=moment, cause=f"status {after}", by_id=by_id)
    show_ticket(ticket_id)


def dispute_opened(dispute_id: int, *, by_id: int | None) -> None:
    dispute = Dispute.objects.get(pk=dispute_id)
    promise = policies.find(kind="dispute", priority=dispute.priority)
    _start(promise, "resolution", at=dispute.created_at, cause="opened", by_id=by_id, dispute=dispute)
    show_dispute(dispute_id)


def dispute_moved(dispute_id: int, *, after: str, by_id: int | None) -> None:
    """An outcome meets the clock."""
    if after in ("resolved_client", "resolved_writer", "withdrawn"):
        _complete({"dispute": dispute_id}, at=now(), cause=f"status {after}", by_id=by_id)
        show_dispute(dispute_id)


def reconcile_ticket(ticket_id: int) -> None:
    """After a write without a capability: the clocks are as a capability would have left them."""
    ticket = Ticket.objects.filter(pk=ticket_id).first()
    if ticket is None:
        return
    if not OrderDisputeSLA.objects.filter(ticket=ticket).exists() and ticket.is_open:
        ticket_created(ticket_id, by_id=None)
    if ticket.first_replied_at:
        ticket_answered(ticket_id, at=ticket.first_replied_at, by_id=None)
    if not ticket.is_open:
        ticket_moved(ticket_id, after=ticket.status, by_id=None)


def reconcile_dispute(dispute_id: int) -> None:
    """The same for a dispute."""
    dispute = Dispute.objects.filter(pk=dispute_id).first()
    if dispute is None:
        return
    if dispute.is_open and not OrderDisputeSLA.objects.filter(dispute=dispute).exists():
        dispute_opened(dispute_id, by_id=None)
    if not dispute.is_open:
        dispute_moved(dispute_id, after=dispute.status, by_id=None)


def reconcile_all() -> None:
    """After a write of many rows: start and end what is missing. Untouched work is not touched."""
    started = OrderDisputeSLA.objects.filter(ticket__isnull=False).values("ticket")
    for pk in Ticket.objects.filter(is_open=True).exclude(pk__in=started).values_list("pk", flat=True):
        reconcile_ticket(pk)
    for pk in set(
        OrderDisputeSLA.objects.filter(is_open=True, ticket__is_open=False).values_list("ticket", flat=True)
    ):
        reconcile_ticket(pk)
    disputed = OrderDisputeSLA.objects.filter(dispute__isnull=False).values("dispute")
    for pk in Dispute.objects.filter(is_open=True).exclude(pk__in=disputed).values_list("pk", flat=True):
        reconcile_dispute(pk)


def show_ticket(ticket_id: int) -> None:
    """The open clock that bites first goes onto the ticket's row."""
    clock = OrderDisputeSLA.objects.filter(ticket=ticket_id, is_open=True).order_by("due_at").first()
    due.set_due(
        ticket_id=ticket_id,
        at=clock.due_at if clock else None,
        state=clock.screen_state if clock else "",
        metric=clock.metric if clock else "",
    )


def show_dispute(dispute_id: int) -> None:
    """The same for a dispute."""
    clock = OrderDisputeSLA.objects.filter(dispute=dispute_id, is_open=True).first()
    Dispute.objects.filter(pk=dispute_id).update(
        next_due_at=clock.due_at if clock else NEVER, due_state=clock.screen_state if clock else ""
    )


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
    clock.next_fire_at = clock.plan.next_after(0)
    clock.save()
    _note(clock, "started", at=at, cause=cause, by_id=by_id)


def _complete(which: dict, *, at: datetime, cause: str, by_id: int | None) -> bool:
    """Met, or breached and now done. False when there was nothing open."""
    done = False
    for clock in OrderDisputeSLA.objects.filter(**which, is_open=True).select_related("ticket", "dispute"):
        late = clock.breached_at is not None or at > clock.due_at
        state = "breached" if late else "met"
        OrderDisputeSLA.objects.filter(pk=clock.pk, is_open=True).update(
            state=state,
            completed_at=at,
            next_fire_at=NEVER,
            breached_at=clock.breached_at or (clock.due_at if late else None),
            completed_agent=(clock.ticket or clock.dispute).assignee_id,
        )
        if late and clock.breached_at is None:
            _note(clock, "breached", at=clock.due_at, cause="found late on completion", by_id=None)
        if not late:
            _note(clock, "met", at=at, cause=cause, by_id=by_id)
        done = True
    return done


def _cancel(which: dict, *, at: datetime, cause: str, by_id: int | None) -> None:
    for clock in OrderDisputeSLA.objects.filter(**which, is_open=True):
        state = "breached" if clock.breached_at else "cancelled"
        OrderDisputeSLA.objects.filter(pk=clock.pk).update(state=state, completed_at=at, next_fire_at=NEVER)
        _note(clock, "cancelled", at=at, cause=cause, by_id=by_id)


def _note(clock: OrderDisputeSLA, kind: str, *, at: datetime, cause: str, by_id: int | None) -> None:
    actor = User(pk=by_id) if by_id else None
    SLAEvent.objects.create(
        clock=clock, kind=kind, at=at, fired_at=now(), due_at=clock.due_at, cause=cause, actor=actor
    )
