"""How urgent work is. Stored as a rank so that lists sort by it; its word is what people and programs see."""

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
    """The rank of a priority word; Invalid names the words there are."""
    if not isinstance(word, str) or word not in PRIORITY_RANKS:
        raise Invalid(
            "unknown_priority", f"Unknown priority. Use one of {', '.join(PRIORITY_RANKS)}.", field="priority"
        )
    return PRIORITY_RANKS[word]
