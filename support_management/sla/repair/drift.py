"""Tickets whose clocks are not as their rows say: what a write of many rows leaves behind. Reads only."""

from collections.abc import Iterator
from itertools import batched

from django.db.models import Prefetch, QuerySet

from support_management.conditions.facts import of_ticket
from support_management.sla.clock import terms as promises
from support_management.sla.models import Metric, OrderDisputeSLA, SLAPolicy
from support_management.sla.policy import matching
from support_management.tickets.models import Ticket

CHUNK = 500
_ALIVE = (OrderDisputeSLA.State.RUNNING, OrderDisputeSLA.State.PAUSED)


def to_another_policy(tickets: QuerySet[Ticket]) -> list[int]:
    """Those with a clock under a policy that is not theirs any more, whatever its version."""
    found = []
    for ticket, policy in _with_policy(tickets):
        if any(clock.policy_id != (policy and policy.pk) for clock in _alive(ticket)):
            found.append(ticket.pk)
    return found


def at_all(tickets: QuerySet[Ticket]) -> list[int]:
    """Those with a clock under another version, one that should stand still or run on, or none that should be there."""
    found = []
    for some in batched(_with_policy(tickets), CHUNK, strict=False):
        terms = promises.of_clocks(clock for ticket, _ in some for clock in _alive(ticket))
        found += [ticket.pk for ticket, policy in some if _strays(ticket, policy, terms)]
    return found


def _strays(ticket: Ticket, policy: SLAPolicy | None, terms: dict[int, promises.Terms]) -> bool:
    if all(clock.metric != Metric.RESOLUTION for clock in ticket.clocks.all()):
        return True
    now = policy and (policy.pk, policy.version)
    return any(
        (clock.policy_id, clock.policy_version) != now
        or (ticket.status in terms[clock.pk].pause_on) != (clock.state == OrderDisputeSLA.State.PAUSED)
        for clock in _alive(ticket)
    )


def _alive(ticket: Ticket) -> list[OrderDisputeSLA]:
    return [clock for clock in ticket.clocks.all() if clock.state in _ALIVE]


def _with_policy(tickets: QuerySet[Ticket]) -> Iterator[tuple[Ticket, SLAPolicy | None]]:
    policies = matching.all_policies()
    clocks = Prefetch("clocks", OrderDisputeSLA.objects.filter(is_open=True))
    rows = tickets.select_related("type", "requester").prefetch_related("tags", clocks).order_by("pk")
    for ticket in rows.iterator(CHUNK):
        yield ticket, matching.winner(of_ticket(ticket), policies)
