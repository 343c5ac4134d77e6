"""Queues and tags by the words that users and API clients send."""

from support_management.core.errors import Invalid
from support_management.core.folding import fold
from support_management.core.labels import LABEL_LIMIT, label
from support_management.tickets.models import Tag, TicketType

MAX_TAGS = 20
TAG_LIMIT = LABEL_LIMIT


def type_of(slug: object) -> TicketType:
    """The queue with this slug. Invalid unknown_type without one."""
    queue = TicketType.objects.filter(slug=slug).first() if isinstance(slug, str) and "\x00" not in slug else None
    if queue is None:
        raise Invalid("unknown_type", "This queue does not exist.", field="type")
    return queue


def tags_of(words: object) -> list[Tag]:
    """The tags for these words, case-insensitive; missing ones are created. Invalid bad_tags unless a short list."""
    if not isinstance(words, (list, tuple)) or len(words) > MAX_TAGS:
        raise Invalid("bad_tags", f"Tags must be a list of up to {MAX_TAGS} words.", field="tags")
    names = sorted({label(word, field="tags").lower() for word in words})
    name_by_folded: dict[str, str] = {}
    for name in names:
        name_by_folded.setdefault(fold(name), name)
    existing = {tag.folded: tag for tag in Tag.objects.filter(folded__in=name_by_folded)} if name_by_folded else {}
    return [existing.get(key) or _new_tag(key, name_by_folded[key]) for key in name_by_folded]


def _new_tag(folded: str, name: str) -> Tag:
    """Get or create: a concurrent request may create the same tag."""
    return Tag.objects.get_or_create(folded=folded, defaults={"name": name})[0]
