"""Which policy applies to work: the first active one whose conditions all match."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from support_management.conditions.facts import of_dispute, of_order, of_payment, of_ticket
from support_management.conditions.matching import Facts, failing, fits, listed
from support_management.core.prepared_statements import PreparedSelect
from support_management.sla.models import OrderDisputeSLA, SLAPolicy


@dataclass(frozen=True, slots=True)
class PolicyMismatch:
    """Why a policy before the winner does not apply: the first condition that failed, or that it is inactive."""

    policy: SLAPolicy
    condition: str
    wanted: tuple
    found: tuple


def of_clock(clock: OrderDisputeSLA) -> Facts:
    """Facts of the work that the clock belongs to."""
    return FACTS[clock.kind](clock.work)


FACTS: dict[str, Callable[..., Facts]] = {
    "ticket": of_ticket,
    "dispute": of_dispute,
    "order": of_order,
    "payment": of_payment,
}
"""Facts by kind of work."""
_policies = PreparedSelect(lambda: SLAPolicy.objects.order_by("position", "id"))


def all_policies() -> list[SLAPolicy]:
    """All policies in matching order, including inactive ones."""
    return _policies()


def policies_with_calendars() -> list[SLAPolicy]:
    """All policies in matching order, each with its calendar loaded."""
    return list(SLAPolicy.objects.select_related("calendar").order_by("position", "id"))


def winner(facts: Facts, policies: Iterable[SLAPolicy]) -> SLAPolicy | None:
    """The first active policy that matches, or None: then the work gets no clock."""
    return next((policy for policy in policies if policy.active and fits(policy.conditions, facts)), None)


def explain(facts: Facts, policies: Sequence[SLAPolicy]) -> tuple[SLAPolicy | None, list[PolicyMismatch]]:
    """The winner and, for each policy before it, why it does not apply."""
    refused: list[PolicyMismatch] = []
    for policy in policies:
        condition = failing(policy.conditions, facts) if policy.active else "active"
        if condition is None:
            return policy, refused
        wanted = ("yes",) if condition == "active" else listed(policy.conditions[condition])
        found = ("no",) if condition == "active" else facts.values(condition)
        refused.append(PolicyMismatch(policy, condition, wanted, found))
    return None, refused
