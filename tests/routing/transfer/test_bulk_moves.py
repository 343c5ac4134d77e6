"""Leads move work, and take it back."""

from datetime import timedelta

import pytest

from support_management.core.errors import NotAllowed
from support_management.core.time import now
from support_management.disputes.models import Dispute
from support_management.people.viewer import viewer_of
from support_management.routing import queries
from support_management.routing.models import ReassignmentLog
from support_management.routing.record import decisions
from support_management.routing.transfer import bulk_moves, sign_off
from support_management.routing.transfer.bulk_moves import MovePick
from support_management.tickets import conversation, ownership
from support_management.tickets.models import Ticket
from tests.factories import make_dispute, make_ticket, make_tickets
from tests.invariants import assert_desk_is_right
from tests.refusals import refused
from tests.routing.builders import room

pytestmark = pytest.mark.django_db


def owner(work):
    return type(work).objects.get(pk=work.pk).assignee


class TestMove:
    def test_lea_gives_ben_a_ticket_and_a_dispute_with_a_note(self, ada, ben, lea):
        row, case = make_ticket(assignee=ada), make_dispute(assignee=ada)
        picks = [MovePick("dispute", case.pk), MovePick("ticket", row.pk, row.version)]
        done = bulk_moves.move(picks=picks, to=ben, by=lea, reason="Knows the client")
        assert [(one.kind, one.done, one.text) for one in done] == [
            ("ticket", True, "assigned to Ben Agent."),
            ("dispute", True, "assigned to Ben Agent."),
        ]
        assert (owner(row), owner(case)) == (ben, ben)
        last = ReassignmentLog.objects.get(pk=done[0].reassignment_id)
        assert (last.ticket, last.cause, last.reason, last.by) == (row, "manual", "Knows the client", lea)
        assert "Cleo Client wrote" in last.note
        told = decisions.in_force(Ticket.objects.get(pk=row.pk))
        assert (told.trigger, decisions.sentence(told)) == ("hand", "Assigned by Lea Lead to Ben Agent")
        assert_desk_is_right()

    def test_one_that_is_refused_keeps_none_of_the_others(self, ada, ben, lea):
        old, fine, gone = make_ticket(), make_ticket(), make_ticket(status="resolved")
        picks = [MovePick("ticket", old.pk, old.version - 1), MovePick("ticket", fine.pk), MovePick("ticket", gone.pk)]
        done = bulk_moves.move(picks=[*picks, MovePick("ticket", 10**9)], to=ben, by=lea)
        assert [one.done for one in done] == [False, True, False, False]
        assert [one.reassignment_id is not None for one in done] == [False, True, False, False]
        assert done[3].name == "deleted item"

    def test_above_the_capacity_only_when_she_says_so_and_then_it_is_marked(self, ben, lea):
        room(ben, 0)
        row = make_ticket()
        [refused] = bulk_moves.move(picks=[MovePick("ticket", row.pk)], to=ben, by=lea)
        assert (refused.done, refused.text) == (False, "Not enough capacity: 0 of 0 units are in use and this needs 1.")
        [done] = bulk_moves.move(picks=[MovePick("ticket", row.pk)], to=ben, by=lea, above=True)
        assert ReassignmentLog.objects.get(pk=done.reassignment_id).above_capacity
        told = decisions.in_force(Ticket.objects.get(pk=row.pk))
        assert told.above_capacity
        assert decisions.sentence(told) == "Assigned by Lea Lead to Ben Agent, over capacity"

    def test_back_to_everybody(self, ada, lea):
        row = make_ticket(assignee=ada)
        [done] = bulk_moves.move(picks=[MovePick("ticket", row.pk)], to=None, by=lea)
        assert (done.text, owner(row)) == ("unassigned.", None)

    def test_only_for_leads(self, ada, ben):
        row = make_ticket(assignee=ada)
        with refused("leads_only", NotAllowed):
            bulk_moves.move(picks=[MovePick("ticket", row.pk)], to=ben, by=ada)
        assert owner(row) == ada


class TestUndo:
    def test_everything_is_back_with_who_had_it(self, ada, ben, lea):
        row, free, case = make_ticket(assignee=ada), make_ticket(), make_dispute(assignee=ada)
        room(ada, 1)
        picks = [MovePick("ticket", row.pk), MovePick("ticket", free.pk), MovePick("dispute", case.pk)]
        done = bulk_moves.move(picks=picks, to=ben, by=lea)
        undone = bulk_moves.undo([one.reassignment_id for one in done], lea)
        assert all(one.done for one in undone)
        assert (owner(row), owner(free), owner(case)) == (ada, None, ada)
        assert ReassignmentLog.objects.filter(ticket=row).latest("pk").cause == "undone"
        assert_desk_is_right()

    def test_not_what_somebody_went_on_with_moved_again_or_another_did(self, ada, ben, lea, zoe):
        answered, moved, others = make_tickets(3, assignee=ada)
        done = bulk_moves.move(picks=[MovePick("ticket", row.pk) for row in (answered, moved)], to=ben, by=lea)
        conversation.reply(ticket=answered.pk, by=ben, body="Hello")
        ownership.assign(ticket=moved.pk, to=None, by=lea)
        ownership.assign(ticket=others.pk, to=ben, by=ada, reason="Please")
        ids = [one.reassignment_id for one in done] + [ReassignmentLog.objects.get(ticket=others, by=ada).pk]
        undone = bulk_moves.undo(ids, lea)
        assert [(one.done, one.text) for one in undone] == [(False, "It has changed since. Reassign it instead.")] * 2
        assert (owner(answered), owner(moved), owner(others)) == (ben, None, ben)

    def test_not_too_late(self, ada, ben, lea, monkeypatch):
        row = make_ticket(assignee=ada)
        [done] = bulk_moves.move(picks=[MovePick("ticket", row.pk)], to=ben, by=lea)
        later = now() + timedelta(seconds=bulk_moves.GRACE_SECONDS + 1)
        monkeypatch.setattr(bulk_moves, "now", lambda: later)
        [undone] = bulk_moves.undo([done.reassignment_id], lea)
        assert (undone.text, owner(row)) == ("It is too late to undo this. Reassign it instead.", ben)


class TestReturnWork:
    def test_what_counts_as_load_goes_back_with_a_note(self, ada, ben):
        rows, waiting = make_tickets(2, assignee=ada), make_ticket(assignee=ada, status="pending")
        case, bens = make_dispute(assignee=ada), make_ticket(assignee=ben)
        assert sign_off.return_work(ada.pk, ada) == 3
        assert [owner(work) for work in (*rows, case)] == [None] * 3
        assert (owner(waiting), owner(bens)) == (ada, ben)
        last = ReassignmentLog.objects.filter(ticket=rows[0]).latest("pk")
        assert (last.cause, last.reason, last.by) == ("released", "returned", ada)
        assert last.note
        assert Dispute.objects.get(pk=case.pk).units == 0
        assert_desk_is_right()

    def test_of_others_only_by_leads(self, ada, ben, lea):
        make_ticket(assignee=ada)
        assert sign_off.return_work(ada.pk, ben) == 0
        assert sign_off.return_work(ada.pk, lea) == 1


class TestHistory:
    def test_it_can_be_narrowed_and_agents_see_their_own(self, ada, ben, lea, zoe):
        row, other = make_ticket(assignee=ada), make_ticket(assignee=zoe, website_id=None)
        bulk_moves.move(picks=[MovePick("ticket", row.pk)], to=ben, by=lea)
        rows = queries.visible_to(viewer_of(lea))
        assert rows.count() == 3
        for facts, number in (
            ({"agent": ben.pk}, 1),
            ({"agent": ada.pk}, 2),
            ({"cause": "manual"}, 1),
            ({"ticket": other.pk}, 1),
            ({"since": now()}, 0),
            ({"until": now()}, 3),
        ):
            assert queries.narrowed(rows, **facts).count() == number, facts
        assert queries.visible_to(viewer_of(zoe)).count() == 1
        assert queries.visible_to(viewer_of(ada)).count() == 2

    def test_a_page_costs_one_query(self, ada, lea, django_assert_num_queries):
        make_tickets(3, assignee=ada)
        with django_assert_num_queries(1):
            for row in queries.for_rows(queries.visible_to(viewer_of(lea))):
                assert row.ticket.number
                assert (row.dispute, row.from_agent, row.by, str(row.to_agent)) == (None, None, None, "Ada Agent")
