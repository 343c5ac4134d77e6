"""Finds tickets whose clocks do not match their rows, as a bulk write can leave them. Reads only."""

from collections.abc import Iterator
from itertools import batched

from django.db.models import Prefetch, QuerySet

from support_management.conditions.facts import of_ticket
from support_management.sla.clock import terms as policy_terms
from support_management.sla.models import Metric, OrderDisputeSLA, SLAPolicy
from support_management.sla.policy import matching
from support_management.tickets.models import Ticket

CHUNK = 500
_UNBREACHED = (OrderDisputeSLA.State.RUNNING, OrderDisputeSLA.State.PAUSED)


def under_other_policy(tickets: QuerySet[Ticket]) -> list[int]:
    """Ids of tickets with a clock under a policy that no longer matches, in any version."""
    ids = []
    for ticket, policy in _with_policy(tickets):
        if any(clock.policy_id != (policy and policy.pk) for clock in _unbreached(ticket)):
            ids.append(ticket.pk)
    return ids


def all_drifted(tickets: QuerySet[Ticket]) -> list[int]:
    """Ids of tickets with a missing clock, one under another policy version, or one wrongly running or paused."""
    ids = []
    for pairs in batched(_with_policy(tickets), CHUNK, strict=False):
        terms = policy_terms.of_clocks(clock for ticket, _ in pairs for clock in _unbreached(ticket))
        ids += [ticket.pk for ticket, policy in pairs if _has_drifted(ticket, policy, terms)]
    return ids


def wrongly_paused(tickets: QuerySet[Ticket]) -> list[int]:
    """Ids of tickets with a clock that runs where its policy pauses, or is paused where it runs."""
    ids = []
    for chunk in batched(_with_clocks(tickets), CHUNK, strict=False):
        terms = policy_terms.of_clocks(clock for ticket in chunk for clock in _unbreached(ticket))
        ids += [ticket.pk for ticket in chunk if any(_is_wrong(ticket, clock, terms) for clock in _unbreached(ticket))]
    return ids


def _is_wrong(ticket: Ticket, clock: OrderDisputeSLA, terms: dict[int, policy_terms.Terms]) -> bool:
    return (ticket.status in terms[clock.pk].pause_on) != (clock.state == OrderDisputeSLA.State.PAUSED)


def _has_drifted(ticket: Ticket, policy: SLAPolicy | None, terms: dict[int, policy_terms.Terms]) -> bool:
    if all(clock.metric != Metric.RESOLUTION for clock in ticket.clocks.all()):
        return True
    current = policy and (policy.pk, policy.version)
    return any(
        (clock.policy_id, clock.policy_version) != current or _is_wrong(ticket, clock, terms)
        for clock in _unbreached(ticket)
    )


def _unbreached(ticket: Ticket) -> list[OrderDisputeSLA]:
    return [clock for clock in ticket.clocks.all() if clock.state in _UNBREACHED]


def _with_policy(tickets: QuerySet[Ticket]) -> Iterator[tuple[Ticket, SLAPolicy | None]]:
    policies = matching.all_policies()
    for ticket in _with_clocks(tickets.select_related("type", "requester").prefetch_related("tags")):
        yield ticket, matching.winner(of_ticket(ticket), policies)


def _with_clocks(tickets: QuerySet[Ticket]) -> Iterator[Ticket]:
    clocks = Prefetch("clocks", OrderDisputeSLA.objects.filter(is_open=True))
    return tickets.prefetch_related(clocks).order_by("pk").iterator(CHUNK)
