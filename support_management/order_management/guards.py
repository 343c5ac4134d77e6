"""When an action is possible, and the sentence that says why it is not: the same on the page and in a refusal."""

from dataclasses import dataclass

from support_management.core.errors import Conflict
from support_management.disputes.models import Dispute
from support_management.order_management.models import SupportOrderManagement
from support_management.orders.models import Order
from support_management.orders.status import HOLDABLE, OPEN, RESTORABLE, Status
from support_management.people.viewer import Viewer

Action = SupportOrderManagement.Action
FROM: dict[str, tuple[str, ...]] = {
    Action.RESTORE_TO_PROGRESS: RESTORABLE,
    Action.HOLD: HOLDABLE,
    Action.RELEASE: (Status.ON_HOLD,),
    Action.CANCEL: OPEN,
    Action.MOVE_DEADLINE: OPEN,
    Action.ENABLE_FILES: tuple(Status.values),
    Action.RESTRICT_FILES: tuple(Status.values),
    Action.CLOSE_DISPUTE_CLIENT: (Status.DISPUTED,),
    Action.CLOSE_DISPUTE_WRITER: (Status.DISPUTED,),
}
"""Statuses of an order in which each action is possible."""
DECIDES_DISPUTE = (Action.CLOSE_DISPUTE_CLIENT, Action.CLOSE_DISPUTE_WRITER)
MOVES_STATUS = (Action.RESTORE_TO_PROGRESS, Action.HOLD, Action.RELEASE, Action.CANCEL)
_NAMES = dict(Status.choices)


@dataclass(frozen=True, slots=True)
class Possibility:
    """An action and, when it is not possible, the reason."""

    action: str
    label: str
    why_not: str = ""


def why_not(action: str, order: Order, dispute: Dispute | None, viewer: Viewer | None = None) -> str:
    """Why the action is not possible now; empty when it is. `dispute`: the open one about the order, if any."""
    if dispute is not None and action in MOVES_STATUS:
        return "This order has an open dispute. Its outcome moves the order."
    if action in DECIDES_DISPUTE and dispute is None:
        return "There is no open dispute about this order."
    if order.status not in FROM[action]:
        return f"Not possible while the order is {_NAMES[order.status].lower()}: only {_from(action)}."
    if action in DECIDES_DISPUTE and dispute is not None:
        return _taken(dispute, viewer)
    if action == Action.ENABLE_FILES and order.files_enabled:
        return "Files are enabled already."
    if action == Action.RESTRICT_FILES and not order.files_enabled:
        return "Files are restricted already."
    return ""


def require_possible(action: str, order: Order, dispute: Dispute | None, viewer: Viewer | None) -> None:
    """Conflict illegal_move with the reason unless the action is possible. `viewer` None: the system."""
    sentence = why_not(action, order, dispute, viewer)
    if sentence:
        raise Conflict("illegal_move", sentence, current=order)


def possibilities(order: Order, dispute: Dispute | None, viewer: Viewer) -> list[Possibility]:
    """Every action with the reason why it is not possible, if it is not."""
    return [Possibility(name, label, why_not(name, order, dispute, viewer)) for name, label in Action.choices]


def _from(action: str) -> str:
    names = [_NAMES[status].lower() for status in FROM[action]]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _taken(dispute: Dispute, viewer: Viewer | None) -> str:
    """Agents decide their own and unassigned disputes, leads all."""
    if viewer is None or viewer.is_lead or dispute.assignee_id in (None, viewer.id):
        return ""
    return "The dispute is assigned to another agent."
