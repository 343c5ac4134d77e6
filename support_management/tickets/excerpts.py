"""Messages of a list: long ones by their beginning, so that a page stays small whatever is written in them."""

from collections.abc import Iterable, Iterator

from django.db.models import Case, F, QuerySet, TextField, When
from django.db.models.functions import Left, Length

from support_management.tickets.models import TicketMessage

LONGEST = 8_000
"""Characters up to which a message is shown whole."""
BEGINNING = 4_000
"""Characters shown of a longer one."""
MOST = 80_000
"""Characters of text on one page."""


def load(rows: QuerySet[TicketMessage]) -> list[TicketMessage]:
    """The messages, long ones cut: their rest, `hidden` characters, is not even read. One query."""
    shown = Case(When(length__lte=LONGEST, then=F("body")), default=Left("body", BEGINNING), output_field=TextField())
    return [_cut(message) for message in rows.defer("body").annotate(length=Length("body"), shown=shown)]


def _cut(message) -> TicketMessage:
    message.body, message.hidden = message.shown, message.length - len(message.shown)
    return message


def that_fit(messages: Iterable[TicketMessage]) -> Iterator[TicketMessage]:
    """The first messages that fit on one page, at least one."""
    characters = 0
    for number, message in enumerate(messages):
        characters += len(message.body)
        if number and characters > MOST:
            return
        yield message
