"""The load of agents, counted from their work."""

from django.db.models import Sum

from support_management.disputes.models import Dispute
from support_management.people import load
from support_management.people.models import SupportWorkloadTracker
from support_management.tickets.changing import units_of
from support_management.tickets.models import Ticket


def recount_ticket(ticket_id: int) -> None:
    """After a write without a capability: the ticket's units are what its owner, status and queue say."""
    ticket = Ticket.objects.select_related("type").filter(pk=ticket_id).first()
    if ticket is not None and ticket.units != units_of(ticket):
        Ticket.objects.filter(pk=ticket_id).update(units=units_of(ticket))


def recount_dispute(dispute_id: int) -> None:
    """The same for a dispute."""
    for row in Dispute.objects.filter(pk=dispute_id):
        units = 1 if row.is_open and row.assignee_id else 0
        Dispute.objects.filter(pk=dispute_id).exclude(units=units).update(units=units)


def recount_agents() -> None:
    """Every agent's load is the sum of the units of their work. Only wrong rows are written."""
    sums: dict[int, int] = {}
    for model in (Ticket, Dispute):
        held = model.objects.filter(is_open=True, assignee__isnull=False).order_by()
        for agent_id, units in held.values_list("assignee").annotate(Sum("units")):
            sums[agent_id] = sums.get(agent_id, 0) + units
    for agent_id, known in SupportWorkloadTracker.objects.values_list("user", "load"):
        if known != sums.get(agent_id, 0):
            load.correct(agent_id=agent_id, load=sums.get(agent_id, 0))


def recount_all_units() -> None:
    """After a write of many rows: the units of all owned work. Only wrong rows are written."""
    for ticket in Ticket.objects.filter(assignee__isnull=False, is_open=True).select_related("type").iterator():
        if ticket.units != units_of(ticket):
            Ticket.objects.filter(pk=ticket.pk).update(units=units_of(ticket))
    Ticket.objects.filter(assignee__isnull=True).exclude(units=0).update(units=0)
    for pk in Dispute.objects.filter(assignee__isnull=False).values_list("pk", flat=True):
        recount_dispute(pk)
