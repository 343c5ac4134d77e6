"""Which rules a threshold sets off: a duty each, in the transaction in which the threshold fires."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import cast

from support_management.conditions import facts, matching
from support_management.conditions.facts import Work
from support_management.conditions.matching import Facts
from support_management.core.bulk import insert_new
from support_management.core.time import now
from support_management.sla.clock.arithmetic import Threshold
from support_management.sla.escalation.models import EscalationRule, EscalationRun
from support_management.sla.models import OrderDisputeSLA

_COLUMNS = ("rule", "clock", "kind", "due_at", "state", "done", "attempts", "next_try_at")
Passed = tuple[OrderDisputeSLA, Threshold, datetime]


def owe(passed: Iterable[Passed]) -> None:
    """Clocks with a threshold passed for the first time. A rule that ran on a clock never does again."""
    rules = list(EscalationRule.objects.filter(active=True).order_by("pk"))
    if not rules:
        return
    pairs = [(rule, one) for one in passed for rule in rules if is_about(rule, *one[:2])]
    work = _work_of([clock for rule, (clock, *_) in pairs if rule.conditions])
    moment = now()
    rows = [
        (rule.pk, clock.pk, step.kind, at, EscalationRun.State.WAITING, "{}", 0, moment)
        for rule, (clock, step, at) in pairs
        if not rule.conditions or matching.fits(rule.conditions, work[clock.pk])
    ]
    insert_new(EscalationRun, _COLUMNS, rows)


def is_about(rule: EscalationRule, clock: OrderDisputeSLA, step: Threshold) -> bool:
    """Whether the rule is about this threshold of this clock, whatever the work is like."""
    return (
        rule.at == step.kind
        and rule.threshold in ("", step.name)
        and rule.metric in ("", clock.metric)
        and rule.kind in ("", clock.kind)
        and rule.policy_id in (None, clock.policy_id)
    )


def _work_of(clocks: Collection[OrderDisputeSLA]) -> dict[int, Facts]:
    """The work of each clock, by the clock's key: at most four queries, and none without clocks."""
    work = facts.of_many(
        tickets={clock.ticket_id for clock in clocks if clock.ticket_id},
        disputes={clock.dispute_id for clock in clocks if clock.dispute_id},
        orders={clock.order_id for clock in clocks if clock.order_id},
    )
    return {clock.pk: work[_work(clock)] for clock in clocks}


def _work(clock: OrderDisputeSLA) -> Work:
    return clock.kind, cast("int", clock.ticket_id or clock.dispute_id or clock.order_id)
