"""A reply to an unassigned ticket assigns it to the agent who replies."""

import pytest
from django.db.models import QuerySet

from support_management.core.errors import NotAllowed, Stale
from support_management.routing.models import ReassignmentLog
from support_management.tickets import conversation
from support_management.tickets.models import Ticket, TicketMessage, TicketType
from tests.api.program import Program, problem
from tests.concurrency import at_once, errors
from tests.factories import make_agent, make_ticket
from tests.invariants import assert_desk_is_right
from tests.pages.builders import Person, heard
from tests.refusals import refused
from tests.routing.builders import be

pytestmark = pytest.mark.django_db


class TestReply:
    def test_ada_replies_and_owns_it(self, ada):
        row = make_ticket()
        answer = Program(ada).post(f"tickets/{row.pk}/reply/", body="On it", status="pending", version=row.version)
        assert answer.status_code == 200, answer.content
        assert answer.json()["assignee"] == {"id": ada.pk, "name": "Ada Agent"}
        assert answer.json()["status"] == "pending"
        kinds = list(TicketMessage.objects.filter(ticket=row).values_list("kind", "body"))
        assert kinds[1:] == [
            ("system", "Claimed by Ada Agent"),
            ("system", "Status: New → Open"),
            ("reply", "On it"),
            ("system", "Status: Open → Pending"),
        ]
        assert ReassignmentLog.objects.get(ticket=row).cause == "claimed"
        assert_desk_is_right()

    @pytest.mark.parametrize("status", [None, "pending", "resolved"])
    def test_neither_capacity_nor_availability_nor_status_matters(self, db, status):
        full = make_agent("full", capacity=0)
        be(full, "offline")
        row = make_ticket(status=status)
        assert conversation.reply(ticket=row.pk, by=full, body="On it").assignee == full
        assert_desk_is_right()

    def test_the_page_says_so_before_and_after(self, ada):
        row = make_ticket()
        assert "Sending assigns this ticket to you." in Person(ada).page(f"/tickets/{row.number}/").text
        answer = Person(ada).post(f"/tickets/{row.number}/reply/", version=row.version, kind="reply", body="On it")
        assert heard(answer)["text"].endswith(". Assigned to you.")
        assert "Sending assigns" not in Person(ada).page(f"/tickets/{row.number}/").text


class TestTakesNothing:
    def test_a_queue_without_it(self, ada):
        QuerySet.update(TicketType.objects.all(), reply_takes=False)
        row = make_ticket()
        assert "Sending assigns" not in Person(ada).page(f"/tickets/{row.number}/").text
        assert conversation.reply(ticket=row.pk, by=ada, body="On it").assignee is None

    def test_a_note_a_customer_an_admin_and_who_may_own_nothing(self, ada, ben, cleo, ira):
        row = make_ticket()
        conversation.note(ticket=row.pk, by=ada, body="Called her.")
        conversation.reply(ticket=row.pk, by=cleo, body="Hello?")
        conversation.reply(ticket=row.pk, by=ira, body="We look into it.")
        QuerySet.update(type(ben.support_profile).objects.filter(user=ben), status="suspended")
        conversation.reply(ticket=row.pk, by=ben, body="So do I.")
        assert Ticket.objects.get(pk=row.pk).assignee is None

    def test_an_empty_reply_leaves_it_where_it_was(self, ada):
        row = make_ticket()
        problem(Program(ada).post(f"tickets/{row.pk}/reply/", body=" "), 400, "empty")
        after = Ticket.objects.get(pk=row.pk)
        assert (after.assignee, after.version) == (None, row.version)


class TestTwoAtOnce:
    @pytest.mark.django_db(transaction=True)
    def test_the_first_owns_it_and_the_second_gets_the_usual_conflict(self, ada, ben):
        row = make_ticket()
        results = at_once(
            *(
                lambda who=who: conversation.reply(ticket=row.pk, by=who, body="On it", version=row.version)
                for who in (ada, ben)
            )
        )
        [stale] = errors(results)
        assert isinstance(stale, Stale), stale
        after = Ticket.objects.get(pk=row.pk)
        assert TicketMessage.objects.get(ticket=row, kind="reply").author == after.assignee

    def test_and_without_a_version_it_is_with_somebody_else(self, ada, ben):
        row = make_ticket()
        conversation.reply(ticket=row.pk, by=ada, body="On it")
        with refused("not_yours", NotAllowed, match="Assigned to Ada Agent"):
            conversation.reply(ticket=row.pk, by=ben, body="Me too")
