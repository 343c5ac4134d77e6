"""Which promise holds for a piece of work: the first active policy whose conditions all fit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from support_management.core.prepared_statements import PreparedSelect
from support_management.core.priority import PRIORITY_WORDS
from support_management.disputes.models import Dispute
from support_management.orders.models import Order
from support_management.sla.models import OrderDisputeSLA, SLAPolicy
from support_management.tickets.models import Ticket

CONDITIONS = ("type", "priority", "website", "channel", "kind", "segment", "tag")
"""What a policy can ask for, in the order in which a failing one is named."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What conditions are compared with. Empty: the work has no such thing, so no condition on it fits."""

    kind: str
    priority: str
    website: int | None = None
    type: str = ""
    channel: str = ""
    segment: str = ""
    tags: frozenset[str] = frozenset()

    def values(self, condition: str) -> frozenset:
        if condition == "tag":
            return self.tags
        value = getattr(self, condition)
        return frozenset() if value in ("", None) else frozenset([value])


@dataclass(frozen=True, slots=True)
class PolicyMismatch:
    """Why a policy before the winner does not hold: the first condition that failed, or that it is switched off."""

    policy: SLAPolicy
    condition: str
    wanted: tuple
    found: tuple


def of_ticket(ticket: Ticket) -> Facts:
    return Facts(
        kind="ticket",
        priority=ticket.priority_word,
        website=ticket.website_id,
        type=ticket.type.slug,
        channel=ticket.channel,
        segment=ticket.requester.segment,
        tags=frozenset(tag.name for tag in ticket.tags.all()),
    )


def of_dispute(dispute: Dispute) -> Facts:
    """The website is the order's; the requester is who raised it."""
    word, site = PRIORITY_WORDS[dispute.priority], dispute.order.website_id
    return Facts(kind="dispute", priority=word, website=site, segment=dispute.raised_by.segment)


def of_order(order: Order) -> Facts:
    return Facts(kind="order", priority=order.priority_word, website=order.website_id, segment=order.client.segment)


def of_clock(clock: OrderDisputeSLA) -> Facts:
    """Of the work that the clock belongs to."""
    if clock.ticket is not None:
        return of_ticket(clock.ticket)
    return of_dispute(clock.dispute) if clock.dispute is not None else of_order(cast("Order", clock.order))


_policies = PreparedSelect(lambda: SLAPolicy.objects.order_by("position", "id"))


def all_policies() -> list[SLAPolicy]:
    """In the order in which they are tried; switched-off ones too."""
    return _policies()


def policies_with_calendars() -> list[SLAPolicy]:
    """The same, each with its calendar."""
    return list(SLAPolicy.objects.select_related("calendar").order_by("position", "id"))


def winner(facts: Facts, policies: Iterable[SLAPolicy]) -> SLAPolicy | None:
    """The first active one that fits, or None: no promise, so no clock."""
    return next((one for one in policies if one.active and failing(one.conditions, facts) is None), None)


def explain(facts: Facts, policies: Sequence[SLAPolicy]) -> tuple[SLAPolicy | None, list[PolicyMismatch]]:
    """The winner and, for each policy before it, why not."""
    refused: list[PolicyMismatch] = []
    for policy in policies:
        condition = failing(policy.conditions, facts) if policy.active else "active"
        if condition is None:
            return policy, refused
        wanted = ("yes",) if condition == "active" else _listed(policy.conditions[condition])
        found = ("no",) if condition == "active" else tuple(sorted(facts.values(condition)))
        refused.append(PolicyMismatch(policy, condition, wanted, found))
    return None, refused


def failing(conditions: dict, facts: Facts) -> str | None:
    """The first condition that does not fit, or None."""
    for condition in CONDITIONS:
        if condition in conditions and not facts.values(condition).intersection(_listed(conditions[condition])):
            return condition
    return None


def _listed(value) -> tuple:
    return tuple(value) if isinstance(value, list) else (value,)
