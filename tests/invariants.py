"""What always holds at the desk, whoever did what. A difference is told with the row that has it."""

from decimal import Decimal

from django.db import connection

from support_management.analytics import dashboards
from support_management.analytics.models import SupportDashboard
from support_management.core.time import NEVER
from support_management.disputes import load_units
from support_management.disputes.models import Dispute
from support_management.events import positions
from support_management.events.models import DomainEvent
from support_management.orders.models import Order
from support_management.orders.money import payment_status
from support_management.orders.money.status import HOLDING
from support_management.people.models import SupportWorkloadTracker
from support_management.sla.models import OrderDisputeSLA, SLAEvent
from support_management.sla.repair import verify
from support_management.tickets.editing import units_of
from support_management.tickets.models import Ticket
from support_management.tickets.status import IS_OPEN


def assert_desk_is_right() -> None:
    """Units, load, money, figures, deadlines, clocks, history and events agree with each other."""
    for ticket in Ticket.objects.select_related("type"):
        _ticket(ticket)
    for dispute in Dispute.objects.select_related("order"):
        _dispute(dispute)
    assert_money_adds_up()
    for tracker in SupportWorkloadTracker.objects.select_related("user"):
        tickets, disputes = tracker.user.assigned_tickets, tracker.user.assigned_disputes
        held = [sum(work.units for work in rows.filter(is_open=True)) for rows in (tickets, disputes)]
        kept = [tracker.load, tracker.ticket_load, tracker.dispute_load]
        assert kept == [sum(held), *held], f"load of {tracker.user}"
    for row in SupportDashboard.objects.select_related("agent"):
        kept = {name: getattr(row, name) for name in dashboards.count(row.agent)}
        assert kept == dashboards.count(row.agent), f"figures of {row.agent}"
    for clock in OrderDisputeSLA.objects.all():
        _clock(clock)
    assert [str(difference) for difference in verify.differences()] == []
    _events()


def assert_money_adds_up() -> None:
    """Payment statuses and sums follow from the money effects, which never give more than was paid."""
    assert list(payment_status.differences()) == []
    for order in Order.objects.all():
        effects = order.money_effects.filter(state__in=HOLDING, legacy=False, undecided=False)
        assert sum(effects.values_list("amount", flat=True), Decimal(0)) <= order.paid_amount, order


def _ticket(ticket: Ticket) -> None:
    assert ticket.is_open == (ticket.status in IS_OPEN), ticket
    assert ticket.units == units_of(ticket), ticket
    assert (ticket.resolved_at is None) == ticket.is_open, ticket
    clocks = list(OrderDisputeSLA.objects.filter(ticket=ticket, is_open=True).order_by("due_at", "id"))
    clock = next((clock for clock in clocks if clock.state != "paused"), None)
    shown = (ticket.next_due_at, ticket.due_state, ticket.due_metric)
    still = (NEVER, "paused", clocks[0].metric) if clocks else (NEVER, "", "")
    assert shown == ((clock.due_at, clock.screen_state, clock.metric) if clock else still), ticket
    if not ticket.is_open:
        assert not clocks, f"{ticket} is done and {clocks} run on"


def _dispute(dispute: Dispute) -> None:
    assert dispute.units == (load_units.of(dispute.priority) if dispute.is_open and dispute.assignee_id else 0), dispute
    assert (dispute.resolved_at is None) == dispute.is_open, dispute
    clock = OrderDisputeSLA.objects.filter(dispute=dispute, is_open=True).first()
    runs = clock is not None and clock.state != "paused"
    still = (NEVER, "paused") if clock else (NEVER, "")
    assert (dispute.next_due_at, dispute.due_state) == ((clock.due_at, clock.screen_state) if runs else still), dispute
    assert clock is None or dispute.is_open, dispute
    assert not dispute.is_open or dispute.order.status == "disputed", dispute
    assert dispute.amount_at_risk <= dispute.order.amount, dispute


def _clock(clock: OrderDisputeSLA) -> None:
    lines = SLAEvent.objects.filter(clock=clock).exclude(kind="escalated").order_by("id")
    kinds = list(lines.values_list("kind", flat=True))
    assert kinds[0] == "started", clock
    passed = [kind for kind in kinds if kind in ("warned", "at_risk", "breached")]
    assert len(passed) >= clock.reached, clock
    assert clock.retargets or passed == sorted(passed, key=["warned", "at_risk", "breached"].index), clock
    assert ("breached" in kinds) == (clock.state == "breached") == (clock.breached_at is not None), clock
    assert (kinds[-1] in ("met", "cancelled")) == (not clock.is_open), clock
    if not clock.retargets:  # another target can put the deadline before the moment of the change
        moments = list(lines.values_list("at", flat=True))
        assert moments == sorted(moments), clock


def _events() -> None:
    if connection.vendor != "sqlite":
        positions.place()
    places = list(DomainEvent.objects.order_by("pos").values_list("pos", flat=True))
    assert places == list(range(places[0], places[0] + len(places))) if places else True
