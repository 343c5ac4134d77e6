"""Queries on skills and skill levels."""

from collections.abc import Iterable

from django.db.models import QuerySet

from support_management.people.skills.models import SkillLevel, Specialization


def levels_of(user_ids: Iterable[int] | None = None) -> dict[int, dict[int, int]]:
    """Levels by user id and skill id, of these people or of all; people without skills are missing. One query."""
    rows = SkillLevel.objects.order_by("pk")
    if user_ids is not None:
        rows = rows.filter(profile__user__in=list(user_ids))
    levels: dict[int, dict[int, int]] = {}
    for user_id, skill_id, level in rows.values_list("profile__user", "specialization", "level"):
        levels.setdefault(user_id, {})[skill_id] = level
    return levels


def all_skills() -> QuerySet[Specialization]:
    """All skills in display order."""
    return Specialization.objects.order_by("position", "name")
