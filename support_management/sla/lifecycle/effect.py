"""What a change of a ticket would do to its clocks, before anybody makes it. Reads only."""

from dataclasses import dataclass, replace
from datetime import datetime

from support_management.conditions.facts import of_ticket
from support_management.conditions.matching import Facts
from support_management.core.priority import rank_of
from support_management.core.time import now
from support_management.sla.clock import retargeting
from support_management.sla.clock import terms as policy_terms
from support_management.sla.clock.working_time import hours_of
from support_management.sla.lifecycle import tracking
from support_management.sla.models import Metric, OrderDisputeSLA, SLAPolicy
from support_management.sla.policy import matching
from support_management.tickets import lookup
from support_management.tickets.models import Ticket

State = OrderDisputeSLA.State


@dataclass(frozen=True, slots=True)
class ClockEffect:
    """A deadline before and after the change. None before: a clock would start; None after: it has no target then.

    `restored`: the change sets an earlier one back, and the clock is as it was. `paused`: the deadlines stand still.
    """

    metric: str
    before: datetime | None
    after: datetime | None
    restored: bool = False
    paused: bool = False

    @property
    def label(self) -> str:
        return Metric(self.metric).label


def of_change(
    ticket: Ticket, *, priority: str = "", type: str = "", tags: list[str] | None = None
) -> list[ClockEffect]:
    """The clocks whose deadline would change, in the order of the metrics. Invalid for unknown values."""
    policy = matching.winner(_facts(ticket, priority, type, tags), matching.all_policies())
    clocks = list(OrderDisputeSLA.objects.filter(ticket=ticket, is_open=True).order_by("pk"))
    effects = [effect for clock in clocks if (effect := _effect(clock, policy)) is not None]
    if ticket.is_open and policy is not None:
        effects += [_started(policy, metric) for metric in tracking.missing(ticket, {clock.metric for clock in clocks})]
    order = list(Metric.values)
    changed = (effect for effect in effects if effect.before != effect.after)
    return sorted(changed, key=lambda effect: order.index(effect.metric))


def _facts(ticket: Ticket, priority: str, type: str, tags: list[str] | None) -> Facts:
    changes: dict = {}
    if priority:
        rank_of(priority)
        changes["priority"] = priority
    if type:
        changes["type"] = lookup.type_of(type).slug
    if tags is not None:
        changes["tags"] = frozenset(tags)
    return replace(of_ticket(ticket), **changes)


def _effect(clock: OrderDisputeSLA, policy: SLAPolicy | None) -> ClockEffect | None:
    """None for a clock that is breached, now or by the next sweep, or that stays under the same version."""
    moment, paused = max(now(), clock.since), clock.state == State.PAUSED
    if clock.state == State.BREACHED or (not paused and clock.due_at < moment):
        return None
    terms = policy_terms.of_policy(policy, clock.metric) if policy else None
    if terms is None:
        return ClockEffect(clock.metric, clock.due_at, None, paused=paused)
    if (terms.policy_id, terms.policy_version) == (clock.policy_id, clock.policy_version):
        return None
    change = retargeting.plan(clock, hours_of(clock.calendar_id), terms.longer(clock.extra_seconds), at=moment)
    return ClockEffect(clock.metric, clock.due_at, change.due_at, change.restored, paused)


def _started(policy: SLAPolicy, metric: str) -> ClockEffect:
    terms = policy_terms.of_policy(policy, metric)
    return ClockEffect(metric, None, terms.hours.add(now(), terms.target) if terms else None)
