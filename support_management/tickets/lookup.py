"""Queues and tags, by the plain words that people and programs use for them."""

from support_management.core import text
from support_management.core.errors import Invalid
from support_management.tickets.models import Tag, TicketType

MAX_TAGS = 20
TAG_LIMIT = 40


def type_of(slug: object) -> TicketType:
    """The queue with this slug."""
    found = TicketType.objects.filter(slug=slug).first() if isinstance(slug, str) and "\x00" not in slug else None
    if found is None:
        raise Invalid("unknown_type", "There is no such type of ticket.", field="type")
    return found


def tags_of(words: object) -> list[Tag]:
    """Tags for plain words. Invalid when it is no list of short words."""
    if not isinstance(words, (list, tuple)) or len(words) > MAX_TAGS:
        raise Invalid("bad_tags", f"Tags are a list of at most {MAX_TAGS} words.", field="tags")
    names = sorted({text.clean(word, field="tags", limit=TAG_LIMIT, one_line=True).lower() for word in words})
    known = {tag.name: tag for tag in Tag.objects.filter(name__in=names)} if names else {}
    return [known.get(name) or Tag.objects.get_or_create(name=name)[0] for name in names]
