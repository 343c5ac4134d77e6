"""Runs inside a desk: do the clocks, their history, their events and what rules did agree? Prints JSON."""

import json
import sys
from collections import Counter
from datetime import timedelta

from django.db.models import F

from support_management.core.time import now
from support_management.escalations.models import EscalationLog
from support_management.events.models import DomainEvent
from support_management.notifications.models import SupportNotification
from support_management.sla import policy_editing
from support_management.sla.clock import terms
from support_management.sla.clock.arithmetic import STAGES
from support_management.sla.escalation import editing
from support_management.sla.escalation.models import EscalationRule, EscalationRun
from support_management.sla.models import OrderDisputeSLA, SLAEvent, SLAPolicy
from support_management.sla.repair import verify

NAME = "Promised by the hunt"
TAG = "hunted"


def prepare(ira) -> None:
    """Promises short enough to be missed while somebody watches, and a rule that acts when they are."""
    targets = [{"metric": "first_response", "minutes": 1}, {"metric": "resolution", "minutes": 2}]
    saying = policy_editing.PolicyValues(name=NAME, position=1, conditions={"tag": TAG}, targets=targets)
    policy = policy_editing.create(by=ira, values=saying)
    editing.save_rule(EscalationRule(name=NAME, at="breached", policy=policy, escalate=True, tell_role="lead"), by=ira)


def waiting() -> int:
    """Clocks with something due that nobody has fired yet, and rules that have not acted yet."""
    due = OrderDisputeSLA.objects.filter(is_open=True, next_fire_at__lte=now()).count()
    return due + EscalationRun.objects.filter(state="waiting").count()


def report() -> dict:
    """What is wrong, in sentences, and how late thresholds fired, in seconds."""
    clocks = list(OrderDisputeSLA.objects.all())
    lines = Counter(_lines().values_list("clock", "kind", "threshold"))
    wrong = [f"differs: {one}" for one in verify.differences()]
    wrong += [f"fired {n} times: {key}" for key, n in lines.items() if n > 1]
    promised = terms.of_clocks(clocks)
    for clock in clocks:
        passed = promised[clock.pk].thresholds[: clock.reached]
        wrong += [f"never fired: {clock.pk} {one}" for one in passed if (clock.pk, one.kind, one.name) not in lines]
    early = _lines().filter(fired_at__lt=F("at")).count()
    wrong += [f"{early} thresholds fired before their time"] if early else []
    return {"wrong": wrong + _events(lines) + _rules(), "late": _late(), "thresholds": sum(lines.values())}


def _lines():
    return SLAEvent.objects.filter(kind__in=list(STAGES))


def _events(lines: Counter) -> list[str]:
    """Each first firing was told to the screens once."""
    told: Counter = Counter()
    for payload in DomainEvent.objects.filter(kind="ClockReached", payload__first=True).values_list(
        "payload", flat=True
    ):
        told[payload["clock_id"], payload["threshold"], payload["name"]] += 1
    return [f"told {n} times: {key}" for key, n in told.items() if n > 1] + [
        f"told nobody: {clock} {kind} {name}"
        for clock, kind, name in lines
        if told and (clock, STAGES[kind], name) not in told and _of_the_hunt(clock)
    ]


def _of_the_hunt(clock_id: int) -> bool:
    return OrderDisputeSLA.objects.filter(pk=clock_id, policy__name=NAME).exists()


def _rules() -> list[str]:
    """One run, one escalation and one notice per person for each clock that was missed."""
    policy = SLAPolicy.objects.filter(name=NAME).first()
    missed = OrderDisputeSLA.objects.filter(policy=policy, breached_at__isnull=False).count() if policy else 0
    runs = EscalationRun.objects.filter(state="done").count()
    raised = EscalationLog.objects.filter(rule=NAME).count()
    notices = Counter(SupportNotification.objects.filter(kind="rule").values_list("recipient", "dedup"))
    wrong = [] if missed == runs == raised else [f"{missed} missed, {runs} runs done, {raised} escalations"]
    return wrong + [f"told {n} times: {key}" for key, n in notices.items() if n > 1]


def _late() -> dict[str, float]:
    """Seconds from due to fired, of the clocks of the hunt."""
    rows = _lines().filter(clock__policy__name=NAME).values_list("at", "fired_at")
    late = sorted((fired - at) / timedelta(seconds=1) for at, fired in rows)
    if not late:
        return {}
    places = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: round(late[min(int(len(late) * share), len(late) - 1)], 3) for name, share in places.items()}


def say(what: dict | int) -> None:
    sys.stdout.write(json.dumps(what))
