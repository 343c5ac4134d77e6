"""Copies the clock that is due first onto the row of its work: lists sort by it, chips show it."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import QuerySet

from support_management.core.bulk import update_each
from support_management.core.prepared_statements import Parameter, PreparedSelect
from support_management.core.time import NEVER
from support_management.disputes.models import Dispute
from support_management.payment_issues.models import PaymentIssueLog
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets import next_due


def ticket(ticket_id: int, *, known: Collection[OrderDisputeSLA] = ()) -> None:
    """Store the earliest due time of the open clocks; paused ones do not count, breached ones keep their due time.

    When all are paused, the state is `paused` and the ticket has no due time. `known`: all clocks that may be open,
    as they are now, from a caller that holds their locks; without them they are read.
    """
    clocks = _sorted(known) if known else _of_ticket(ticket=ticket_id)
    at, state, metric = shown(clocks)
    next_due.set_due(ticket_id=ticket_id, at=at, state=state, metric=metric)


def dispute(dispute_id: int) -> None:
    """The same for a dispute."""
    at, state, _ = shown(list(_open(dispute=dispute_id)))
    Dispute.objects.filter(pk=dispute_id).update(next_due_at=at, due_state=state)


def payment(payment_id: int) -> None:
    """The same for a payment issue."""
    at, state, _ = shown(list(_open(payment=payment_id)))
    PaymentIssueLog.objects.filter(pk=payment_id).update(next_due_at=at, due_state=state)


def shown(clocks: list[OrderDisputeSLA]) -> tuple[datetime, str, str]:
    """Due time, state and metric that work with these open clocks shows. They are in the order of their due times."""
    clock = next((clock for clock in clocks if clock.state != OrderDisputeSLA.State.PAUSED), None)
    if clock is not None:
        return clock.due_at, clock.screen_state, clock.metric
    return (NEVER, "paused", clocks[0].metric) if clocks else (NEVER, "", "")


def work_of(clock: OrderDisputeSLA) -> None:
    """The ticket, dispute or payment issue of the clock. The row of an order shows no clock."""
    if clock.ticket_id:
        ticket(clock.ticket_id)
    if clock.dispute_id:
        dispute(clock.dispute_id)
    if clock.payment_id:
        payment(clock.payment_id)


def stages(clocks: Iterable[OrderDisputeSLA]) -> None:
    """Update the stage on the rows that show one of these clocks. Which clock a row shows does not change."""
    tickets, disputes, payments = [], [], []
    for clock in clocks:
        if clock.ticket_id:
            tickets.append((clock.ticket_id, clock.due_at, clock.metric, clock.screen_state))
        if clock.dispute_id:
            disputes.append((clock.dispute_id, clock.due_at, clock.screen_state))
        if clock.payment_id:
            payments.append((clock.payment_id, clock.due_at, clock.screen_state))
    next_due.set_states(tickets)
    for model, rows in ((Dispute, disputes), (PaymentIssueLog, payments)):
        if rows:
            update_each(model, ("id", "next_due_at"), ("due_state",), rows)


def _open(**work) -> QuerySet[OrderDisputeSLA]:
    return OrderDisputeSLA.objects.filter(**work, is_open=True).order_by("due_at", "id")


_of_ticket = PreparedSelect(lambda: _open(ticket=Parameter("ticket")))


def _sorted(clocks: Collection[OrderDisputeSLA]) -> list[OrderDisputeSLA]:
    return sorted((clock for clock in clocks if clock.completed_at is None), key=lambda clock: (clock.due_at, clock.pk))
