"""Agents may read every ticket of their websites; what lists, boards and figures show them stays theirs."""

import pytest

from support_management.core.errors import NotAllowed, NotFound
from support_management.people.models import User
from support_management.people.viewer import viewer_of
from support_management.sla.models import OrderDisputeSLA
from support_management.tickets import board, conversation, links, ownership, queries, triage
from support_management.tickets.lane_counts import LaneCounts
from support_management.tickets.models import Ticket, TicketMessage
from tests import cast
from tests.api.program import Program, problem
from tests.factories import make_dispute, make_order, make_ticket
from tests.pages.builders import Person
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def bens(ben):
    return make_ticket(assignee=ben, priority="urgent", order=make_order())


def ids(answer) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


class TestReading:
    def test_ada_opens_bens_ticket_everywhere(self, ada, ben, bens):
        program = Program(ada)
        for address in ("", "messages/", "decisions/"):
            assert program.get(f"tickets/{bens.pk}/{address}").status_code == 200, address
        assert ids(program.get("tickets/", assignee=ben.pk)) == [bens.pk]
        clock = OrderDisputeSLA.objects.filter(ticket=bens).first()
        assert program.get(f"sla/clocks/{clock.pk}/").status_code == 200
        assert clock.pk in ids(program.get("sla/clocks/", kind="ticket", object_id=bens.pk))
        assert program.get("routing/preview/", ticket=bens.pk).status_code == 200
        page = Person(ada).page(f"/tickets/{bens.number}/")
        assert "Assigned to Ben Agent. You can add internal notes." in page.text
        found = Person(ada, scripted=False).get("/find/", number=bens.number[2:])
        assert found.headers["Location"] == f"/tickets/{bens.number}/"

    def test_it_is_in_none_of_her_lists_and_figures(self, ada, bens):
        viewer, program = viewer_of(ada), Program(ada)
        assert ids(program.get("tickets/")) == ids(program.get("tickets/", priority="urgent")) == []
        assert ids(program.get("tickets/", assignee="")) == [], "an empty filter asks for nobody"
        assert ids(program.get("sla/clocks/", kind="ticket")) == []
        assert program.get("dashboard/tickets/").json()["total_open"] == 0
        assert not any(board.first_rows(viewer).values())
        assert LaneCounts().of(viewer)["high_priority"].total == 0
        assert queries.open_totals(viewer)["total_open"] == 0

    def test_zoe_of_another_website_finds_nothing(self, zoe, ben, bens):
        program = Program(zoe)
        problem(program.get(f"tickets/{bens.pk}/"), 404, "not_found")
        assert ids(program.get("tickets/", assignee=ben.pk)) == []
        assert Person(zoe).get(f"/tickets/{bens.number}/").status_code == 404
        with refused("not_found", NotFound):
            conversation.note(ticket=bens.pk, by=zoe, body="Hello")

    def test_with_the_setting_off_ada_reads_what_is_listed(self, ada, ben, bens, settings):
        settings.AGENTS_READ_ALL = False
        problem(Program(ada).get(f"tickets/{bens.pk}/"), 404, "not_found")
        assert ids(Program(ada).get("tickets/", assignee=ben.pk)) == []
        assert Person(ada).get(f"/tickets/{bens.number}/").status_code == 404


class TestChanging:
    def test_she_leaves_a_note(self, ada, bens):
        answer = Person(ada).post(f"/tickets/{bens.number}/note/", version=bens.version, body="He called.")
        assert answer.status_code == 204
        assert TicketMessage.objects.get(ticket=bens, kind="note").author == ada

    @pytest.mark.parametrize(
        "change",
        [
            lambda row, by: conversation.reply(ticket=row.pk, by=by, body="Mine now"),
            lambda row, by: triage.set_status(ticket=row.pk, status="pending", by=by),
            lambda row, by: triage.set_priority(ticket=row.pk, priority="low", by=by),
            lambda row, by: triage.set_type(ticket=row.pk, type="payment", by=by),
            lambda row, by: triage.set_tags(ticket=row.pk, tags=["vip"], by=by),
            lambda row, by: ownership.release(ticket=row.pk, by=by),
            lambda row, by: ownership.assign(ticket=row.pk, to=by, by=by, reason="for me"),
            lambda row, by: links.to_dispute(
                ticket=row.pk, dispute_id=make_dispute().pk, order_id=row.order_id, number="D-1", by=by
            ),
        ],
    )
    def test_and_changes_nothing(self, ada, bens, change):
        with refused("not_yours", NotAllowed):
            change(bens, User.objects.get(pk=ada.pk))
        assert Ticket.objects.get(pk=bens.pk).version == bens.version

    def test_the_page_offers_her_no_dispute(self, ada, ben, bens):
        address = f"/tickets/{bens.number}/"
        assert "Open a dispute" not in Person(ada).page(address).text
        assert "Open a dispute" in Person(ben).page(address).text


def test_the_row_and_the_list_say_the_same(ada, ben, lea, cleo, zoe, bens, settings):
    rows = [bens, make_ticket(), make_ticket(assignee=ada), make_ticket(website_id=cast.south().pk)]
    for read_all in (True, False):
        settings.AGENTS_READ_ALL = read_all
        for person in (ada, ben, lea, cleo, zoe):
            viewer = viewer_of(User.objects.get(pk=person.pk))
            for row in Ticket.objects.filter(pk__in=[row.pk for row in rows]):
                assert queries.may_see(viewer, row) == queries.visible_to(viewer).filter(pk=row.pk).exists()
                assert queries.is_listed(viewer, row) == queries.listed_for(viewer).filter(pk=row.pk).exists()
