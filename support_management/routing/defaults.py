"""What a fresh desk asks of its agents. Nothing holds until somebody was given a skill (`rules`)."""

from support_management.people.skills.models import Specialization
from support_management.routing.models import SkillRule

SKILLS = ("billing", "technical", "delivery", "dispute", "account")
RULES: tuple[tuple[str, dict, str, int], ...] = (
    ("Payments", {"kind": "ticket", "type": "payment"}, "billing", 2),
    ("Technical questions", {"kind": "ticket", "type": "technical"}, "technical", 2),
    ("Orders", {"kind": "ticket", "type": "order"}, "delivery", 1),
    ("Accounts", {"kind": "ticket", "type": "account"}, "account", 1),
    ("Disputes", {"kind": "dispute"}, "dispute", 2),
)
"""Name, conditions, skill, level."""


def make() -> None:
    """Skills and rules of a first install; once there are any, they are the admins'."""
    if Specialization.objects.exists() or SkillRule.objects.exists():
        return
    skills = {
        slug: Specialization.objects.create(slug=slug, name=slug.title(), position=position)
        for position, slug in enumerate(SKILLS)
    }
    for position, (name, conditions, slug, level) in enumerate(RULES):
        SkillRule.objects.create(
            name=name, position=position, conditions=conditions, specialization=skills[slug], level=level
        )
