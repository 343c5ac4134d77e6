"""Priority and tags that clients and writers ask for: wishes, which a website may let them have."""

from dataclasses import dataclass

from support_management.core import text
from support_management.core.errors import Invalid
from support_management.core.priority import PRIORITY_WORDS, Priority
from support_management.people.models import User, Website
from support_management.tickets.lookup import MAX_TAGS, TAG_LIMIT

type Tags = list[str] | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Granted:
    """What is stored of a new ticket. `lines`: what was asked for and not given, for the team."""

    priority: int
    tags: Tags
    lines: tuple[str, ...] = ()


def granted(*, by: User | None, website_id: int | None, priority: int, tags: Tags) -> Granted:
    """The team and the system get what they say. Customers never get a refusal for it.

    Their priority is at most normal and they have no tags, unless the website allows more.
    """
    if by is None or by.is_desk:
        return Granted(priority, tags)
    above, words = priority < Priority.NORMAL, _usable(tags)
    if not above and not words:
        return Granted(priority, ())
    website = Website.objects.filter(pk=website_id).first()
    keeps_priority = not above or bool(website and website.customers_set_priority)
    keeps_tags = bool(website and website.customers_set_tags)
    refused = [] if keeps_priority else [f"priority {PRIORITY_WORDS[priority]}"]
    refused += [] if keeps_tags or not words else [f"tags {', '.join(words)}"]
    lines = (f"Customer asked for {'; '.join(refused)}",) if refused else ()
    return Granted(priority if keeps_priority else Priority.NORMAL, words if keeps_tags else (), lines)


def _usable(tags: Tags) -> list[str]:
    """The words among the tags that can be tags."""
    words = []
    for tag in tags[:MAX_TAGS] if isinstance(tags, list | tuple) else ():
        try:
            words.append(text.clean(tag, field="tags", limit=TAG_LIMIT, one_line=True))
        except Invalid:
            continue
    return words
