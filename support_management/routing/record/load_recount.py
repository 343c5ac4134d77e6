"""Recalculate the load of agents from their work."""

import logging

from django.db import transaction
from django.db.models import Sum

from support_management.disputes.models import Dispute
from support_management.people import load
from support_management.tickets.models import Ticket

log = logging.getLogger(__name__)


def loads(*agent_ids: int) -> None:
    """Set the load of these agents to the sum of the units of their open work. Only wrong rows are written."""
    load.lock(list(agent_ids))  # first, so that no change happens between the count and the correction
    load.correct(_sums(assignee__in=agent_ids), agent_ids=list(agent_ids))


def all_loads() -> None:
    """Set the load of all agents. Only wrong rows are written."""
    load.lock()
    load.correct(_sums(assignee__isnull=False))


def wrong() -> list[tuple[int, load.Loads, load.Loads]]:
    """Agents whose stored load is not the sum of their work, with both. Reads only."""
    return load.wrong(_sums(assignee__isnull=False))


def check_all() -> int:
    """The periodic check: loads that are wrong are logged and corrected. Returns how many."""
    suspects = [agent_id for agent_id, _, _ in wrong()]  # without a lock: a change may come in between
    if not suspects:
        return 0
    with transaction.atomic():
        load.lock(suspects)
        sums = _sums(assignee__in=suspects)
        differences = load.wrong(sums, agent_ids=suspects)
        for agent_id, stored, counted in differences:
            log.warning("load drift agent=%s before=%s after=%s", agent_id, stored, counted)
        load.correct(sums, agent_ids=suspects)
    return len(differences)


def _sums(**owners) -> dict[str, dict[int, int]]:
    return {kind: _sum(model, **owners) for kind, model in ((load.TICKET, Ticket), (load.DISPUTE, Dispute))}


def _sum(model, **owners) -> dict[int, int]:
    open_work = model._default_manager.filter(is_open=True, **owners).order_by()
    return dict(open_work.values_list("assignee").annotate(Sum("units")))
