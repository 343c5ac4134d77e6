"""The parties are told when an action can't be undone any longer."""

from datetime import timedelta

import pytest

from support_management.core.time import now
from support_management.order_management import deliver, undo
from support_management.order_management.acting import Words
from support_management.order_management.actions import perform
from support_management.order_management.models import HeldMessage
from support_management.orders.models import Order
from support_management.people.models import User
from support_management.tickets.models import Ticket, TicketMessage
from tests.factories import make_order, make_ticket
from tests.refusals import refused

pytestmark = pytest.mark.django_db
TOLD = Words("The bank asked for it", message="Your order waits for the bank.")


def due() -> None:
    """Ten seconds later."""
    HeldMessage.objects.update(due_at=now() - timedelta(seconds=1))


def hold_of(order: Order, by: User, words: Words = TOLD):
    return perform("hold", order=order.pk, by=by, words=words)


class TestLeaving:
    def test_it_leaves_into_the_clients_open_ticket_once_undo_is_over(self, ada, ben, cleo):
        order = make_order()
        ticket = make_ticket(order=order, assignee=ben)
        make_ticket(order=order, status="resolved")
        hold_of(order, ada)
        assert deliver.follow() == 0
        assert not TicketMessage.objects.filter(body=TOLD.message).exists()
        due()
        assert (deliver.follow(), deliver.follow()) == (1, 0)
        sent = TicketMessage.objects.get(body=TOLD.message)
        assert (sent.ticket, sent.author, sent.kind) == (ticket, ada, "reply")
        assert (sent.ticket.assignee, sent.ticket.status) == (ben, "open")
        assert HeldMessage.objects.get().ticket == ticket

    def test_without_an_open_ticket_the_desk_opens_one(self, ada, cleo):
        order = make_order()
        hold_of(order, ada)
        due()
        assert deliver.follow() == 1
        ticket = Ticket.objects.get()
        assert (ticket.requester, ticket.order, ticket.opened_by_desk) == (cleo, order, True)
        assert ticket.messages.get().body == TOLD.message

    def test_undone_it_never_leaves(self, ada):
        made = hold_of(make_order(), ada)
        undo.undo(action=made.pk, by=ada)
        due()
        assert deliver.follow() == 0
        assert HeldMessage.objects.get().state == "withdrawn"
        assert not Ticket.objects.exists()

    def test_once_it_has_left_it_is_too_late_to_undo(self, ada):
        made = hold_of(make_order(), ada)
        due()
        deliver.follow()
        with refused("too_late"):
            undo.undo(action=made.pk, by=ada)
        assert Order.objects.get().status == "on_hold"

    def test_what_cannot_be_sent_says_so_and_holds_nothing_up(self, ada, monkeypatch):
        monkeypatch.setattr(deliver, "QUEUE", "gone")
        hold_of(make_order(), ada)
        lost = HeldMessage.objects.get().pk
        due()
        assert deliver.follow() == 0
        row = HeldMessage.objects.get(pk=lost)
        assert (row.state, row.error) == ("failed", "This queue does not exist.")
        assert deliver.follow() == 0


def test_of_a_moved_deadline_both_parties_hear(ada, cleo, wim):
    order = make_order()
    until = now() + timedelta(days=3)
    perform(
        "move_deadline", order=order.pk, by=ada, words=Words("More pages", message="Two days more."), deadline=until
    )
    told = {message.recipient: message.body for message in HeldMessage.objects.all()}
    assert told[cleo] == "Two days more."
    assert told[wim].startswith(f"The deadline of order {order.reference} was moved to ")
    due()
    assert deliver.follow() == 2
    assert {ticket.requester for ticket in Ticket.objects.all()} == {cleo, wim}
