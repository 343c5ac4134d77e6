"""An agent loses a website: their open work there becomes unassigned, whoever took the website away, and how."""

import pytest
from django.db.models import QuerySet

from support_management.disputes.models import Dispute
from support_management.notifications.models import SupportNotification
from support_management.people.models import User
from support_management.routing.models import ReassignmentLog
from support_management.routing.transfer import unserved_work
from support_management.tasks import auto_reassign_unresolved_tasks
from support_management.tickets import triage
from support_management.tickets.models import Ticket, TicketMessage
from tests import cast
from tests.api.program import Program
from tests.factories import make_dispute, make_order, make_ticket
from tests.invariants import assert_desk_is_right

pytestmark = pytest.mark.django_db


def through_the_api(profile, ira):
    answer = Program(ira).call("patch", f"support-profiles/{profile.pk}/", websites=[cast.south().pk])
    assert answer.status_code == 200, answer.content


def in_the_admin(profile, ira, client):
    client.force_login(ira)
    address = f"/admin/support_management/supportprofile/{profile.pk}/change/"
    rows = {f"skills-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS")}
    facts = {"status": "active", "websites": [cast.south().pk], "capacity": 8, "phone": ""}
    answer = client.post(address, facts | rows)
    assert answer.status_code == 302, answer.content


DOORS = {
    "api": lambda profile, ira, client: through_the_api(profile, ira),
    "admin": in_the_admin,
    "set": lambda profile, ira, client: profile.websites.set([cast.south()]),
    "remove": lambda profile, ira, client: profile.websites.remove(cast.north()),
    "clear on the website": lambda profile, ira, client: cast.north().agents.clear(),
    "remove on the website": lambda profile, ira, client: cast.north().agents.remove(profile),
}


class TestEveryDoor:
    @pytest.mark.parametrize("door", DOORS)
    def test_her_open_work_there_is_unassigned_at_once(self, ada, lea, ira, client, door):
        profile = ada.support_profile
        profile.websites.add(cast.south())
        gone = [make_ticket(assignee=ada), make_ticket(assignee=ada, status="pending")]
        kept = make_ticket(assignee=ada, website_id=cast.south().pk)
        done, dispute = make_ticket(assignee=ada), make_dispute(assignee=ada)
        triage.set_status(ticket=done.pk, status="resolved", by=ada)
        DOORS[door](profile, ira, client)
        owners = dict(Ticket.objects.values_list("pk", "assignee"))
        assert owners == {gone[0].pk: None, gone[1].pk: None, kept.pk: ada.pk, done.pk: ada.pk}
        assert Dispute.objects.get(pk=dispute.pk).assignee is None
        assert set(ReassignmentLog.objects.filter(to_agent=None).values_list("cause", flat=True)) == {"unserved"}
        last = TicketMessage.objects.filter(ticket=gone[0]).last()
        assert last.body == "Unassigned from Ada Agent: no longer covers North"
        assert_desk_is_right()

    def test_the_first_website_of_an_agent_who_served_all_takes_the_others_away(self, ada):
        ada.support_profile.websites.clear()
        row = make_ticket(assignee=ada)
        ada.support_profile.websites.add(cast.south())
        assert Ticket.objects.get(pk=row.pk).assignee is None

    def test_a_lead_who_becomes_an_agent_keeps_what_is_on_her_websites(self, lea):
        lea.support_profile.websites.set([cast.south()])
        north, south = make_ticket(assignee=lea), make_ticket(assignee=lea, website_id=cast.south().pk)
        User.objects.filter(pk=lea.pk).update(role="support")
        assert list(Ticket.objects.filter(assignee=lea)) == [south]
        assert Ticket.objects.get(pk=north.pk).assignee is None

    def test_more_websites_or_none_at_all_take_nothing(self, ada):
        row, free = make_ticket(assignee=ada), make_ticket(assignee=ada, website_id=None)
        ada.support_profile.websites.add(cast.south())
        ada.support_profile.websites.clear()
        ada.support_profile.websites.set([cast.north()])
        assert set(Ticket.objects.filter(assignee=ada)) == {row, free}

    def test_the_sweep_finds_what_was_written_past_every_signal(self, ada):
        row = make_ticket(assignee=ada)
        QuerySet.update(Ticket.objects.filter(pk=row.pk), website=cast.south())
        make_dispute(order=make_order(website=cast.south()))
        assert auto_reassign_unresolved_tasks() == 1
        assert Ticket.objects.get(pk=row.pk).assignee is None
        assert auto_reassign_unresolved_tasks() == 0


def test_she_and_the_leads_are_told_once(ada, ben, lea):
    make_ticket(assignee=ada)
    make_ticket(assignee=ada)
    make_dispute(assignee=ada)
    SupportNotification.objects.all().delete()
    ada.support_profile.websites.set([cast.south()])
    told = {row.recipient: (row.kind, row.text) for row in SupportNotification.objects.all()}
    assert told == {
        ada: ("taken_away", "You no longer cover North: 2 tickets and 1 dispute unassigned"),
        lea: ("team_unserved", "Ada Agent no longer covers North: 2 tickets and 1 dispute unassigned"),
    }
    assert SupportNotification.objects.count() == 2


def test_nothing_to_do_costs_two_queries(ada, django_assert_num_queries):
    make_ticket(assignee=ada)
    with django_assert_num_queries(2):
        assert unserved_work.release() == []
