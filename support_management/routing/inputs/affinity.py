"""Affinity: agents who recently owned other work of the same customer or about the same order."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models import QuerySet

from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.tickets.models import Ticket

REMEMBERED = timedelta(days=30)
"""Work that was last updated within this time counts."""
NEWEST = 50
"""Newest tickets considered for a single customer, which bounds the cost of customers with many tickets."""
AffinityMap = dict[int, set[int]]
"""Agent ids by id of the customer or order."""


def of_tickets(rows: Sequence[Ticket]) -> dict[int, frozenset[int]]:
    """Agent ids by ticket id: last owners of other work of its customer or about its order. Three queries."""
    people = _by_requester({row.requester_id for row in rows})
    orders = _by_order({row.order_id for row in rows if row.order_id})
    return {row.pk: frozenset(people[row.requester_id] | orders[row.order_id or 0]) for row in rows}


def of_disputes(rows: Sequence[Dispute]) -> dict[int, frozenset[int]]:
    """Agent ids by dispute id: last owners of work of the person who raised it or about its order."""
    people = _by_requester({row.raised_by_id for row in rows})
    orders = _by_order({row.order_id for row in rows})
    return {row.pk: frozenset(people[row.raised_by_id] | orders[row.order_id]) for row in rows}


def _by_requester(ids: Iterable[int]) -> AffinityMap:
    keys = list(ids)
    rows = Ticket.objects.filter(requester__in=keys)
    if len(keys) == 1:
        rows = Ticket.objects.filter(requester=keys[0]).order_by("-id")[:NEWEST]
        owned = rows.values_list("requester", "assignee", "updated_at")
        return _grouped((key, agent) for key, agent, at in owned if agent and at > now() - REMEMBERED)
    return _grouped(_owned(rows, "requester"))


def _by_order(ids: Iterable[int]) -> AffinityMap:
    keys = list(ids)
    if not keys:
        return defaultdict(set)
    tickets = _owned(Ticket.objects.filter(order__in=keys), "order")
    disputes = _owned(Dispute.objects.filter(order__in=keys), "order")
    return _grouped([*tickets, *disputes])


def _owned(rows: QuerySet, field: str) -> Iterable[tuple[int, int]]:
    recent = rows.filter(assignee__isnull=False, updated_at__gt=now() - REMEMBERED).order_by()
    return recent.values_list(field, "assignee").distinct()


def _grouped(pairs: Iterable[tuple[int, int]]) -> AffinityMap:
    agents_by_key: AffinityMap = defaultdict(set)
    for key, agent_id in pairs:
        agents_by_key[key].add(agent_id)
    return agents_by_key
