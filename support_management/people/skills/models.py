"""Skills, and the levels of agents in them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from support_management.events.live_models import LiveModel
from support_management.people.models import SupportProfile

LEVELS = [(1, "1, beginner"), (2, "2, basic"), (3, "3, proficient"), (4, "4, expert"), (5, "5, authority")]


class Specialization(LiveModel):
    """A skill that work can require: billing, technical, delivery, dispute, a language."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(LiveModel.Meta):
        verbose_name = "skill"
        ordering = ["position", "name"]

    def __str__(self):
        return self.name


class SkillLevel(LiveModel):
    """The level of an agent in a skill, from 1 (beginner) to 5 (authority)."""

    profile = models.ForeignKey(SupportProfile, on_delete=models.CASCADE, related_name="skills")
    specialization = models.ForeignKey(
        Specialization, verbose_name="skill", on_delete=models.PROTECT, related_name="levels"
    )
    level = models.PositiveSmallIntegerField(
        choices=LEVELS, default=3, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )

    class Meta(LiveModel.Meta):
        verbose_name = "agent skill"
        ordering = ["specialization__position", "specialization__name"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "specialization"], name="one_level_per_skill"),
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="level_known"),
        ]

    def __str__(self):
        return f"{self.specialization} {self.level}"
