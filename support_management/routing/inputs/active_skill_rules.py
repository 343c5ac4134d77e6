"""Skill rules from the database: which skills work requires.

A skill that no active agent has is not required: work goes to agents with free capacity instead of waiting in vain.
"""

from datetime import timedelta

from django.db.models import Exists, OuterRef, QuerySet

from support_management.conditions import checks
from support_management.conditions.matching import listed
from support_management.people import roles
from support_management.people.models import SupportProfile
from support_management.people.skills.models import SkillLevel
from support_management.routing.engine import skills
from support_management.routing.models import SkillRule

KINDS = ("ticket", "dispute")
"""What routing assigns."""


def conditions_of(value: object) -> dict:
    """Validated conditions of a rule in one shape; empty conditions match all work. Invalid names the error."""
    return checks.conditions_of(value, kinds=KINDS)


def check_written(rule_id: int) -> None:
    """Validate a rule that was not written by a form. Invalid when its conditions cannot be evaluated."""
    row = SkillRule.objects.filter(pk=rule_id).first()
    if row is not None:
        checks.check_shape(row.conditions, kinds=KINDS)


def active_rules() -> list[skills.Rule]:
    """Active rules for skills that at least one active agent has."""
    rows = SkillRule.objects.filter(Exists(_levels_of_active_agents()), active=True).select_related("specialization")
    return [_rule(row) for row in rows]


def all_rules() -> QuerySet[SkillRule]:
    """All rules in order, each with `is_held`: whether an active agent has the skill. One query."""
    return SkillRule.objects.select_related("specialization").annotate(is_held=Exists(_levels_of_active_agents()))


def skills_without_agents() -> set[int]:
    """Ids of skills in active rules that no active agent has, so that they are not required."""
    rows = SkillRule.objects.filter(~Exists(_levels_of_active_agents()), active=True)
    return set(rows.values_list("specialization", flat=True))


def is_held(specialization: int) -> bool:
    """Whether an active agent has the skill."""
    return _levels_of_active_agents(of=specialization).exists()


def _levels_of_active_agents(of: int | OuterRef | None = None) -> QuerySet[SkillLevel]:
    return SkillLevel.objects.filter(
        specialization=of or OuterRef("specialization"),
        profile__status=SupportProfile.Status.ACTIVE,
        profile__user__is_active=True,
        profile__user__role__in=roles.AGENTS,
    )


def _rule(row: SkillRule) -> skills.Rule:
    return skills.Rule(
        specialization=row.specialization_id,
        name=row.specialization.name,
        level=row.level,
        relax=timedelta(minutes=row.relax_minutes) if row.relax_minutes else None,
        conditions={key: listed(value) for key, value in row.conditions.items()},
    )
