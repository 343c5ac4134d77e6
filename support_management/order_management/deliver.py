"""What comes due by itself: held messages leave, and orders whose hold is over are released."""

from datetime import datetime

from support_management.core.errors import Conflict, DeskError
from support_management.core.locking import lock
from support_management.core.time import now
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import OrderActed
from support_management.order_management import status_actions
from support_management.order_management.models import HeldMessage, SupportOrderManagement
from support_management.orders.models import Order
from support_management.orders.status import Status
from support_management.people.models import User
from support_management.tickets import conversation, intake
from support_management.tickets.models import Ticket

BATCH = 200
QUEUE = "order"


def follow() -> int:
    """Send what is due and release what is over. Returns how many; what fails keeps nothing else from happening."""
    return _send_due() + _release_due()


def oldest_due() -> datetime | None:
    """Since when the oldest message is due that has not left; None without one."""
    waiting = HeldMessage.objects.filter(state=HeldMessage.State.WAITING, due_at__lte=now()).order_by("due_at", "id")
    return waiting.values_list("due_at", flat=True).first()


def _send_due() -> int:
    due = HeldMessage.objects.filter(state=HeldMessage.State.WAITING, due_at__lte=now()).order_by("due_at", "id")
    return sum(send(message=pk) for pk in due.values_list("pk", flat=True)[:BATCH])


def _release_due() -> int:
    due = Order.objects.filter(status=Status.ON_HOLD, held_until__lte=now()).order_by("held_until", "pk")
    return sum(_release(pk) for pk in due.values_list("pk", flat=True)[:BATCH])


@capability
def send(*, message: int) -> bool:
    """Send a held message that is due, once. False when it is not, or when it can't be sent, which is kept."""
    row = lock(HeldMessage, message)
    if row.state != HeldMessage.State.WAITING or row.due_at > now():
        return False
    action = SupportOrderManagement.objects.select_related("order", "performed_by").get(pk=row.action_id)
    try:
        row.ticket, row.state = _written(action, row), HeldMessage.State.SENT
    except DeskError as error:
        row.state, row.error = HeldMessage.State.FAILED, error.text[:300]
    row.save(update_fields=["ticket", "state", "error"])
    publish(
        OrderActed(order_id=action.order_id, action_id=action.pk, action=action.action, by_id=action.performed_by_id)
    )
    return row.state == HeldMessage.State.SENT


def open_ticket(order: Order, person: User) -> Ticket | None:
    """The newest open ticket of this person about the order."""
    return Ticket.objects.filter(order=order, requester=person, is_open=True).order_by("-id").first()


def _written(action: SupportOrderManagement, row: HeldMessage) -> Ticket:
    """The ticket that has the message: an open one of the person about the order, else one that the desk opens."""
    order, author, person = action.order, action.performed_by, row.recipient
    if author is None:
        raise Conflict("no_author", "Nobody wrote this message.")
    ticket = open_ticket(order, person)
    if ticket is not None:
        return conversation.tell(ticket=ticket.pk, by=author, body=row.body)
    subject = f"About order {order.reference}"
    return intake.create(by=author, requester=person, subject=subject, body=row.body, order=order.pk, type=QUEUE)


def _release(order: int) -> int:
    try:
        status_actions.release_elapsed(order=order)
    except DeskError:
        return 0  # released, disputed or held for longer meanwhile
    return 1
