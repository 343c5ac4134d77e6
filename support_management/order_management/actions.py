"""All actions by their names: what each takes beside the order, its words and the version."""

from collections.abc import Callable
from dataclasses import dataclass

from support_management.core.errors import Invalid
from support_management.order_management import deadline, dispute_actions, files, status_actions
from support_management.order_management.acting import Words
from support_management.order_management.models import SupportOrderManagement
from support_management.people.models import User

ALIASES = {"restore_in_progress": "restore_to_progress"}
"""Earlier names of actions."""


@dataclass(frozen=True, slots=True)
class OrderAction:
    """An action: its capability, what it takes beside the usual, and its past tense for the message of success."""

    perform: Callable[..., SupportOrderManagement]
    done: str
    takes: str = ""
    undoable: bool = True


ACTIONS: dict[str, OrderAction] = {
    "restore_to_progress": OrderAction(status_actions.restore_to_progress, "is in progress again"),
    "hold": OrderAction(status_actions.hold, "is on hold", "until"),
    "release": OrderAction(status_actions.release, "was released"),
    "cancel": OrderAction(status_actions.cancel, "was cancelled"),
    "move_deadline": OrderAction(deadline.move_deadline, "has another deadline", "deadline"),
    "enable_files": OrderAction(files.enable_files, "has its files enabled"),
    "restrict_files": OrderAction(files.restrict_files, "has its files restricted"),
    "close_dispute_client": OrderAction(
        dispute_actions.close_dispute_client, "has its dispute decided for the client", "amount", undoable=False
    ),
    "close_dispute_writer": OrderAction(
        dispute_actions.close_dispute_writer, "has its dispute decided for the writer", undoable=False
    ),
}
TAKES = ("until", "deadline", "amount")


def perform(
    action: str, *, order: int, by: User, words: Words, version: int | None = None, **values
) -> SupportOrderManagement:
    """Perform an action by its name. Invalid unknown_action; not_taken for a value that the action does not take."""
    spec = ACTIONS.get(ALIASES.get(action, action))
    if spec is None:
        raise Invalid("unknown_action", f"Action must be one of {', '.join(ACTIONS)}.", field="action")
    given = {name: value for name, value in values.items() if value not in (None, "")}
    for name in given:
        if name != spec.takes:
            raise Invalid("not_taken", "This action does not take it.", field=name)
    if spec.takes == "deadline":
        given.setdefault("deadline", None)
    return spec.perform(order=order, by=by, words=words, version=version, **given)
