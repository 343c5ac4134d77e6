"""Work changes hands."""

import pytest

from support_management.core.errors import Conflict, Invalid, NotAllowed
from support_management.notifications.models import SupportNotification
from support_management.people.models import SupportProfile, SupportWorkloadTracker, User
from support_management.routing.models import ReassignmentLog
from support_management.tickets import ownership
from support_management.tickets.models import Ticket
from tests.factories import make_ticket
from tests.invariants import assert_desk_is_right
from tests.refusals import refused

pytestmark = pytest.mark.django_db


class TestLead:
    def test_lea_gives_ben_what_ada_had_and_both_hear_of_it(self, ada, ben, lea):
        row = make_ticket(assignee=ada)
        ownership.assign(ticket=row.pk, to=ben, by=lea, reason="Knows the order")
        assert Ticket.objects.get(pk=row.pk).assignee == ben
        told = {note.recipient: note.text for note in SupportNotification.objects.filter(text__contains=row.number)}
        assert told[ben].endswith("assigned to you: Knows the order")
        assert told[ada].endswith("reassigned: Knows the order")
        last = ReassignmentLog.objects.filter(ticket=row).latest("pk")
        assert (last.from_agent, last.to_agent, last.reason, last.by) == (ada, ben, "Knows the order", lea)
        assert_desk_is_right()

    def test_her_hand_may_go_over_capacity(self, ada, lea):
        SupportProfile.objects.filter(user=ada).update(capacity=0)
        ownership.assign(ticket=make_ticket().pk, to=ada, by=lea)
        assert SupportWorkloadTracker.objects.get(user=ada).load == 1

    def test_automation_may_not(self, ada):
        SupportProfile.objects.filter(user=ada).update(capacity=0)
        with refused("no_room", Conflict, match="Not enough capacity"):
            ownership.assign(ticket=make_ticket().pk, to=ada, by=None)

    def test_she_takes_it_back_for_everybody(self, ada, lea):
        row = ownership.assign(ticket=make_ticket(assignee=ada).pk, to=None, by=lea)
        assert (row.assignee, row.status, row.units) == (None, "open", 0)
        assert_desk_is_right()

    @pytest.mark.parametrize("who", ["cleo", "ira", "eda"])
    def test_only_agents_own_work(self, who, lea, request):
        with refused("not_an_agent", Conflict):
            ownership.assign(ticket=make_ticket().pk, to=request.getfixturevalue(who), by=lea)

    def test_not_somebody_who_could_not_see_it(self, zoe, lea):
        with refused("not_served", Conflict, match="does not serve North"):
            ownership.assign(ticket=make_ticket().pk, to=zoe, by=lea)

    def test_not_somebody_who_is_suspended_or_disabled(self, ada, ben, lea):
        SupportProfile.objects.filter(user=ada).update(status="suspended")
        User.objects.filter(pk=ben.pk).update(is_active=False)
        for person, code in ((ada, "not_active"), (User.objects.get(pk=ben.pk), "not_an_agent")):
            with refused(code, Conflict):
                ownership.assign(ticket=make_ticket().pk, to=person, by=lea)

    def test_the_same_again_is_no_change(self, ada, lea):
        row = make_ticket(assignee=ada)
        assert ownership.assign(ticket=row.pk, to=ada, by=lea).version == row.version

    def test_a_reason_longer_than_a_line_is_refused_in_words(self, ada, lea):
        with refused("too_long", Invalid, field="reason"):
            ownership.assign(ticket=make_ticket().pk, to=ada, by=lea, reason="because " * 40)


class TestAgent:
    def test_ada_hands_hers_to_ben_with_a_reason(self, ada, ben):
        row = make_ticket(assignee=ada)
        ownership.assign(ticket=row.pk, to=ben, by=ada, reason="Speaks French")
        assert Ticket.objects.get(pk=row.pk).assignee == ben
        assert_desk_is_right()

    def test_without_a_reason_she_may_not(self, ada, ben):
        with refused("reason_missing", Invalid, field="reason"):
            ownership.assign(ticket=make_ticket(assignee=ada).pk, to=ben, by=ada)

    def test_she_assigns_free_work_to_herself_only(self, ada, ben):
        assert ownership.assign(ticket=make_ticket().pk, to=ada, by=ada).assignee == ada
        with refused("not_yours", NotAllowed):
            ownership.assign(ticket=make_ticket().pk, to=ben, by=ada, reason="He has time")

    def test_bens_work_is_not_hers_to_move(self, ada, ben):
        row = make_ticket(assignee=ben)
        with refused("not_yours", NotAllowed):
            ownership.assign(ticket=row.pk, to=ada, by=ada)

    def test_nor_after_she_took_part(self, ada, ben, lea):
        row = make_ticket(assignee=ada)
        ownership.assign(ticket=row.pk, to=ben, by=lea)
        with refused("not_yours", NotAllowed):
            ownership.assign(ticket=row.pk, to=ada, by=ada)

    def test_she_puts_hers_back(self, ada):
        assert ownership.release(ticket=make_ticket(assignee=ada).pk, by=ada).assignee is None
        assert_desk_is_right()

    def test_a_resolved_ticket_stays_with_whoever_resolved_it(self, ada, lea):
        row = make_ticket(assignee=ada, status="resolved")
        with refused("not_open", Conflict):
            ownership.release(ticket=row.pk, by=lea)
        row.refresh_from_db()
        assert (row.assignee, row.status) == (ada, "resolved")

    def test_cleo_assigns_nothing(self, cleo, ada):
        with refused("not_yours", NotAllowed):
            ownership.assign(ticket=make_ticket().pk, to=ada, by=cleo)
