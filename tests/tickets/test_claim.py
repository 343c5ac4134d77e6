"""Somebody takes a ticket."""

from functools import partial

import pytest

from support_management.audit.models import SupportActionLog
from support_management.core.errors import Conflict, NotAllowed
from support_management.people.models import SupportAvailability, SupportProfile, SupportWorkloadTracker, User
from support_management.routing.models import ReassignmentLog
from support_management.tickets import ownership
from support_management.tickets.models import Ticket, TicketMessage
from tests import cast
from tests.concurrency import at_once, errors
from tests.factories import make_agent, make_ticket, make_tickets
from tests.invariants import assert_desk_is_right
from tests.refusals import refused

pytestmark = pytest.mark.django_db


class TestClaim:
    def test_ada_takes_an_unowned_ticket(self, ada):
        row = ownership.claim(ticket=make_ticket().pk, by=ada)
        stored = Ticket.objects.get(pk=row.pk)
        assert (stored.assignee, stored.status, stored.units, stored.version) == (ada, "open", 1, row.version)
        assert SupportWorkloadTracker.objects.get(user=ada).load == 1
        assert_desk_is_right()

    def test_timeline_audit_and_history_tell_of_it(self, ada):
        row = ownership.claim(ticket=make_ticket().pk, by=ada)
        lines = TicketMessage.objects.filter(ticket=row, kind="system").values_list("body", flat=True)
        assert set(lines) == {"Claimed by Ada Agent", "Status: New → Open"}
        audit = SupportActionLog.objects.get(object_kind="ticket", object_id=row.pk, verb="assign")
        assert (audit.actor, audit.after["assignee"]) == (ada, ada.pk)
        assert ReassignmentLog.objects.get(ticket=row).to_agent == ada

    def test_taking_what_is_hers_already_changes_nothing(self, ada):
        row = ownership.claim(ticket=make_ticket().pk, by=ada)
        assert ownership.claim(ticket=row.pk, by=ada, version=1).version == row.version

    def test_ada_on_a_break_may_still_take_work(self, ada):
        SupportAvailability.objects.filter(user=ada).update(says="break")
        assert ownership.claim(ticket=make_ticket().pk, by=ada).assignee == ada

    def test_taking_a_waiting_ticket_leaves_it_waiting(self, ada):
        row = ownership.claim(ticket=make_ticket(status="pending").pk, by=ada)
        assert (row.status, row.units) == ("pending", 0)


class TestRefused:
    def test_ben_is_told_who_was_first(self, ada, ben):
        row = ownership.claim(ticket=make_ticket().pk, by=ada)
        with refused("taken", Conflict, match="Already assigned to Ada Agent") as refusal:
            ownership.claim(ticket=row.pk, by=ben)
        assert (refusal.value.code, refusal.value.extra) == ("taken", {"owner": "Ada Agent"})
        assert refusal.value.current.pk == row.pk

    def test_no_room_is_said_with_figures_and_nothing_changes(self, ada):
        SupportProfile.objects.filter(user=ada).update(capacity=1)
        ownership.claim(ticket=make_ticket().pk, by=ada)
        other = make_ticket()
        with refused("no_room", Conflict, match="1 of 1 units"):
            ownership.claim(ticket=other.pk, by=ada)
        assert Ticket.objects.get(pk=other.pk).version == other.version
        assert_desk_is_right()

    def test_zoe_from_another_website_cannot_see_it(self, zoe):
        with refused("not_found"):
            ownership.claim(ticket=make_ticket().pk, by=zoe)
        assert ownership.claim(ticket=make_ticket(website_id=None).pk, by=zoe).assignee == zoe

    @pytest.mark.parametrize("who", ["cleo", "wim", "eda"])
    def test_who_is_not_of_the_desk_finds_nothing(self, who, request):
        with refused("not_found"):
            ownership.claim(ticket=make_ticket().pk, by=request.getfixturevalue(who))

    def test_ira_runs_the_desk_and_owns_no_work(self, ira):
        with refused("not_an_agent", NotAllowed):
            ownership.claim(ticket=make_ticket().pk, by=ira)

    def test_a_suspended_agent_takes_nothing(self, ada):
        SupportProfile.objects.filter(user=ada).update(status="suspended")
        with refused("not_active", Conflict, match="suspended"):
            ownership.claim(ticket=make_ticket().pk, by=ada)

    def test_a_resolved_ticket_is_not_taken(self, ada):
        with refused("not_open", Conflict):
            ownership.claim(ticket=make_ticket(status="resolved").pk, by=ada)

    def test_an_old_version_is_told_the_new_state(self, ada):
        row = make_ticket()
        with refused("stale") as refusal:
            ownership.claim(ticket=row.pk, by=ada, version=row.version - 1)
        assert refusal.value.current.version == row.version

    def test_what_does_not_exist_is_not_found(self, ada):
        with refused("not_found"):
            ownership.claim(ticket=2**70, by=ada)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_twenty_agents_and_ten_tickets_give_ten_owners(self):
        agents = [make_agent(f"racer-{at}", capacity=2) for at in range(20)]
        tickets = make_tickets(10)
        results = at_once(*(partial(_claim_all, agent.pk, tickets, at) for at, agent in enumerate(agents)))
        assert errors(results) == []
        won = [pk for claimed in results for pk in claimed]
        assert sorted(won) == sorted(ticket.pk for ticket in tickets)
        assert all(tracker.load <= 2 for tracker in SupportWorkloadTracker.objects.all())
        assert_desk_is_right()

    def test_whoever_comes_second_is_told_the_name_of_the_first(self):
        racers = [make_agent(f"racer-{at}") for at in range(6)]
        row = make_ticket()
        results = at_once(*(partial(ownership.claim, ticket=row.pk, by=racer) for racer in racers))
        owner = Ticket.objects.get(pk=row.pk).assignee
        assert [str(error) for error in errors(results)] == [f"Already assigned to {owner}."] * 5

    def test_one_agent_in_many_tabs_never_goes_over_capacity(self):
        ada = cast.agent("ada", cast.north(), capacity=3)
        tickets = make_tickets(8)
        results = at_once(*(partial(_claim_all, ada.pk, [ticket], 0) for ticket in tickets))
        assert errors(results) == []
        assert sum(len(claimed) for claimed in results) == 3
        assert SupportWorkloadTracker.objects.get(user=ada).load == 3
        assert_desk_is_right()


def _claim_all(agent_pk: int, tickets: list[Ticket], start: int) -> list[int]:
    agent, won = User.objects.get(pk=agent_pk), []
    for at in range(len(tickets)):
        ticket = tickets[(start + at) % len(tickets)]
        try:
            ownership.claim(ticket=ticket.pk, by=agent)
        except Conflict:
            continue
        won.append(ticket.pk)
    return won
