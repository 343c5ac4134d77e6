"""The three kinds of rules: each stores conditions through its own door and meets real tickets in its own engine."""

from support_management.conditions.facts import of_ticket
from support_management.models import EscalationRule, EscalationRun, OrderDisputeSLA, SkillRule, SLAPolicy, Ticket
from support_management.people.models import User
from support_management.people.skills.models import SkillLevel, Specialization
from support_management.people.viewer import viewer_of
from support_management.routing.inputs import active_skill_rules, snapshot
from support_management.sla import policy_editing
from support_management.sla.escalation import editing, enqueue
from support_management.sla.policy import explain
from support_management.sla.policy_editing import PolicyValues
from tests import cast
from tests.factories import breached

NAME = "Ours"


class PolicyKind:
    """It matches when it is the policy of the ticket: it stands first."""

    model = SLAPolicy

    @staticmethod
    def store(conditions: object, *, by: User) -> dict:
        targets = [{"metric": "resolution", "minutes": 60}]
        saying = PolicyValues(name=NAME, position=1, conditions=conditions, targets=targets)
        return SLAPolicy.objects.get(pk=policy_editing.create(by=by, values=saying).pk).conditions

    @staticmethod
    def matches(ticket: Ticket) -> bool:
        winner = explain.match("ticket", ticket.pk, seen_by=viewer_of(cast.person("lea", "lead"))).winner
        return winner is not None and winner.name == NAME


class EscalationKind:
    """It matches when a threshold of the ticket's clock leaves a run of it."""

    model = EscalationRule

    @staticmethod
    def store(conditions: object, *, by: User) -> dict:
        rule = editing.save_rule(EscalationRule(name=NAME, escalate=True, conditions=conditions), by=by)
        return EscalationRule.objects.get(pk=rule.pk).conditions

    @staticmethod
    def matches(ticket: Ticket) -> bool:
        clock = OrderDisputeSLA.objects.filter(ticket=ticket).latest("pk")
        enqueue.from_thresholds([breached(clock)])
        return EscalationRun.objects.filter(clock=clock, rule__name=NAME).exists()


class SkillKind:
    """It matches when the ticket asks for its skill."""

    model = SkillRule

    @staticmethod
    def store(conditions: object, *, by: User) -> dict:
        SkillRule.objects.update(active=False)
        skill = Specialization.objects.get(slug="billing")
        holder = cast.agent("holder", cast.north())
        SkillLevel.objects.create(profile=holder.support_profile, specialization=skill, level=5)
        checked = active_skill_rules.conditions_of(conditions)
        return SkillRule.objects.create(name=NAME, conditions=checked, specialization=skill, level=1).conditions

    @staticmethod
    def matches(ticket: Ticket) -> bool:
        [work] = snapshot.work(list(snapshot.read_tickets().filter(pk=ticket.pk)))
        return [need.name for need in work.needs] == ["Billing"]


RULE_KINDS = (PolicyKind, EscalationKind, SkillKind)


def facts_of(ticket: Ticket):
    """As every engine sees it."""
    return of_ticket(snapshot.read_tickets().get(pk=ticket.pk))
