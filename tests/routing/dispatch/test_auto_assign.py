"""Work finds its owner: when it arrives, when somebody is free or there again, and in the sweep."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.events.bus import publish
from support_management.events.capability import capability
from support_management.events.catalogue import AvailabilityChanged, WorkDecided
from support_management.events.models import DomainEvent
from support_management.people.models import SupportProfile
from support_management.routing.dispatch import auto_assign, backlog_sweep, triggers
from support_management.routing.inputs import snapshot
from support_management.routing.models import AssignmentDecision, ReassignmentLog
from support_management.routing.record import decisions
from support_management.tasks import auto_reassign_unresolved_tasks, route_waiting_work
from support_management.tickets import intake, ownership, triage
from support_management.tickets.models import Ticket
from tests import cast
from tests.factories import make_agent, make_dispute, make_order, make_ticket, make_tickets
from tests.invariants import assert_desk_is_right
from tests.routing.builders import able, asks, be, queue, room

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_seen(monkeypatch):
    """What the process saw in another test says nothing here."""
    monkeypatch.setattr(backlog_sweep, "_last_empty_pass", None)


@pytest.fixture
def after_commit(django_capture_on_commit_callbacks):
    """What happens in here is followed, as after its commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def owner(ticket: Ticket):
    return Ticket.objects.get(pk=ticket.pk).assignee


class TestArrival:
    def test_a_ticket_of_an_automatic_queue_has_an_owner_at_once(self, ada, cleo, after_commit):
        queue("general")
        with after_commit():
            row = intake.create(
                by=None, requester=cleo, subject="Where is it?", body="Late", website_id=cast.north().pk
            )
        assert owner(row) == ada
        last = ReassignmentLog.objects.get(ticket=row)
        assert (last.from_agent, last.to_agent, last.cause, last.by) == (None, ada, "assigned", None)
        told = AssignmentDecision.objects.get(ticket=row)
        assert (told.trigger, told.outcome, told.chosen, told.units) == ("arrival", "assigned", ada, 1)
        assert [one["agent"] for one in told.candidates] == [ada.pk]
        assert not DomainEvent.objects.filter(kind="TicketAssigned", actor_id=cleo.pk).exists()
        assert_desk_is_right()

    @pytest.mark.parametrize("mode", ["pull", "manual"])
    def test_other_queues_wait_for_a_hand(self, mode, ada, cleo, after_commit):
        queue("general", mode)
        with after_commit() as asked:
            row = intake.create(by=cleo, subject="Where is it?", body="Late")
        assert (owner(row), len(asked)) == (None, 1), "only the live path is told"
        assert (route_waiting_work(), owner(row)) == (0, None)

    def test_trouble_in_routing_is_no_trouble_of_the_client(self, ada, cleo, after_commit, monkeypatch, caplog):
        queue("general")
        monkeypatch.setattr(auto_assign, "choose", lambda *_: 1 / 0)
        with after_commit():
            row = intake.create(by=cleo, subject="Where is it?", body="Late")
        assert owner(row) is None
        assert "division by zero" in caplog.text

    def test_moving_into_an_automatic_queue_and_putting_back_are_arrivals_too(self, ada, ben, after_commit):
        queue("payment")
        row = make_ticket()
        with after_commit():
            triage.set_type(ticket=row.pk, type="payment", by=ada)
        first = owner(row)
        with after_commit():
            ownership.release(ticket=row.pk, by=first)
        assert {first, owner(row)} == {ada, ben}, "who put it back is not asked again so soon"

    def test_who_put_it_back_is_not_asked_again_so_soon(self, ada, settings):
        queue("general")
        row = make_ticket(assignee=ada)
        ownership.release(ticket=row.pk, by=ada)
        assert [no.code for no in auto_assign.route_ticket(row.pk).refusals] == ["had_it"]
        settings.COOL_DOWN_MINUTES = 0
        assert auto_assign.route_ticket(row.pk).chosen.agent == ada.pk

    def test_work_that_wakes_up_without_an_owner(self, ada, after_commit):
        queue("general")
        row = make_ticket(status="pending")
        assert (route_waiting_work(), owner(row)) == (0, None), "it waits for the requester"
        with after_commit():
            triage.set_status(ticket=row.pk, status="open", by=None)
        assert owner(row) == ada

    def test_disputes_only_where_rules_hand_them_out(self, ada, cleo, after_commit, settings):
        with after_commit():
            pulled = make_dispute()
        settings.DISPUTE_MODE = "automatic"
        with after_commit():
            given = make_dispute()
        assert Dispute.objects.get(pk=given.pk).assignee == ada
        assert Dispute.objects.get(pk=pulled.pk).assignee is None
        assert (route_waiting_work(), Dispute.objects.get(pk=pulled.pk).assignee) == (1, ada)
        assert_desk_is_right()


class TestChoice:
    def test_who_knows_the_client_or_the_order_comes_first(self, ada, ben, cleo, wim):
        queue("general")
        order = make_order()
        make_ticket(assignee=ada, requester=cleo)
        assert auto_assign.preview(make_ticket(requester=cleo)).chosen.agent == ada.pk
        make_ticket(assignee=ben, requester=cast.person("pat", "client"), order=order)
        make_tickets(2, assignee=ben, requester=cast.person("pat", "client"))
        assert auto_assign.preview(make_ticket(requester=wim, order=order)).chosen.agent == ben.pk

    def test_skills_websites_and_standing_are_asked(self, ada, ben, zoe):
        asks("billing", 2)
        able(ben, "billing", 3)
        able(zoe, "billing", 5)
        decision = auto_assign.preview(make_ticket())
        assert decision.chosen.agent == ben.pk
        assert {(no.agent, no.code) for no in decision.refusals} == {(ada.pk, "no_skill"), (zoe.pk, "not_served")}
        QuerySet.update(SupportProfile.objects.filter(user=ben), status="suspended")
        assert auto_assign.preview(make_ticket()).chosen is None

    def test_a_preview_changes_nothing(self, ada):
        queue("general")
        row = make_ticket()
        before = (Ticket.objects.values().get(pk=row.pk), DomainEvent.objects.count())
        assert auto_assign.preview(row).chosen.agent == ada.pk
        assert (Ticket.objects.values().get(pk=row.pk), DomainEvent.objects.count()) == before
        assert not AssignmentDecision.objects.exists()


class TestLostRaces:
    def test_who_is_full_by_now_is_passed_over(self, ada, ben, monkeypatch):
        queue("general")
        row = make_ticket()
        seen = snapshot.agents()
        make_ticket(assignee=ada, requester=cast.person("pat", "client"))
        room(ada, 1)
        answers = iter([seen])
        monkeypatch.setattr(snapshot, "agents", lambda *ids, real=snapshot.agents: next(answers, None) or real(*ids))
        decision = auto_assign.route_ticket(row.pk)
        assert (decision.chosen.agent, owner(row)) == (ben.pk, ben)

    def test_what_a_hand_took_meanwhile_stays_with_it(self, ada, ben, monkeypatch):
        queue("general")
        row = make_ticket()
        real = snapshot.agents

        def agents(*ids):
            if owner(row) is None:
                ownership.claim(ticket=row.pk, by=ben)
            return real(*ids)

        monkeypatch.setattr(snapshot, "agents", agents)
        assert auto_assign.route_ticket(row.pk) is None
        assert owner(row) == ben


class TestFreed:
    def test_whoever_resolves_one_gets_what_comes_first(self, ada, after_commit):
        queue("general")
        room(ada, 1)
        held, low, high = make_ticket(assignee=ada), make_ticket(priority="low"), make_ticket(priority="high")
        with after_commit():
            triage.set_status(ticket=held.pk, status="resolved", by=ada)
        assert (owner(high), owner(low)) == (ada, None)
        assert decisions.in_force(Ticket.objects.get(pk=high.pk)).trigger == "freed"
        assert_desk_is_right()

    def test_what_does_not_fit_them_is_passed_over(self, ada, after_commit):
        queue("general")
        queue("payment", weight=3)
        room(ada, 2)
        held, big, small = make_ticket(assignee=ada), make_ticket(type="payment", priority="high"), make_ticket()
        make_ticket(assignee=ada, requester=cast.person("pat", "client"))
        with after_commit():
            triage.set_status(ticket=held.pk, status="pending", by=ada)
        assert (owner(big), owner(small)) == (None, ada)

    def test_who_is_not_there_gets_nothing(self, ada, after_commit):
        queue("general")
        held, waiting = make_ticket(assignee=ada), make_ticket()
        be(ada, "away")
        with after_commit():
            triage.set_status(ticket=held.pk, status="resolved", by=ada)
        assert owner(waiting) is None


@capability
def tell_available(agent, available: bool = True) -> None:
    publish(AvailabilityChanged(agent_id=agent.pk, state="online", available=available, cause="said", by_id=agent.pk))


class TestAvailable:
    def test_who_comes_gets_what_waits(self, ada, after_commit):
        queue("general")
        rows = make_tickets(2)
        with after_commit():
            tell_available(ada)
        assert [owner(row) for row in rows] == [ada, ada]

    def test_who_comes_back_gets_what_was_theirs(self, ada, ben, after_commit):
        row = make_ticket(assignee=ada)
        be(ada, "away", minutes=60)
        assert (auto_reassign_unresolved_tasks(), owner(row)) == (1, ben)
        be(ada, "online")
        with after_commit():
            tell_available(ada)
        assert owner(row) == ada

    def test_who_goes_gets_nothing(self, ada, after_commit):
        queue("general")
        row = make_ticket()
        with after_commit() as asked:
            tell_available(ada, available=False)
        assert (owner(row), len(asked)) == (None, 1), "only the live path is told"


class TestSweep:
    def test_everything_that_somebody_can_take_is_taken_in_work_order(self, ada, ben):
        queue("general")
        room(ada, 2)
        room(ben, 1)
        rows = [make_ticket(priority=word) for word in ("low", "normal", "high", "urgent")]
        assert route_waiting_work() == 3
        assert [owner(row) is None for row in rows] == [True, False, False, False]
        assert_desk_is_right()

    def test_nothing_waits_and_two_looks_are_enough(self, ada):
        queue("general")
        make_tickets(3, assignee=ada)
        with CaptureQueriesContext(connection) as taken:
            assert triggers.sweep() == 0
        assert len(taken) == 2

    def test_what_was_in_vain_is_not_tried_again_until_something_changes(self, ada, monkeypatch):
        queue("general")
        room(ada, 0)
        row = make_ticket()
        planned = []
        monkeypatch.setattr(
            backlog_sweep, "plan", lambda *a, real=backlog_sweep.plan, **f: planned.append(1) or real(*a, **f)
        )
        for _ in range(3):
            assert route_waiting_work() == 0
        assert len(planned) == 1
        room(ada, 1)
        assert (route_waiting_work(), owner(row), len(planned)) == (1, ada, 2)

    def test_a_skill_that_is_relaxed_lets_others_take_it(self, ada, ben, monkeypatch):
        queue("general")
        asks("billing", 2, relax_minutes=30)
        able(ada, "billing", 1)
        row = make_ticket()
        assert (route_waiting_work(), owner(row)) == (0, None)
        later = now() + timedelta(minutes=31)
        for module in (backlog_sweep, snapshot):
            monkeypatch.setattr(module, "now", lambda: later)
        assert (route_waiting_work(), owner(row)) == (1, ada)
        told = decisions.in_force(Ticket.objects.get(pk=row.pk))
        assert (told.trigger, told.needs[0]["level"], told.needs[0]["asked"]) == ("relaxed", 1, 2)

    def test_behind_a_page_of_what_nobody_can_do_there_may_be_work(self, ada, monkeypatch):
        monkeypatch.setattr(backlog_sweep.backlog, "PAGE", 3)
        queue("general")
        queue("payment")
        asks("billing", 1, type="payment")
        able(make_agent("nia", capacity=0), "billing", 1)
        make_tickets(4, type="payment", priority="urgent")
        row = make_ticket(priority="low")
        assert (route_waiting_work(), owner(row)) == (1, ada)

    def test_the_cost_does_not_grow_with_agents_or_work(self, ada, monkeypatch):
        queue("general")
        room(ada, 0)
        make_tickets(2)

        def cost() -> int:
            monkeypatch.setattr(backlog_sweep, "_last_empty_pass", None)
            with CaptureQueriesContext(connection) as taken:
                triggers.sweep()
            return len(taken)

        few = cost()
        make_tickets(6)
        for at in range(5):
            make_agent(f"more-{at}", capacity=0)
        assert cost() == few


class TestNobody:
    def test_it_is_said_why_and_only_once(self, ada, ben):
        queue("general")
        room(ada, 0)
        be(ben, "break", minutes=5)
        row = make_ticket()
        for _ in range(2):
            decision = auto_assign.route_ticket(row.pk)
        assert decision.chosen is None
        told = AssignmentDecision.objects.get(ticket=row)
        assert (told.outcome, told.chosen, told.trigger) == ("nobody", None, "arrival")
        assert [(no["name"], no["code"]) for no in told.refusals] == [
            ("Ada Agent", "no_room"),
            ("Ben Agent", "break"),
        ]
        assert decisions.unplaced_reasons([row.pk]) == {
            row.pk: "No eligible agent: Ada Agent (has 0 of 0 units; this needs 1), Ben Agent (not available)"
        }
        assert DomainEvent.objects.filter(kind=WorkDecided.__name__).count() == 1

    def test_and_again_when_the_reason_is_another(self, ada, ben):
        queue("general")
        room(ada, 0)
        room(ben, 0)
        row = make_ticket()
        auto_assign.route_ticket(row.pk)
        be(ben, "away")
        auto_assign.route_ticket(row.pk)
        assert AssignmentDecision.objects.filter(ticket=row).count() == 2
