"""The owner of a clock's work, and the fields that every event about a clock carries."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from support_management.disputes.models import Dispute
from support_management.payment_issues.models import PaymentIssueLog
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets.models import Ticket


def owners_of(clocks: Iterable[OrderDisputeSLA]) -> dict[int, int | None]:
    """Current owner of the work by clock id, one query per kind. None for unassigned work and for orders."""
    clocks = list(clocks)
    tickets = _assignees(Ticket, {clock.ticket_id for clock in clocks} - {None})
    disputes = _assignees(Dispute, {clock.dispute_id for clock in clocks} - {None})
    payments = _assignees(PaymentIssueLog, {clock.payment_id for clock in clocks} - {None})
    return {
        clock.pk: tickets.get(clock.ticket_id) or disputes.get(clock.dispute_id) or payments.get(clock.payment_id)
        for clock in clocks
    }


def owner_of(clock: OrderDisputeSLA) -> int | None:
    """`owners_of` for one clock."""
    return owners_of([clock])[clock.pk]


def event_fields(clock: OrderDisputeSLA, owner_id: int | None) -> dict[str, Any]:
    """The clock, its work and the owner of the work, as the fields of an event about the clock."""
    return {
        "clock_id": clock.pk,
        "ticket_id": clock.ticket_id,
        "order_id": clock.order_id,
        "dispute_id": clock.dispute_id,
        "payment_id": clock.payment_id,
        "agent_id": owner_id,
    }


def _assignees(model: type[models.Model], ids: set) -> dict:
    return dict(model._default_manager.filter(pk__in=ids).values_list("pk", "assignee")) if ids else {}
