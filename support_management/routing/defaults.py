"""Default skills and skill rules. A rule has no effect until an active agent has its skill (`inputs.skill_rules`)."""

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
    """Create the skills and rules of a new installation. Does nothing when there are any skills or rules."""
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
