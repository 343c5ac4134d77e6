"""The load of agents, counted from their work."""

from django.db.models import Sum

from support_management.disputes.models import Dispute
from support_management.people import load
from support_management.tickets.models import Ticket


def loads(*agent_ids: int) -> None:
    """The load of these agents is the sum of the units of their work. Only wrong rows are written."""
    load.hold(list(agent_ids))  # first, so that nobody's change lies between the count and the correction
    load.correct(_sums(assignee__in=agent_ids), agent_ids=list(agent_ids))


def all_loads() -> None:
    """The same for every agent."""
    load.hold()
    load.correct(_sums(assignee__isnull=False))


def _sums(**whose) -> dict[str, dict[int, int]]:
    return {kind: _sum(model, **whose) for kind, model in ((load.TICKET, Ticket), (load.DISPUTE, Dispute))}


def _sum(model, **whose) -> dict[int, int]:
    held = model._default_manager.filter(is_open=True, **whose).order_by()
    return dict(held.values_list("assignee").annotate(Sum("units")))
