"""Brings clocks to the state that a capability would have left, after a write without one."""

from datetime import timedelta

from django.db.models import Q, QuerySet

from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.orders.models import Order
from support_management.payment_issues.models import PaymentIssueLog
from support_management.sla import policy_editing
from support_management.sla.clock import next_due
from support_management.sla.lifecycle import tracking
from support_management.sla.models import Metric, OrderDisputeSLA, SLAPolicy
from support_management.sla.policy import matching
from support_management.sla.repair import drift, stray
from support_management.tickets.models import Ticket, TicketMessage

JUST_WRITTEN = timedelta(minutes=5)
"""How far back a bulk write is looked for: it sets `updated_at` on each row, and none takes longer."""
OF_PEOPLE = ("segment", "language")
"""Conditions on the customer of the work."""


def ticket(ticket_id: int) -> None:
    """Start missing clocks, meet those of answered questions, end those of finished work."""
    row = _locked(Ticket, ticket_id)
    if row is None:
        return
    if row.is_open and not OrderDisputeSLA.objects.filter(ticket=row).exists():
        tracking.ticket_created(ticket_id, by_id=None)
    _meet_answered(row)
    tracking.ticket_moved(ticket_id, after=row.status, by_id=None)
    if row.is_open:
        tracking.ticket_triaged(ticket_id, cause="changed", by_id=None)
    next_due.ticket(ticket_id)


def message(message_id: int) -> None:
    """After a write of a message: a reply meets its clock, a customer message starts a reply cycle."""
    written = TicketMessage.objects.get(pk=message_id)
    row = _locked(Ticket, written.ticket_id)
    if row is not None and row.is_open and written.kind == TicketMessage.Kind.REQUESTER:
        tracking.requester_wrote(row.pk, at=written.created_at, by_id=written.author_id)
    ticket(written.ticket_id)


def dispute(dispute_id: int) -> None:
    """Start, pause, resume or end the clock of a dispute to match its row."""
    row = _locked(Dispute, dispute_id)
    if row is None:
        return
    if row.is_open and not OrderDisputeSLA.objects.filter(dispute=row).exists():
        tracking.dispute_opened(dispute_id, by_id=None)
    tracking.dispute_moved(dispute_id, after=row.status, by_id=None)
    if row.is_open:
        tracking.dispute_changed(dispute_id, by_id=None)
    next_due.dispute(dispute_id)


def payment(payment_id: int) -> None:
    """The same for a payment issue."""
    row = _locked(PaymentIssueLog, payment_id)
    if row is None:
        return
    if row.is_open and not OrderDisputeSLA.objects.filter(payment=row).exists():
        tracking.payment_logged(payment_id, by_id=None)
    tracking.payment_moved(payment_id, after=row.status, by_id=None)
    if row.is_open:
        tracking.payment_changed(payment_id, by_id=None)
    next_due.payment(payment_id)


def order(order_id: int) -> None:
    """The same for an order, its open disputes and payment issues: their website is the order's."""
    row = _locked(Order, order_id)
    if row is None:
        return
    tracking.order_moved(order_id, after=row.status, by_id=None)
    tracking.order_changed(order_id, by_id=None)
    for pk in Dispute.objects.filter(order=row, is_open=True).values_list("pk", flat=True):
        dispute(pk)
    for pk in PaymentIssueLog.objects.filter(order=row, is_open=True).values_list("pk", flat=True):
        payment(pk)


def policy(policy_id: int) -> None:
    """After a write of a policy: validate it and store its version. Invalid when no clock could run under it."""
    row = SLAPolicy.objects.filter(pk=policy_id).first()
    if row is not None:
        policy_editing.check_written(row)
        policy_editing.store_version(row, by=None)


def every_policy() -> None:
    """Validate all policies and store their versions."""
    for row in SLAPolicy.objects.order_by("pk"):
        policy_editing.check_written(row)
        policy_editing.store_version(row, by=None)


def clock(clock_id: int) -> None:
    """After a write of a clock: update the due time on the row of its work."""
    row = OrderDisputeSLA.objects.filter(pk=clock_id).first()
    if row is not None:
        next_due.work_of(row)


def person(user_id: int) -> None:
    """After a write of a person: their work, if policies depend on segment or language."""
    if not _used_in_policies(*OF_PEOPLE):
        return
    conditions_changed(*OF_PEOPLE, requester=user_id)
    for pk in Dispute.objects.filter(raised_by=user_id, is_open=True).order_by("pk").values_list("pk", flat=True):
        dispute(pk)
    for pk in PaymentIssueLog.objects.filter(order__client=user_id, is_open=True).values_list("pk", flat=True):
        payment(pk)
    clocks = OrderDisputeSLA.objects.filter(order__client=user_id, is_open=True)
    for pk in clocks.order_by("order").values_list("order", flat=True):
        order(pk)


def conditions_changed(*keys: str, **tickets) -> None:
    """After a change of values under these condition keys: open tickets adopt the policy that matches now.

    `tickets` are filters that narrow the open tickets to look at.
    """
    if _used_in_policies(*keys):
        for pk in drift.under_other_policy(Ticket.objects.filter(is_open=True, **tickets)):
            ticket(pk)


def everything() -> None:
    """After a bulk write: the same as after a write of each row. Unchanged work is left alone."""
    for pk in sorted(stray.tickets() | set(drift.all_drifted(_just_written(Ticket).filter(is_open=True)))):
        ticket(pk)
    just_written = _just_written(Dispute).filter(is_open=True).values_list("pk", flat=True)
    for pk in sorted(stray.disputes() | set(just_written)):
        dispute(pk)
    just_written = _just_written(PaymentIssueLog).filter(is_open=True).values_list("pk", flat=True)
    for pk in sorted(stray.payments() | set(just_written)):
        payment(pk)
    with_open_clock = OrderDisputeSLA.objects.filter(is_open=True, order__isnull=False).order_by().values("order")
    affected = Q(status__in=tracking.ORDER_NEEDS_DESK) | Q(pk__in=with_open_clock)
    for pk in _just_written(Order).filter(affected).order_by("pk").values_list("pk", flat=True):
        order(pk)


def strays() -> None:
    """Work whose clocks do not fit it, whenever it was written."""
    for pk in sorted(stray.tickets() | set(drift.wrongly_paused(Ticket.objects.filter(is_open=True)))):
        ticket(pk)
    for pk in sorted(stray.disputes()):
        dispute(pk)
    for pk in sorted(stray.payments()):
        payment(pk)
    stray_orders()


def stray_orders() -> None:
    """Orders whose clock does not fit their status, as migrations leave them: start or end it."""
    for pk in sorted(stray.orders()):
        order(pk)


def due_times() -> None:
    """After a bulk write of clocks: correct rows that do not show the clock that is due first."""
    for kind, correct in (("ticket", next_due.ticket), ("dispute", next_due.dispute), ("payment", next_due.payment)):
        for pk in stray.with_other_due_time(kind):
            correct(pk)


def _locked(model, pk: int):
    """The row of the work, locked before its clocks as in every capability."""
    return model.objects.select_for_update(of=("self",)).filter(pk=pk).first()


def _just_written(model) -> QuerySet:
    return model.objects.filter(updated_at__gte=now() - JUST_WRITTEN)


def _used_in_policies(*keys: str) -> bool:
    return any(not policy.conditions.keys().isdisjoint(keys) for policy in matching.all_policies() if policy.active)


def _meet_answered(row: Ticket) -> None:
    if row.first_replied_at:
        tracking.ticket_answered(row.pk, at=row.first_replied_at, by_id=None)
    reply_cycle = OrderDisputeSLA.objects.filter(ticket=row, metric=Metric.NEXT_RESPONSE, is_open=True)
    since = reply_cycle.values_list("started_at", flat=True).first()
    if since is not None:
        replies = row.messages.filter(kind=TicketMessage.Kind.REPLY, created_at__gte=since)
        replied_at = replies.order_by("id").values_list("created_at", flat=True).first()
        if replied_at is not None:
            tracking.ticket_answered(row.pk, at=replied_at, by_id=None)
