"""Deciding the open dispute of an order from the order itself."""

from support_management.audit import log
from support_management.core.errors import Conflict
from support_management.disputes import lifecycle
from support_management.disputes.status import Status
from support_management.events.capability import capability
from support_management.order_management import acting, queries
from support_management.order_management.acting import Words
from support_management.order_management.models import SupportOrderManagement
from support_management.orders.models import Order
from support_management.people.models import User

Action = SupportOrderManagement.Action


@capability
def close_dispute_client(
    *, order: int, by: User, words: Words, amount=0, version: int | None = None
) -> SupportOrderManagement:
    """Decide the order's open dispute for the client. `amount` goes back to them, as in resolving the dispute."""
    outcome = Status.RESOLVED_CLIENT
    return _decide(Action.CLOSE_DISPUTE_CLIENT, outcome, order, by=by, words=words, version=version, amount=amount)


@capability
def close_dispute_writer(*, order: int, by: User, words: Words, version: int | None = None) -> SupportOrderManagement:
    """Decide the order's open dispute for the writer."""
    return _decide(Action.CLOSE_DISPUTE_WRITER, Status.RESOLVED_WRITER, order, by=by, words=words, version=version)


def _decide(
    action: str, outcome: str, order: int, *, by: User, words: Words, version: int | None, amount=0
) -> SupportOrderManagement:
    words = words.cleaned()
    row = acting.begin(action, order, by=by, version=version)
    dispute = queries.open_dispute(row.pk)
    if dispute is None:
        raise Conflict("illegal_move", "There is no open dispute about this order.", current=row)
    lifecycle.resolve(dispute=dispute.pk, outcome=outcome, notes=words.reason, refund=amount or 0, by=by)
    after = Order.objects.get(pk=row.pk)
    made = acting.record(action, row, {"status": after.status}, by=by, words=words, dispute=dispute.number)
    made.order_version = after.version
    made.save(update_fields=["order_version"])
    log.record(by=by, verb=action, on=after, after={"dispute": dispute.number, "action": made.pk})
    acting.finish(made, by=by, told=acting.to_client(row, words))
    return made
