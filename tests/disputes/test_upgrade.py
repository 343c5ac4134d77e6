"""A desk from before orders moved with their disputes: what contradicts the rules is mended, and the audit tells."""

from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db.models import QuerySet

from support_management import migrations
from support_management.analytics import dashboards
from support_management.audit.models import SupportActionLog
from support_management.disputes import lifecycle
from support_management.disputes.models import Dispute
from support_management.events.capability import unit_of_work
from support_management.events.suppression import quietly
from support_management.orders.models import Order
from support_management.sla.models import OrderDisputeSLA, SLAEvent
from support_management.sla.repair import reconcile
from tests.factories import make_dispute, make_order
from tests.invariants import assert_desk_is_right
from tests.past import erase

pytestmark = pytest.mark.django_db
[NAME] = [file.stem for file in Path(migrations.__path__[0]).glob("*_orders_follow_disputes.py")]
upgrade = import_module(f"support_management.migrations.{NAME}")


def mend() -> None:
    with quietly():
        upgrade.mend(apps, SimpleNamespace(connection=SimpleNamespace(vendor="any")))
    with unit_of_work():
        reconcile.stray_orders()
    dashboards.check_all()  # as every five minutes


@pytest.mark.parametrize(
    ("outcome", "refund", "after"),
    [
        ("resolved_client", "120.00", "refunded"),
        ("resolved_client", "20.00", "in_progress"),
        ("resolved_writer", 0, "completed"),
        ("withdrawn", 0, "in_progress"),
    ],
)
def test_an_order_left_disputed_goes_on_and_its_clock_ends(lea, outcome, refund, after):
    row = make_dispute(order=make_order(status="paused"))
    lifecycle.resolve(dispute=row.pk, outcome=outcome, notes="x", by=lea, refund=refund)
    QuerySet.update(Order.objects.all(), status="disputed")
    QuerySet.update(OrderDisputeSLA.objects.filter(order=row.order), state="running", completed_at=None)
    erase(SLAEvent.objects.filter(clock__order=row.order, kind="met"))
    mend()
    order = Order.objects.get(pk=row.order_id)
    assert order.status == after
    line = SupportActionLog.objects.get(object_kind="order", object_id=order.pk, door="migration")
    assert (line.actor, line.before, line.after) == (None, {"status": "disputed"}, {"status": after})
    assert not OrderDisputeSLA.objects.filter(order=order, is_open=True).exists()
    assert_desk_is_right()


def test_an_order_moved_while_its_dispute_is_open_is_disputed_again(lea):
    row = make_dispute(order=make_order(status="paused"))
    QuerySet.update(Dispute.objects.all(), order_status_before="")
    with quietly():
        Order.objects.update(status="completed")
    mend()
    row.refresh_from_db()
    assert (row.order.status, row.order_status_before) == ("disputed", "completed")
    assert SupportActionLog.objects.filter(object_kind="order", door="migration").count() == 1
    assert_desk_is_right()


def test_no_more_is_at_risk_than_the_order_cost(lea):
    row = make_dispute()
    QuerySet.update(Dispute.objects.all(), amount_at_risk=99_999)
    mend()
    assert Dispute.objects.get(pk=row.pk).amount_at_risk == 120
    line = SupportActionLog.objects.get(object_kind="dispute", door="migration")
    assert (line.before, line.after) == ({"amount_at_risk": "99999.00"}, {"amount_at_risk": "120.00"})
    assert_desk_is_right()


def test_a_desk_without_contradictions_is_left_alone(lea):
    make_dispute()
    lifecycle.resolve(dispute=make_dispute().pk, outcome="withdrawn", notes="x", by=lea)
    make_order(status="disputed")
    mend()
    assert not SupportActionLog.objects.filter(door="migration").exists()
