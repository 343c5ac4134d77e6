"""Creates a run for each rule that a threshold triggers, in the transaction in which the threshold fires."""

from collections.abc import Collection, Iterable
from datetime import datetime

from support_management.conditions import facts, matching
from support_management.conditions.facts import Work
from support_management.conditions.matching import Facts
from support_management.core.bulk import insert_new
from support_management.core.time import now
from support_management.events.catalogue import ClockReached
from support_management.sla.clock.arithmetic import STAGES
from support_management.sla.escalation.models import EscalationRule, EscalationRun
from support_management.sla.models import WORK_FIELDS

_COLUMNS = ("rule", "clock", "kind", "round", "due_at", "state", "done", "attempts", "next_try_at")
_NEW_RUN = (EscalationRun.State.WAITING, "{}", 0)
_KIND_OF_THRESHOLD = {word: kind for kind, word in STAGES.items()}


def from_thresholds(events: Iterable[ClockReached]) -> None:
    """Create a run for every active rule that matches a threshold passed for the first time.

    A rule runs once per clock, and once more after each extension of it. At most two statements when no rule has
    conditions.
    """
    rules = list(EscalationRule.objects.filter(active=True).order_by("pk"))
    if not rules:
        return
    pairs = [(rule, event) for event in events if event.first for rule in rules if is_about(rule, event)]
    work = _work_of([event for rule, event in pairs if rule.conditions])
    moment = now()
    rows = [
        (rule.pk, event.clock_id, kind_of(event), event.round, datetime.fromisoformat(event.due_at), *_NEW_RUN, moment)
        for rule, event in pairs
        if not rule.conditions or matching.fits(rule.conditions, work[event.clock_id])
    ]
    insert_new(EscalationRun, _COLUMNS, rows)


def kind_of(event: ClockReached) -> str:
    """The threshold as a value of `EscalationRule.At`."""
    return _KIND_OF_THRESHOLD[event.threshold]


def is_about(rule: EscalationRule, event: ClockReached) -> bool:
    """Whether the rule applies to this threshold of this clock, before its conditions on the work."""
    return (
        rule.at == kind_of(event)
        and rule.threshold in ("", event.name)
        and rule.metric in ("", event.metric)
        and rule.kind in ("", _work(event)[0])
        and rule.policy_id in (None, event.policy_id)
    )


def _work_of(events: Collection[ClockReached]) -> dict[int, Facts]:
    """Facts of the work by clock id: at most five queries, none without events."""
    work = facts.of_many(
        tickets={event.ticket_id for event in events if event.ticket_id},
        disputes={event.dispute_id for event in events if event.dispute_id},
        orders={event.order_id for event in events if event.order_id},
        payments={event.payment_id for event in events if event.payment_id},
    )
    return {event.clock_id: work[_work(event)] for event in events}


def _work(event: ClockReached) -> Work:
    """Kind and id of the work that the clock belongs to."""
    kind = next(kind for kind in WORK_FIELDS if getattr(event, f"{kind}_id"))
    return kind, getattr(event, f"{kind}_id")
