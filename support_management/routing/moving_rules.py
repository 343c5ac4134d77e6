"""The rules by which work is reassigned without anybody asking, in words for the page of routing rules."""

from dataclasses import dataclass

from django.conf import settings

from support_management.routing.models import ReassignmentLog
from support_management.sla.escalation.models import EscalationRule

Cause = ReassignmentLog.Cause
BY_HAND = {Cause.CLAIMED, Cause.MANUAL, Cause.RELEASED, Cause.UNDONE, Cause.WRITTEN}
"""Causes of changes that a person makes; every other cause belongs to a rule below."""
_IN_USE = "Tickets in which the assignee is active on their screen stay."


@dataclass(frozen=True, slots=True)
class MovingRule:
    """`causes`: how the assignment history names its moves; `when` it moves work, and what `stays`."""

    causes: frozenset[str]
    name: str
    when: str
    stays: str = ""


def moving_rules() -> list[MovingRule]:
    """Every rule that reassigns work automatically, under the settings of this installation."""
    return [
        *_absences(),
        *_of_who_is_there(),
        MovingRule(
            frozenset({Cause.RETURNED}),
            "Back within the cool-down",
            f"An agent who is back within {settings.COOL_DOWN_MINUTES} min gets work back that nobody has touched.",
        ),
        MovingRule(
            frozenset({Cause.ASSIGNED, Cause.SKILL}), "Arrival", "Unassigned work of automatic queues gets an assignee."
        ),
        MovingRule(frozenset({Cause.RULE}), "Escalation rule", "A rule below moves it at its threshold."),
    ]


def escalation_rules() -> list[EscalationRule]:
    """The active escalation rules that reassign work."""
    return list(EscalationRule.objects.filter(active=True).exclude(reassign="").order_by("name"))


def _absences() -> list[MovingRule]:
    absent, pause = settings.ABSENT_MINUTES, settings.BREAK_MINUTES
    return [
        MovingRule(
            frozenset({Cause.AWAY, Cause.OFFLINE}),
            "Away or offline",
            f"The assignee has been away, unseen, absent, off shift or offline for {absent} min. Work assigned to them "
            f"meanwhile moves {absent} min after it was assigned.",
            f"Tickets that wait for the customer or a third party stay. {_IN_USE}",
        ),
        MovingRule(
            frozenset({Cause.BREAK}),
            "Break",
            f"The assignee has been on a break for {pause} min; for {absent} min if the SLA is at risk, breached or "
            f"due within {absent} min.",
            _IN_USE,
        ),
        MovingRule(
            frozenset({Cause.SUSPENDED, Cause.INACTIVE}),
            "No longer an agent",
            "At once: suspended, inactive, other role.",
        ),
        MovingRule(
            frozenset({Cause.UNSERVED}),
            "Website no longer covered",
            "At once, when an agent loses a website: unassigned.",
        ),
    ]


def _of_who_is_there() -> list[MovingRule]:
    return [
        MovingRule(
            frozenset({Cause.SLA_RISK}),
            "SLA at risk",
            "The SLA is at risk, the assignee has not worked on it, and another agent has a clearly lower load. "
            "Offered once.",
            f"{_touched()} {_hold()}",
        ),
        MovingRule(
            frozenset({Cause.OVERLOAD}),
            "Over capacity",
            "The assignee has more units than their capacity, tickets and disputes together: the newest leaves first.",
            f"What a lead assigned above capacity stays. {_touched()} {_hold()}",
        ),
    ]


def _touched() -> str:
    return "Touched work stays: changed by the assignee, with a draft of theirs, or open while they are active in it."


def _hold() -> str:
    return (
        f"Work stays with an agent who took or was given it for {settings.HOLD_MINUTES} min, or "
        f"{settings.HOLD_TARGET_PERCENT}% of its SLA target if that is longer."
    )
