"""`manage.py check_desk` finds what was written past every signal, and repairs what can be repaired."""

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F, QuerySet

from support_management.analytics.models import SupportDashboard
from support_management.audit.triggers import install
from support_management.core.models import NumberSequence
from support_management.disputes.models import Dispute
from support_management.events import positions
from support_management.events.models import DomainEvent, Epoch
from support_management.orders.models import Order
from support_management.payment_issues.models import PaymentIssueLog
from support_management.people.models import SupportProfile, SupportWorkloadTracker
from support_management.routing.record import load_recount
from support_management.sla.models import OrderDisputeSLA
from support_management.tasks import check_loads
from support_management.tickets.models import Ticket
from tests.factories import make_dispute, make_payment_issue, make_ticket
from tests.invariants import assert_desk_is_right
from tests.past import erase_clocks

pytestmark = pytest.mark.django_db


def past_every_signal(model, **values) -> None:
    """What raw SQL does: no event, no handler."""
    QuerySet.update(model._base_manager.all(), **values)


@pytest.fixture
def work(ada):
    make_ticket(assignee=ada)
    make_ticket(assignee=ada, status="resolved")
    make_dispute(assignee=ada)
    make_payment_issue(by=ada)


def _without_clocks():
    tickets = OrderDisputeSLA.objects.filter(ticket__is_open=True)
    erase_clocks(OrderDisputeSLA.objects.filter(pk__in=list(tickets.values_list("pk", flat=True))))


REPAIRED = {
    "money": lambda: past_every_signal(Order, payment_status="refunded", undecided_amount=7),
    "clocks": _without_clocks,
    "due times": lambda: past_every_signal(Ticket, next_due_at=F("created_at")),
    "due times of disputes": lambda: past_every_signal(Dispute, due_state="paused"),
    "due times of payment issues": lambda: past_every_signal(PaymentIssueLog, due_state="paused"),
    "chargebacks": lambda: past_every_signal(Order, held_amount=7),
    "units": lambda: past_every_signal(Ticket, units=F("units") + 3),
    "units of disputes": lambda: past_every_signal(Dispute, units=F("units") + 3),
    "loads": lambda: past_every_signal(SupportWorkloadTracker, load=40, ticket_load=39),
    "search": lambda: past_every_signal(Ticket, subject="Another"),
    "dashboards": lambda: past_every_signal(SupportDashboard, tickets_pending=7),
    "counters": lambda: past_every_signal(NumberSequence, value=1),
    "triggers": lambda: install.drop(table=Ticket._meta.db_table),
}
REPORTED = {
    "history": lambda: past_every_signal(OrderDisputeSLA, target_seconds=F("target_seconds") + 1),
    "positions": lambda: QuerySet.delete(Epoch.objects.all()),
}


def check(*options: str) -> str:
    """The line of the command; empty when the desk is right."""
    try:
        call_command("check_desk", *options)
    except CommandError as error:
        return str(error)
    return ""


def test_a_desk_that_is_right(work, capsys):
    assert check() == ""
    assert capsys.readouterr().out.count(": ok\n") == 12


@pytest.mark.parametrize("what", REPAIRED)
def test_what_can_be_repaired(work, what, capsys):
    REPAIRED[what]()
    name = what.partition(" of ")[0]
    assert name in check()
    assert f"{name}: " in capsys.readouterr().err
    assert check("--repair") == ""
    assert check() == ""
    assert_desk_is_right()


@pytest.mark.parametrize("what", REPORTED)
def test_what_is_only_told(work, what):
    REPORTED[what]()
    assert f"not right: {what}" in check("--repair")


def test_positions_that_are_missing(work, monkeypatch):
    monkeypatch.setattr("support_management.events.positions.RAGGED", 1)
    positions.place()
    assert check() == ""
    middle = DomainEvent.objects.order_by("pos")[DomainEvent.objects.count() // 2]
    DomainEvent.objects.filter(pk=middle.pk)._raw_delete("default")
    assert "positions" in check("--repair")


def test_a_number_of_an_agent_is_not_given_again(work):
    NumberSequence.objects.filter(name="agent").update(value=1)
    assert "counters" in check()
    assert check("--repair") == ""
    assert not SupportProfile.objects.filter(
        registration_id=f"SUP-{NumberSequence.take('agent') - 10_000:05d}"
    ).exists()


class TestLoads:
    """The periodic check."""

    def test_a_wrong_load_is_logged_and_corrected(self, work, ada, caplog):
        past_every_signal(SupportWorkloadTracker, load=40)
        assert check_loads() == 1
        assert f"agent={ada.pk}" in caplog.text
        assert check_loads() == 0
        assert_desk_is_right()

    def test_a_right_one_costs_three_queries(self, work, django_assert_num_queries):
        with django_assert_num_queries(3):
            assert load_recount.check_all() == 0
