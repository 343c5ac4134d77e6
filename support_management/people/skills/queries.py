"""Who is how good at what."""

from collections.abc import Iterable

from django.db.models import QuerySet

from support_management.people.skills.models import SkillLevel, Specialization


def levels_of(user_ids: Iterable[int] | None = None) -> dict[int, dict[int, int]]:
    """By person, then by skill (ids), of these people or of all; who has no skill is missing. One query."""
    rows = SkillLevel.objects.order_by("pk")
    if user_ids is not None:
        rows = rows.filter(profile__user__in=list(user_ids))
    found: dict[int, dict[int, int]] = {}
    for user_id, skill_id, level in rows.values_list("profile__user", "specialization", "level"):
        found.setdefault(user_id, {})[skill_id] = level
    return found


def all_skills() -> QuerySet[Specialization]:
    """In the order in which they are shown."""
    return Specialization.objects.order_by("position", "name")
