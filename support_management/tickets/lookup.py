"""Queues and tags, by the plain words that people and programs use for them."""

from support_management.core import text
from support_management.core.errors import Invalid
from support_management.core.folding import fold
from support_management.tickets.models import Tag, TicketType

MAX_TAGS = 20
TAG_LIMIT = 40


def type_of(slug: object) -> TicketType:
    """The queue with this slug."""
    found = TicketType.objects.filter(slug=slug).first() if isinstance(slug, str) and "\x00" not in slug else None
    if found is None:
        raise Invalid("unknown_type", "This queue does not exist.", field="type")
    return found


def tags_of(words: object) -> list[Tag]:
    """Tags for plain words, whatever their capitals. Invalid when it is no list of short words."""
    if not isinstance(words, (list, tuple)) or len(words) > MAX_TAGS:
        raise Invalid("bad_tags", f"Tags must be a list of up to {MAX_TAGS} words.", field="tags")
    names = sorted({text.clean(word, field="tags", limit=TAG_LIMIT, one_line=True).lower() for word in words})
    wanted: dict[str, str] = {}
    for name in names:
        wanted.setdefault(fold(name), name)
    known = {tag.folded: tag for tag in Tag.objects.filter(folded__in=wanted)} if wanted else {}
    return [known.get(key) or _new_tag(key, wanted[key]) for key in wanted]


def _new_tag(folded: str, name: str) -> Tag:
    """One that another request makes at the same moment is the same tag."""
    return Tag.objects.get_or_create(folded=folded, defaults={"name": name})[0]
