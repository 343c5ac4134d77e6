"""States of an order, and what is moved without an action."""

from itertools import product

import pytest

from support_management.core.errors import Conflict
from support_management.events.models import DomainEvent
from support_management.order_management.guards import FROM
from support_management.orders import actions
from support_management.orders.models import Order
from support_management.orders.status import MOVES, Status, way
from tests.factories import make_order
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("before", "after"), [pair for pair in product(Status.values, Status.values) if pair[0] != pair[1]]
)
def test_every_move_is_made_or_refused_in_words(before, after, lea):
    order = make_order(status=before)
    if after not in MOVES[before]:
        code, sentence = "illegal_move", "can't change from"
    elif after == "refunded":
        code, sentence = "by_refund", "Money is refunded by a decision"
    elif way(before, after):
        code, sentence = "needs_reason", f"use the action {way(before, after)}"
    else:
        moved = actions.set_status(order=order.pk, status=after, by=lea, version=order.version)
        stored = Order.objects.get(pk=order.pk)
        assert (stored.status, stored.version, stored.updated_at) == (after, order.version + 1, moved.updated_at)
        assert DomainEvent.objects.filter(kind="OrderMoved", payload__order_id=order.pk).count() == 1
        return
    with refused(code, Conflict, match=sentence):
        actions.set_status(order=order.pk, status=after, by=lea)
    assert Order.objects.get(pk=order.pk).version == order.version


def test_the_way_that_is_named_is_open():
    ways = [(before, way(before, after)) for before, moves in MOVES.items() for after in moves if way(before, after)]
    assert len(ways) > 8
    assert [pair for pair in ways if pair[0] not in FROM[pair[1]]] == []


def test_the_status_it_has_is_no_change(lea):
    order = make_order()
    assert actions.set_status(order=order.pk, status="in_progress", by=lea).version == order.version
