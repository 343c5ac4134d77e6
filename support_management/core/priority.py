"""Priorities. Stored as a rank, by which lists sort; users and the API see the word."""

from django.db.models import IntegerChoices

from support_management.core.errors import Invalid


class Priority(IntegerChoices):
    URGENT = 1, "Urgent"
    HIGH = 2, "High"
    NORMAL = 3, "Normal"
    LOW = 4, "Low"


PRIORITY_WORDS = {int(rank): rank.name.lower() for rank in Priority}
PRIORITY_RANKS = {word: rank for rank, word in PRIORITY_WORDS.items()}


def rank_of(word: str) -> int:
    """The rank of a priority word. Invalid unknown_priority lists the valid words."""
    if not isinstance(word, str) or word not in PRIORITY_RANKS:
        raise Invalid(
            "unknown_priority", f"Unknown priority. Use one of {', '.join(PRIORITY_RANKS)}.", field="priority"
        )
    return PRIORITY_RANKS[word]
