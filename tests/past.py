"""Another past than the one that the database keeps: for tests that need old rows, or work without a history."""

from django.db.models import QuerySet

from support_management.core.writer_settings import exempted
from support_management.models import (
    AssignmentDecision,
    OrderDisputeSLA,
    ReassignmentLog,
    SLAEvent,
    Ticket,
    TicketMessage,
)


def rewrite(rows: QuerySet, **values) -> None:
    """Past the live base and past the triggers: nobody wrote this, the rows only look so."""
    with exempted(rows.model._meta.db_table):
        QuerySet.update(rows, **values)


def erase(rows: QuerySet) -> None:
    """They were never there."""
    with exempted(rows.model._meta.db_table):
        QuerySet._raw_delete(rows, "default")


def erase_clocks(clocks: QuerySet[OrderDisputeSLA]) -> None:
    """Nothing was ever promised."""
    erase(SLAEvent.objects.filter(clock__in=list(clocks)))
    erase(clocks)


def erase_history(*tickets: Ticket) -> None:
    """Tickets that nothing has happened to can be deleted."""
    for model in (TicketMessage, AssignmentDecision, ReassignmentLog):
        erase(model.objects.filter(ticket__in=tickets))
    erase_clocks(OrderDisputeSLA.objects.filter(ticket__in=tickets))
