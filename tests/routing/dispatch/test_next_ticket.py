"""An agent takes what is next."""

from functools import partial

import pytest
from django.db.models import QuerySet

from support_management.core.errors import Conflict, NotAllowed
from support_management.people.models import SupportProfile
from support_management.routing.dispatch import next_ticket
from support_management.routing.models import AssignmentDecision
from support_management.tickets import ownership
from support_management.tickets.models import Ticket
from tests.concurrency import at_once, errors
from tests.factories import make_agent, make_ticket, make_tickets
from tests.invariants import assert_desk_is_right
from tests.refusals import refused
from tests.routing.builders import able, asks, be, queue, room

pytestmark = pytest.mark.django_db


class TestTakes:
    def test_what_presses_most_of_pull_and_automatic_queues(self, ada):
        queue("payment")
        queue("other", "manual")
        make_ticket(priority="urgent", type="other")
        normal, high = make_ticket(), make_ticket(priority="high", type="payment")
        assert next_ticket.take_next(by=ada).pk == high.pk
        assert next_ticket.take_next(by=ada).pk == normal.pk
        [told, _] = AssignmentDecision.objects.order_by("pk")
        assert (told.ticket_id, told.trigger, told.chosen, told.by) == (high.pk, "next", ada, ada)
        assert [one["agent"] for one in told.candidates] == [ada.pk]
        assert_desk_is_right()

    def test_what_fits_her(self, ada, zoe):
        asks("billing", 2, type="payment")
        able(ada, "billing", 1)
        make_ticket(type="payment", priority="urgent")
        row = make_ticket(priority="low")
        assert next_ticket.take_next(by=ada).pk == row.pk
        with refused("nothing_next", Conflict, match="There are no tickets in the queue"):
            next_ticket.take_next(by=zoe)

    def test_also_while_she_is_not_there(self, ada):
        be(ada, "away")
        row = make_ticket()
        assert next_ticket.take_next(by=ada).pk == row.pk

    def test_the_next_one_when_somebody_was_first(self, ada, ben, monkeypatch):
        first, second = make_ticket(priority="high"), make_ticket()
        real = ownership.claim

        def claim(*, ticket, by, decision):
            if ticket == first.pk:
                real(ticket=ticket, by=ben)
            return real(ticket=ticket, by=by, decision=decision)

        monkeypatch.setattr(ownership, "claim", claim)
        assert next_ticket.take_next(by=ada).pk == second.pk


class TestNothing:
    def test_no_room(self, ada):
        room(ada, 1)
        make_tickets(2)
        next_ticket.take_next(by=ada)
        with refused("nothing_next", Conflict, match="No free capacity: 1 of 1 units"):
            next_ticket.take_next(by=ada)

    def test_nothing_waits(self, ada):
        with refused("nothing_next", Conflict, match="no tickets in the queue"):
            next_ticket.take_next(by=ada)

    def test_nothing_that_fits_and_why(self, ada):
        asks("billing", 2)
        able(make_agent("nia"), "billing", 5)
        make_ticket()
        with refused("nothing_next", Conflict, match="no Billing skill"):
            next_ticket.take_next(by=ada)

    def test_for_who_cannot_own_work(self, ira, ada):
        make_ticket()
        with refused("not_an_agent", NotAllowed):
            next_ticket.take_next(by=ira)
        QuerySet.update(SupportProfile.objects.filter(user=ada), status="suspended")
        with refused("not_active", Conflict, match="suspended"):
            next_ticket.take_next(by=ada)


@pytest.mark.django_db(transaction=True)
def test_eight_who_take_at_once_get_eight():
    agents = [make_agent(f"racer-{at}") for at in range(8)]
    make_tickets(8)
    results = at_once(*(partial(next_ticket.take_next, by=agent) for agent in agents))
    assert errors(results) == []
    assert len({row.pk for row in results}) == 8
    assert Ticket.objects.filter(assignee=None).count() == 0
    assert_desk_is_right()
