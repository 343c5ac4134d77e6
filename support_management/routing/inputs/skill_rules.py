"""Which skills work asks for, as admins wrote it down: rules from the database.

A skill that nobody active has is not asked for: before the first skill was given to anybody, and after the last who had
it left, work goes to whoever has room instead of waiting for no one.
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
    """What a rule may ask for, checked and in one shape. Invalid names what is wrong. Nothing named: all work."""
    return checks.conditions_of(value, kinds=KINDS)


def check_written(rule_id: int) -> None:
    """Of a rule that no form wrote: Invalid refuses conditions that no work could be compared with."""
    row = SkillRule.objects.filter(pk=rule_id).first()
    if row is not None:
        checks.check_shape(row.conditions, kinds=KINDS)


def asked() -> list[skills.Rule]:
    """The rules that are on, for skills that somebody active has."""
    rows = SkillRule.objects.filter(Exists(_held()), active=True).select_related("specialization")
    return [_rule(row) for row in rows]


def all_of_them() -> QuerySet[SkillRule]:
    """Every rule in its place, each with whether somebody active has its skill (`is_held`). One query."""
    return SkillRule.objects.select_related("specialization").annotate(is_held=Exists(_held()))


def unheld() -> set[int]:
    """Skills that rules ask for and nobody active has: they are not asked for until somebody does."""
    rows = SkillRule.objects.filter(~Exists(_held()), active=True)
    return set(rows.values_list("specialization", flat=True))


def _held() -> QuerySet[SkillLevel]:
    return SkillLevel.objects.filter(
        specialization=OuterRef("specialization"),
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
