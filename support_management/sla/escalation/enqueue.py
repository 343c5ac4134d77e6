"""Which rules a threshold sets off: a duty each, in the transaction in which the threshold fires."""

from collections.abc import Iterable
from datetime import datetime

from support_management.core.bulk import insert_new
from support_management.core.time import now
from support_management.sla.clock.arithmetic import Threshold
from support_management.sla.escalation.models import EscalationRule, EscalationRun
from support_management.sla.models import OrderDisputeSLA

_COLUMNS = ("rule", "clock", "kind", "due_at", "state", "done", "attempts", "next_try_at")


def owe(passed: Iterable[tuple[OrderDisputeSLA, Threshold, datetime]]) -> None:
    """Clocks with a threshold passed for the first time. A rule that ran on a clock never does again."""
    rules = list(EscalationRule.objects.filter(active=True).order_by("pk"))
    if not rules:
        return
    moment = now()
    rows = [
        (rule.pk, clock.pk, step.kind, at, EscalationRun.State.WAITING, "{}", 0, moment)
        for clock, step, at in passed
        for rule in rules
        if fits(rule, clock, step)
    ]
    insert_new(EscalationRun, _COLUMNS, rows)


def fits(rule: EscalationRule, clock: OrderDisputeSLA, step: Threshold) -> bool:
    """Whether the rule is about this threshold of this clock."""
    return (
        rule.at == step.kind
        and rule.threshold in ("", step.name)
        and rule.metric in ("", clock.metric)
        and rule.kind in ("", clock.kind)
        and rule.policy_id in (None, clock.policy_id)
    )
