"""A ticket comes in."""

import pytest

from support_management.analytics import agent_performance
from support_management.core.errors import Invalid, NotAllowed
from support_management.core.time import NEVER
from support_management.events.models import DomainEvent
from support_management.sla.models import OrderDisputeSLA, SLAPolicy
from support_management.sla.repair import reconcile
from support_management.tickets import conversation, intake, triage
from support_management.tickets.models import Ticket, TicketMessage
from tests.factories import make_order, make_ticket
from tests.invariants import assert_desk_is_right
from tests.refusals import refused

pytestmark = pytest.mark.django_db


class TestCreate:
    def test_cleo_asks_and_the_promises_start(self, cleo):
        row = intake.create(by=cleo, subject="  Where is\nit? ", body="My order")
        stored = Ticket.objects.get(pk=row.pk)
        assert (stored.subject, stored.status, stored.requester) == ("Where is it?", "new", cleo)
        assert stored.number.startswith("T-")
        assert {clock.metric for clock in OrderDisputeSLA.objects.filter(ticket=row)} == {
            "first_response",
            "resolution",
        }
        assert (stored.due_metric, stored.due_state) == ("first_response", "on_track")
        assert DomainEvent.objects.filter(kind="TicketCreated", payload__ticket_id=row.pk).count() == 1
        assert_desk_is_right()

    def test_numbers_are_never_given_twice(self):
        assert len({make_ticket().number for _ in range(5)}) == 5

    def test_what_ada_opens_for_cleo_is_her_letter_and_owes_no_first_response(self, ada, cleo):
        row = intake.create(by=ada, requester=cleo, subject="Your order", body="It is late, sorry", channel="internal")
        message = TicketMessage.objects.get(ticket=row)
        assert (row.opened_by_desk, message.kind, message.author) == (True, "reply", ada)
        metrics = OrderDisputeSLA.objects.filter(ticket=row).order_by("id").values_list("metric", "state")
        assert list(metrics.all()) == [("resolution", "running")]
        triage.set_priority(ticket=row.pk, priority="high", by=ada)
        reconcile.ticket(row.pk)
        reconcile.everything()
        assert list(metrics.all()) == [("resolution", "running")]
        conversation.reply(ticket=row.pk, by=cleo, body="When does it come?")
        assert list(metrics.all()) == [("resolution", "running"), ("next_response", "running")]
        conversation.reply(ticket=row.pk, by=ada, body="Tomorrow")
        assert list(metrics.all()) == [("resolution", "running"), ("next_response", "met")]
        stored = Ticket.objects.get(pk=row.pk)
        assert (stored.first_replied_at, agent_performance.of(ada).average_response_time_hours) == (None, None)
        assert_desk_is_right()

    def test_words_that_ada_passes_on_stay_cleos(self, ada, cleo):
        row = intake.create(by=ada, requester=cleo, subject="Mail", body="Where is it?", opened_by_desk=False)
        message = TicketMessage.objects.get(ticket=row)
        assert (row.opened_by_desk, message.kind, message.author) == (False, "requester", cleo)
        assert OrderDisputeSLA.objects.get(ticket=row, metric="first_response").state == "running"

    @pytest.mark.parametrize("who", ["ada", "cleo"])
    def test_what_one_asks_for_oneself_is_no_letter(self, ada, cleo, who):
        person = {"ada": ada, "cleo": cleo}[who]
        row = intake.create(by=person, subject="Help", body="Please", opened_by_desk=True)
        assert (row.opened_by_desk, TicketMessage.objects.get(ticket=row).kind) == (False, "requester")

    def test_work_about_an_order_belongs_to_its_website(self, cleo):
        order = make_order()
        assert intake.create(by=cleo, subject="a", body="b", order=order.pk).website == order.website

    def test_without_a_promise_there_is_no_clock_and_no_due(self, cleo):
        SLAPolicy.objects.update(active=False)
        row = make_ticket()
        assert (row.next_due_at, row.due_state) == (NEVER, "")
        assert_desk_is_right()


class TestRefused:
    def test_cleo_does_not_ask_for_wim(self, cleo, wim):
        with refused("not_yours", NotAllowed):
            intake.create(by=cleo, requester=wim, subject="a", body="b")

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("subject", "", "empty"),
            ("subject", "x" * 201, "too_long"),
            ("body", "\x00", "null_character"),
            ("priority", "asap", "unknown_priority"),
            ("type", "nope", "unknown_type"),
            ("tags", "vip", "bad_tags"),
            ("channel", "fax", "unknown_channel"),
        ],
    )
    def test_the_field_that_cannot_be_taken_is_named(self, ada, field, value, code):
        with refused(code, Invalid, field=field):
            intake.create(**{"by": ada, "subject": "a", "body": "b"} | {field: value})
        assert not Ticket.objects.exists()

    def test_nobody_asks_for_nobody(self, db):
        with refused("empty", Invalid, field="requester"):
            intake.create(by=None, subject="a", body="b")
