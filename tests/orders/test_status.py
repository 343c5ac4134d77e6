"""States of an order."""

from itertools import product

import pytest

from support_management.core.errors import Conflict
from support_management.events.models import DomainEvent
from support_management.orders import actions
from support_management.orders.models import Order
from support_management.orders.status import MOVES, Status
from tests.factories import make_order
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("before", "after"), [pair for pair in product(Status.values, Status.values) if pair[0] != pair[1]]
)
def test_every_move_is_legal_or_refused_with_both_names(before, after, lea):
    order = make_order(status=before)
    if after == "refunded" in MOVES[before]:
        with refused("by_refund", Conflict):
            actions.set_status(order=order.pk, status=after, by=lea)
    elif after in MOVES[before]:
        moved = actions.set_status(order=order.pk, status=after, by=lea, version=order.version)
        stored = Order.objects.get(pk=order.pk)
        assert (stored.status, stored.version, stored.updated_at) == (after, order.version + 1, moved.updated_at)
        assert DomainEvent.objects.filter(kind="OrderMoved", payload__order_id=order.pk).count() == 1
    else:
        with refused("illegal_move", Conflict, match="can't change from"):
            actions.set_status(order=order.pk, status=after, by=lea)


def test_the_status_it_has_is_no_change(lea):
    order = make_order()
    assert actions.set_status(order=order.pk, status="in_progress", by=lea).version == order.version
