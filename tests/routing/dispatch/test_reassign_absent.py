"""Unresolved work of who cannot go on with it goes to who can."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet

from support_management.core.time import now
from support_management.notifications.models import SupportNotification
from support_management.people.models import SupportProfile, SupportWorkloadTracker, User
from support_management.routing.dispatch import restore_returned
from support_management.routing.models import AssignmentDecision, ReassignmentLog
from support_management.routing.record import decisions
from support_management.tasks import auto_reassign_unresolved_tasks
from support_management.tickets import conversation, ownership
from support_management.tickets.models import Ticket
from tests.factories import make_agent, make_dispute, make_ticket, make_tickets
from tests.invariants import assert_desk_is_right
from tests.past import rewrite
from tests.routing.builders import able, asks, be, queue, room

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _patience(settings):
    """How long is too long in these stories, whatever the desk's default is."""
    settings.ABSENT_MINUTES, settings.BREAK_MINUTES = 30, 60


def suspended(agent) -> tuple[str, str]:
    SupportProfile.objects.filter(user=agent).update(status="suspended")
    return "suspended", f"{agent} is not available"


def inactive(agent) -> tuple[str, str]:
    SupportProfile.objects.filter(user=agent).update(status="inactive")
    return "inactive", f"{agent} is not available"


def disabled(agent) -> tuple[str, str]:
    User.objects.filter(pk=agent.pk).update(is_active=False)
    return "inactive", f"{agent} is not available"


def demoted(agent) -> tuple[str, str]:
    User.objects.filter(pk=agent.pk).update(role="client")
    return "inactive", f"{agent} is not available"


def long_away(agent) -> tuple[str, str]:
    be(agent, "away", minutes=31)
    return "away", f"{agent} is not available"


def gone_silent(agent) -> tuple[str, str]:
    be(agent, "away", minutes=31, why_not="unseen")
    return "away", f"{agent} is not available"


def long_on_a_break(agent) -> tuple[str, str]:
    be(agent, "break", minutes=61)
    return "break", f"{agent} is not available"


def owner(work):
    return type(work).objects.get(pk=work.pk).assignee


GONE = [suspended, inactive, disabled, demoted]
NOT_THERE = [long_away, gone_silent, long_on_a_break]


@pytest.mark.parametrize("leave", [*GONE, *NOT_THERE])
def test_adas_work_goes_to_ben_with_history_note_and_notice(leave, ada, ben, cleo):
    ticket, case = make_ticket(assignee=ada), make_dispute(assignee=ada)
    conversation.reply(ticket=ticket.pk, by=cleo, body="Are you there?")
    waiting = make_ticket(assignee=ada, status="pending")
    cause, why = leave(ada)
    moved = [ticket, case, waiting] if leave in GONE else [ticket, case]
    assert auto_reassign_unresolved_tasks() == len(moved)
    assert [owner(work) for work in moved] == [ben] * len(moved)
    assert owner(waiting) == (ben if waiting in moved else ada)
    for work in moved:
        kind = "ticket" if isinstance(work, Ticket) else "dispute"
        last = ReassignmentLog.objects.filter(**{kind: work}).latest("pk")
        assert (last.from_agent, last.to_agent, last.cause, last.reason, last.by) == (ada, ben, cause, why, None)
        told = AssignmentDecision.objects.filter(**{kind: work}).latest("pk")
        assert (told.trigger, told.chosen, told.previous) == ("reassign", ben, ada)
    note = ReassignmentLog.objects.filter(ticket=ticket).latest("pk").note
    assert note.startswith("Cleo Client wrote ")
    assert "“Are you there?” Open, due " in note
    told = SupportNotification.objects.filter(text__contains=ticket.number)
    assert f"assigned to you: {why}. Cleo Client wrote" in told.get(recipient=ben).text
    assert told.get(recipient=ada, kind="taken_away").text.endswith(f"reassigned: {why}")
    assert_desk_is_right()


class TestStays:
    @pytest.mark.parametrize(
        ("state", "minutes", "why_not"),
        [("online", 600, ""), ("online", 600, "paused"), ("away", 9, "away"), ("break", 9, "break")],
    )
    def test_with_who_is_there_or_not_for_long(self, state, minutes, why_not, ada, ben):
        make_ticket(assignee=ada)
        be(ada, state, minutes=minutes, why_not=why_not)
        assert auto_reassign_unresolved_tasks() == 0

    @pytest.mark.parametrize("leave", NOT_THERE)
    def test_with_who_is_not_there_when_nobody_has_a_better_place(self, leave, ada, ben, zoe):
        row = make_ticket(assignee=ada)
        leave(ada)
        room(ben, 0)
        for _ in range(2):
            assert auto_reassign_unresolved_tasks() == 0
        room(ben, 5)
        be(ben, "offline")
        assert auto_reassign_unresolved_tasks() == 0
        assert owner(row) == ada
        said = AssignmentDecision.objects.filter(ticket=row, outcome="kept").order_by("pk")
        assert [{no["agent"]: no["code"] for no in one.refusals}[ben.pk] for one in said] == ["no_room", "offline"]

    def test_what_is_done_stays_with_whoever_did_it(self, ada, ben):
        make_ticket(assignee=ada, status="resolved")
        suspended(ada)
        assert auto_reassign_unresolved_tasks() == 0

    def test_what_no_rule_hands_out(self, ada, ben):
        queue("other", "manual")
        row = make_ticket(assignee=ada, type="other")
        long_away(ada)
        assert (auto_reassign_unresolved_tasks(), owner(row)) == (0, ada)
        suspended(ada)
        assert (auto_reassign_unresolved_tasks(), owner(row)) == (1, None), "a hand can take it"


def test_who_cannot_keep_it_loses_it_to_the_queue_when_nobody_has_room(ada, ben):
    row, case = make_ticket(assignee=ada), make_dispute(assignee=ada)
    room(ben, 0)
    suspended(ada)
    assert auto_reassign_unresolved_tasks() == 2
    assert (owner(row), owner(case)) == (None, None)
    last = ReassignmentLog.objects.filter(ticket=row).latest("pk")
    assert (last.to_agent, last.cause, last.reason) == (None, "suspended", "Ada Agent is not available")
    assert auto_reassign_unresolved_tasks() == 0
    assert_desk_is_right()


class TestTogether:
    def test_what_presses_most_goes_first_and_nobody_goes_over_capacity(self, ada, ben):
        carl = make_agent("carl")
        room(ben, 2)
        room(carl, 2)
        low = make_tickets(3, assignee=ada, priority="low")
        high = make_tickets(3, assignee=ada, priority="high")
        long_away(ada)
        assert auto_reassign_unresolved_tasks() == 4
        assert {owner(row) for row in high} <= {ben, carl}
        assert sum(owner(row) == ada for row in low) == 2
        loads = SupportWorkloadTracker.objects.filter(user__in=[ada, ben, carl]).order_by("user")
        assert list(loads.values_list("load", flat=True)) == [2, 2, 2]
        assert_desk_is_right()

    def test_skills_are_asked_for(self, ada, ben):
        carl = make_agent("carl")
        asks("billing", 2)
        able(carl, "billing", 2)
        row = make_ticket(assignee=ada)
        long_away(ada)
        assert (auto_reassign_unresolved_tasks(), owner(row)) == (1, carl)

    def test_nobody_gets_back_so_soon_what_was_taken_from_them(self, ada, ben, settings):
        row = make_ticket(assignee=ada)
        long_away(ada)
        auto_reassign_unresolved_tasks()
        be(ada, "online")
        long_away(ben)
        assert (auto_reassign_unresolved_tasks(), owner(row)) == (0, ben)
        settings.COOL_DOWN_MINUTES = 0
        assert (auto_reassign_unresolved_tasks(), owner(row)) == (1, ada)


class TestOfWhoIsThere:
    def test_untouched_work_at_risk_goes_to_who_carries_less_and_is_offered_once(self, ada, ben):
        rows = make_tickets(4, assignee=ada)
        at_risk(rows[0])
        assert (auto_reassign_unresolved_tasks(), owner(rows[0])) == (1, ben)
        assert ReassignmentLog.objects.latest("pk").cause == "sla_risk"
        at_risk(rows[0])
        for _ in range(2):
            assert (auto_reassign_unresolved_tasks(), owner(rows[0])) == (0, ben)

    def test_what_came_to_her_for_another_reason_is_offered_as_well(self, ada, ben):
        rows = make_tickets(4, assignee=ben)
        long_away(ben)
        assert auto_reassign_unresolved_tasks() == 4
        nia = make_agent("nia")
        at_risk(rows[0])
        assert (auto_reassign_unresolved_tasks(), owner(rows[0])) == (1, nia)

    def test_no_move_without_a_better_place(self, ada, ben):
        row = make_ticket(assignee=ada)
        make_tickets(2, assignee=ben)
        at_risk(row)
        for _ in range(2):
            assert (auto_reassign_unresolved_tasks(), owner(row)) == (0, ada)
        [told] = AssignmentDecision.objects.filter(ticket=row, outcome="kept")
        assert [no["code"] for no in told.refusals if no["agent"] == ben.pk] == ["no_better"]
        assert decisions.sentence(told).startswith("Not reassigned: Ben Agent (no better")

    def test_touched_work_stays(self, ada, ben):
        rows = make_tickets(4, assignee=ada)
        conversation.note(ticket=rows[0].pk, by=ada, body="On it")
        at_risk(rows[0])
        assert auto_reassign_unresolved_tasks() == 0

    def test_beyond_the_capacity_the_newest_untouched_work_leaves(self, ada, ben):
        rows = make_tickets(4, assignee=ada)
        conversation.reply(ticket=rows[3].pk, by=ada, body="I am on it")
        room(ada, 3)
        assert (auto_reassign_unresolved_tasks(), owner(rows[2])) == (1, ben)
        last = ReassignmentLog.objects.latest("pk")
        assert (last.cause, last.reason) == ("overload", "Ada Agent has 4 of 3 units")
        assert auto_reassign_unresolved_tasks() == 0
        assert_desk_is_right()

    def test_tickets_and_disputes_leave_for_one_excess(self, ada, ben):
        works = [make_dispute(assignee=ada), make_dispute(assignee=ada), *make_tickets(2, assignee=ada)]
        room(ada, SupportWorkloadTracker.objects.get(user=ada).load - 1)
        assert auto_reassign_unresolved_tasks() == 1
        assert [owner(work) for work in works] == [ada, ada, ada, ben]

    def test_disputes_stay_beside_tickets_that_a_lead_gave_beyond_the_capacity(self, ada, ben, lea):
        cases = [make_dispute(assignee=ada), make_dispute(assignee=ada)]
        room(ada, SupportWorkloadTracker.objects.get(user=ada).load)
        for row in make_tickets(3):
            ownership.assign(ticket=row.pk, to=ada, by=lea)
        assert auto_reassign_unresolved_tasks() == 0
        assert [owner(case) for case in cases] == [ada, ada]

    def test_what_a_lead_gave_beyond_it_is_meant_to_be_there(self, ada, ben, lea):
        room(ada, 1)
        make_ticket(assignee=ada)
        row = make_ticket()
        ownership.assign(ticket=row.pk, to=ada, by=lea)
        assert ReassignmentLog.objects.filter(ticket=row).latest("pk").above_capacity
        assert (auto_reassign_unresolved_tasks(), owner(row)) == (0, ada)


class TestComingBack:
    def test_ada_gets_back_what_nobody_touched(self, ada, ben):
        kept, touched = make_tickets(2, assignee=ada)
        case = make_dispute(assignee=ada)
        long_away(ada)
        auto_reassign_unresolved_tasks()
        conversation.reply(ticket=touched.pk, by=ben, body="I take care of it")
        be(ada, "online")
        assert restore_returned.restore_work(ada.pk) == 2
        assert (owner(kept), owner(case), owner(touched)) == (ada, ada, ben)
        last = ReassignmentLog.objects.filter(ticket=kept).latest("pk")
        assert (last.cause, last.reason, last.by) == ("returned", "Ada Agent is back", None)
        assert restore_returned.restore_work(ada.pk) == 0
        assert_desk_is_right()

    def test_not_beyond_the_capacity_and_not_while_away(self, ada, ben):
        make_tickets(2, assignee=ada)
        long_away(ada)
        auto_reassign_unresolved_tasks()
        assert restore_returned.restore_work(ada.pk) == 0
        be(ada, "online")
        room(ada, 1)
        assert restore_returned.restore_work(ada.pk) == 1

    def test_not_after_the_cool_down_and_not_what_a_hand_moved(self, ada, ben, lea, settings):
        moved, taken = make_tickets(2, assignee=ada)
        ownership.assign(ticket=moved.pk, to=ben, by=lea)
        long_away(ada)
        auto_reassign_unresolved_tasks()
        be(ada, "online")
        settings.COOL_DOWN_MINUTES = 0
        assert restore_returned.restore_work(ada.pk) == 0
        settings.COOL_DOWN_MINUTES = 15
        assert (restore_returned.restore_work(ada.pk), owner(taken), owner(moved)) == (1, ada, ben)


def at_risk(ticket: Ticket) -> None:
    """And its owner has had the time to look at it."""
    rewrite(ReassignmentLog.objects.filter(ticket=ticket.pk), at=now() - timedelta(days=30))
    QuerySet.update(Ticket.objects.filter(pk=ticket.pk), due_state="at_risk")
