"""Whether the client may download the files of an order."""

from support_management.events.capability import capability
from support_management.order_management import acting
from support_management.order_management.acting import Words
from support_management.order_management.models import SupportOrderManagement
from support_management.people.models import User

Action = SupportOrderManagement.Action


@capability
def enable_files(*, order: int, by: User, words: Words, version: int | None = None) -> SupportOrderManagement:
    """Let the client download the files."""
    words = words.cleaned()
    row = acting.begin(Action.ENABLE_FILES, order, by=by, version=version)
    return acting.change(Action.ENABLE_FILES, row, {"files_enabled": True}, by=by, words=words)


@capability
def restrict_files(*, order: int, by: User, words: Words, version: int | None = None) -> SupportOrderManagement:
    """Keep the client from downloading the files."""
    words = words.cleaned()
    row = acting.begin(Action.RESTRICT_FILES, order, by=by, version=version)
    return acting.change(Action.RESTRICT_FILES, row, {"files_enabled": False}, by=by, words=words)
