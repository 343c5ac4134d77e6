"""Who knows the requester, the order or the dispute of a piece of work: they had other work about it lately."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models import QuerySet

from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.tickets.models import Ticket

REMEMBERED = timedelta(days=30)
NEWEST = 50
"""So much of the newest work of a single requester is looked at: one who asks all the time costs no more."""
AffinityMap = dict[int, set[int]]


def of_tickets(rows: Sequence[Ticket]) -> dict[int, frozenset[int]]:
    """By ticket: agents who have, or had last, other work of its requester or about its order. Three queries."""
    people = _by_requester({row.requester_id for row in rows})
    orders = _by_order({row.order_id for row in rows if row.order_id})
    return {row.pk: frozenset(people[row.requester_id] | orders[row.order_id or 0]) for row in rows}


def of_disputes(rows: Sequence[Dispute]) -> dict[int, frozenset[int]]:
    """The same for disputes: of who raised it, and about its order."""
    people = _by_requester({row.raised_by_id for row in rows})
    orders = _by_order({row.order_id for row in rows})
    return {row.pk: frozenset(people[row.raised_by_id] | orders[row.order_id]) for row in rows}


def _by_requester(ids: Iterable[int]) -> AffinityMap:
    keys = list(ids)
    rows = Ticket.objects.filter(requester__in=keys)
    if len(keys) == 1:
        rows = Ticket.objects.filter(requester=keys[0]).order_by("-id")[:NEWEST]
        owned = rows.values_list("requester", "assignee", "updated_at")
        return _pairs((key, agent) for key, agent, at in owned if agent and at > now() - REMEMBERED)
    return _pairs(_owned(rows, "requester"))


def _by_order(ids: Iterable[int]) -> AffinityMap:
    keys = list(ids)
    if not keys:
        return defaultdict(set)
    tickets = _owned(Ticket.objects.filter(order__in=keys), "order")
    disputes = _owned(Dispute.objects.filter(order__in=keys), "order")
    return _pairs([*tickets, *disputes])


def _owned(rows: QuerySet, field: str) -> Iterable[tuple[int, int]]:
    lately = rows.filter(assignee__isnull=False, updated_at__gt=now() - REMEMBERED).order_by()
    return lately.values_list(field, "assignee").distinct()


def _pairs(found: Iterable[tuple[int, int]]) -> AffinityMap:
    known: AffinityMap = defaultdict(set)
    for key, agent_id in found:
        known[key].add(agent_id)
    return known
